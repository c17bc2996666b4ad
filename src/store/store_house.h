/*
 * lyt_store_house: what the house said last of who may see what, beside what it is about: for those
 * who read the database without the house's settings.
 *
 * Errors and threads as in store.h.
 */
#ifndef LYT_STORE_HOUSE_H
#define LYT_STORE_HOUSE_H

#include "buf.h"
#include "store.h"

/* {"scenarios": [id …], "people": [id …]}: what is sensitive, and who may see it. */
LYT_MUST_USE lyt_status lyt_store_put_house(lyt_store *store, lyt_str json, lyt_error *err);
/* Added to out; nothing where no house has said anything. Failures of memory are out's. */
LYT_MUST_USE lyt_status lyt_store_get_house(lyt_store *store, lyt_buf *out, lyt_error *err);

/* How far something has come that is done once for each moment, by its name; 0: never. */
LYT_MUST_USE lyt_status lyt_store_put_mark(lyt_store *store, const char *name, int64_t at_us,
                                           lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_get_mark(lyt_store *store, const char *name, int64_t *at_us,
                                           lyt_error *err);

/* Whether the message opened or joined an incident of one of the scenarios (a JSON list of ids). */
LYT_MUST_USE lyt_status lyt_store_is_message_of(lyt_store *store, int64_t feedback,
                                                lyt_str scenarios, bool *is_one, lyt_error *err);

#endif
