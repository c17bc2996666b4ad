/*
 * What reports read: all steps of all incidents, and messages without their words. Walks as in
 * store.h; between lyt_store_begin_read() and lyt_store_rollback() they tell of one moment, and
 * whoever writes meanwhile is not held up.
 *
 * Errors and threads as in store.h; a row is borrowed for the call.
 */
#ifndef LYT_STORE_REPORT_H
#define LYT_STORE_REPORT_H

#include "store.h"

/* A row of an incident's history. */
typedef struct lyt_step_row {
    int64_t incident, feedback, at_us; /* feedback 0: of none */
    lyt_str what, by, note;
} lyt_step_row;
typedef lyt_status (*lyt_step_fn)(void *user, const lyt_step_row *row);

/* In the order they were kept. */
LYT_MUST_USE lyt_status lyt_store_each_step(lyt_store *store, lyt_step_fn each, void *user,
                                            lyt_error *err);

/* A message as it was accepted, and what became of it. */
typedef struct lyt_voice_row {
    int64_t id, received_us;
    lyt_str channel, property, place, sender;
    double score, scale; /* NaN: none */
    bool has_text, is_judged, is_parked;
} lyt_voice_row;
typedef lyt_status (*lyt_voice_fn)(void *user, const lyt_voice_row *row);

/* By number. */
LYT_MUST_USE lyt_status lyt_store_each_voice(lyt_store *store, lyt_voice_fn each, void *user,
                                             lyt_error *err);

#endif
