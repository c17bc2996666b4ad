/*
 * lyt_zone: the rules of one time zone, read from a file of the system's time zone
 * database (TZif, RFC 8536), so that no environment and no global state is involved.
 * Beyond the file's last change its footer rule goes on.
 *
 * Lifetime  lyt_zone_read() to lyt_zone_free().
 * Threads   never changes after reading; any number may ask.
 * Units     seconds since 1970 UTC, offsets in seconds east of UTC.
 */
#ifndef LYT_ZONE_H
#define LYT_ZONE_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_zone lyt_zone;

/*
 * bytes: the whole file, borrowed for the call. NULL for bytes.ptr: UTC.
 * LYT_EFORMAT: not TZif of version 2 or later, or damaged; err says where. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_zone_read(lyt_zone **out, const lyt_alloc *alloc, lyt_str bytes,
                                      lyt_error *err);
void lyt_zone_free(lyt_zone *zone);

/* What to add to UTC to have local time, at that moment. */
int64_t lyt_zone_offset(const lyt_zone *zone, int64_t utc_s);

/*
 * The moment that local clocks show `local_s` (local seconds since 1970, as if UTC). An hour
 * that is skipped in spring gives the moment it is skipped at; one that comes twice in
 * autumn gives its first time.
 */
int64_t lyt_zone_utc(const lyt_zone *zone, int64_t local_s);

#endif
