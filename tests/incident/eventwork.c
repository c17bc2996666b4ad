#include "eventwork.h"

#include <stdio.h>
#include <string.h>

void eventwork_found(void *context, const lyt_finding *finding)
{
    finds *f = context;

    /* what was moved went where it was, and came where it is */
    for (size_t i = f->n; finding->was_us && i-- > 0;) {
        if (f->item[i].at_us != finding->was_us || f->item[i].withdrawn ||
            strcmp(f->item[i].rule, finding->rule->id) != 0 ||
            !lyt_str_equal(lyt_str_of(f->item[i].subject), finding->subject))
            continue;
        cr_assert(f->n < 256);
        f->item[f->n] = f->item[i];
        f->item[f->n++].withdrawn = true;
        break;
    }
    cr_assert(f->n < 256);
    snprintf(f->item[f->n].rule, 48, "%s", finding->rule->id);
    snprintf(f->item[f->n].subject, 48, "%.*s", LYT_STR_ARG(finding->subject));
    f->item[f->n].at_us = finding->at_us;
    f->item[f->n].severity = finding->severity;
    f->item[f->n].withdrawn = finding->is_withdrawn;
    f->item[f->n++].held_out = finding->is_held_out;
}

lyt_status eventwork_take(lyt_triggers *t, const happening *h, int64_t now_us, finds *f)
{
    static char id[64];
    lyt_behaviour event = {.type = lyt_str_of(h->type),
                           .subject = lyt_str_of(h->subject),
                           .ref = lyt_str_of(h->ref),
                           .at_us = h->at_us};
    lyt_error err;

    snprintf(id, sizeof id, "%s/%s/%s/%lld", h->type, h->subject, h->ref ? h->ref : "",
             (long long)h->at_us);
    event.id = lyt_str_of(id);
    if (h->key)
        event.attrs[event.n_attrs++] = (lyt_attr){lyt_str_of(h->key), lyt_str_of(h->value)};
    if (h->key2)
        event.attrs[event.n_attrs++] = (lyt_attr){lyt_str_of(h->key2), lyt_str_of(h->value2)};
    return lyt_triggers_take(t, &event, now_us, eventwork_found, f, &err);
}

lyt_triggers *eventwork_settings(const lyt_settings *s)
{
    lyt_triggers *t;

    cr_assert_eq(lyt_triggers_new(&t, NULL, s->triggers, s->n_triggers, 10 * a_minute_us), LYT_OK);
    return t;
}

lyt_triggers *eventwork_rule(const lyt_trigger *rule)
{
    lyt_triggers *t;

    cr_assert_eq(lyt_triggers_new(&t, NULL, rule, 1, 10 * a_minute_us), LYT_OK);
    return t;
}
