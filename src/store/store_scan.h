/*
 * lyt_store_each_judged(): the messages that were judged, with what was said of them,
 * for whoever compares that with what another pack would say. Only reads.
 *
 * Errors and threads as in store.h; a row is borrowed for the call.
 */
#ifndef LYT_STORE_SCAN_H
#define LYT_STORE_SCAN_H

#include "store.h"

typedef struct lyt_judged_row {
    int64_t id, received_us;
    lyt_str property, place, language, text;
    lyt_str verdict; /* its JSON */
    lyt_str sender;  /* empty when nobody knows */
    double score, scale; /* NAN: none; 0: unknown */
} lyt_judged_row;

typedef lyt_status (*lyt_judged_fn)(void *user, const lyt_judged_row *row);

/*
 * Received at or after since_us, numbered above after_id (0: any), with text, classified and not
 * parked, in the order of their numbers; a walk as in store.h.
 */
LYT_MUST_USE lyt_status lyt_store_each_judged(lyt_store *store, int64_t since_us, int64_t after_id,
                                              lyt_judged_fn each, void *user, lyt_error *err);

#endif
