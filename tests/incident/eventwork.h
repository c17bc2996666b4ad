/* What the tests of triggers share: events in a line, and what was found. */
#ifndef LYT_EVENTWORK_H
#define LYT_EVENTWORK_H

#include "housework.h"

static const int64_t a_minute_us = 60000000;

/* What was found, in the order it was reported. */
typedef struct finds {
    struct {
        char rule[48], subject[48];
        int64_t at_us;
        int severity;
        bool withdrawn, held_out;
    } item[256];
    size_t n;
} finds;

typedef struct happening {
    const char *type, *subject, *ref;
    int64_t at_us;
    const char *key, *value, *key2, *value2;
} happening;

/* A lyt_finding_fn; context is finds. */
void eventwork_found(void *context, const lyt_finding *finding);
lyt_status eventwork_take(lyt_triggers *t, const happening *h, int64_t now_us, finds *f);
lyt_triggers *eventwork_settings(const lyt_settings *s);
lyt_triggers *eventwork_rule(const lyt_trigger *rule);

#endif
