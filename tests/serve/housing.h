/*
 * The worked example of a house as a running service, with a clock that the test sets. What is
 * not as it should be fails the test.
 */
#ifndef LYT_HOUSING_H
#define LYT_HOUSING_H

#include "serving.h"
#include "settings.h"

typedef struct house {
    serving s;
    testing_clock clock;
    lyt_settings *settings;
} house;

int64_t housing_at(const char *utc);
void housing_init(house *h, const char *pack, const char *utc);
void housing_deinit(house *h);

/* The answer has that part. */
void housing_submit(house *h, const char *json, const char *part);
void housing_ask(house *h, const char *json, const char *part);
/* An event that is accepted; attrs are members. */
void housing_event(house *h, const char *id, const char *type, const char *subject, const char *ref,
                   const char *utc, const char *attrs);
/* How often the trigger found something. */
int64_t housing_found(house *h, const char *trigger);

#endif
