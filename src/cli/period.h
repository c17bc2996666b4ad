/*
 * lyt_period: the stretch of time that a report is of, as people write it.
 *
 * A time is "2026-11-25" (local midnight), "2026-11-25T14:00" (local), RFC 3339,
 * "today", "yesterday", or how long ago: "7d", "12h", "90m".
 *
 * Threads   pure functions; the zone is borrowed.
 */
#ifndef LYT_PERIOD_H
#define LYT_PERIOD_H

#include "sums.h"

/* "30d", "12h", "90m" in microseconds; false for anything else. */
bool lyt_period_ago(const char *text, int64_t *out_us);

/* LYT_EFORMAT leaves out untouched. */
LYT_MUST_USE lyt_status lyt_period_time(int64_t *out, const char *text, const lyt_zone *zone,
                                        int64_t now_us);

/*
 * since and until as given, NULL for not. days: how many local days it is of when only one of
 * them is given, and with neither the days up to and including today; 0: the eight hours up
 * to now. LYT_EFORMAT: no time; LYT_EINVAL: it would be empty; err says which.
 */
LYT_MUST_USE lyt_status lyt_period_span(int64_t *since_us, int64_t *until_us, const char *since,
                                        const char *until, int days, const lyt_zone *zone,
                                        int64_t now_us, lyt_error *err);

/* "07:00,15:00,23:00": 1 to lyt_shifts_max times of the day, each after the one before.
 * LYT_EFORMAT. */
LYT_MUST_USE lyt_status lyt_period_shifts(lyt_shifts *out, const char *text);

#endif
