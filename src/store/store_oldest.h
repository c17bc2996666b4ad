/*
 * lyt_store_oldest(): since when something is kept that a pack judged, for whoever keeps the packs.
 */
#ifndef LYT_STORE_OLDEST_H
#define LYT_STORE_OLDEST_H

#include "store.h"

/*
 * The time of the oldest message or alarm that is kept in the database at path, two days less since
 * clocks step; INT64_MAX: there is none. Only reads; a service may run. Errors as of
 * lyt_store_open().
 */
LYT_MUST_USE lyt_status lyt_store_oldest(const char *path, int64_t *out_us, lyt_error *err);

#endif
