/*
 * lyt_stays: who is in the house, where and until when, as the house's own system says
 * (docs/formats.md section 10). A line with the id of one before takes its place.
 *
 * Lifetime  lyt_stays_new() to lyt_stays_free(); a stay found lives until the next change.
 * Threads   one at a time.
 * Units     microseconds since 1970 UTC.
 */
#ifndef LYT_STAY_H
#define LYT_STAY_H

#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/status.h>
#include <lyt/str.h>

typedef struct lyt_stay {
    const char *id, *guest, *property, *place;
    int64_t from_us, to_us;
} lyt_stay;

typedef struct lyt_stays lyt_stays;

LYT_MUST_USE lyt_status lyt_stays_new(lyt_stays **out, const lyt_alloc *alloc);
/* NULL is accepted, also below. */
void lyt_stays_free(lyt_stays *stays);
/* Copies. LYT_ELIMIT: over 63 bytes in a text. LYT_EINVAL: it ends before it begins. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_stays_put(lyt_stays *stays, const lyt_stay *stay);
/* All of that guest; how many. */
size_t lyt_stays_erase(lyt_stays *stays, const char *guest);
void lyt_stays_clear(lyt_stays *stays);
/* The guest's stay at that moment; with several the one that ends first. False: none. */
bool lyt_stays_find(const lyt_stays *stays, lyt_str guest, int64_t at_us, lyt_stay *out);
size_t lyt_stays_size(const lyt_stays *stays);
lyt_stay lyt_stays_at(const lyt_stays *stays, size_t index);

#endif
