/*
 * lyt_opening: when a desk is open, by local weekday and public holiday, and how long
 * clocks run on it. Hours end at midnight; what is open overnight has hours on both days.
 *
 * Threads   pure functions; the zone is borrowed.
 * Units     times are microseconds since 1970 UTC; hours are local minutes of the day.
 */
#ifndef LYT_OPENING_H
#define LYT_OPENING_H

#include "daycal.h"
#include "zone.h"

enum { lyt_day_minutes = 1440, lyt_opening_extra_max = 32 };

/* From (inclusive) to (exclusive); to at most 1440; both 0: closed. */
typedef struct lyt_hours {
    int from_min, to_min;
} lyt_hours;

typedef struct lyt_opening {
    const char *id;
    bool is_always;
    lyt_hours week[7];                    /* Monday first */
    lyt_hours holiday;                    /* on public holidays and the days below */
    bool has_holidays;                    /* public holidays of Denmark count */
    int64_t extra[lyt_opening_extra_max]; /* more days off, as days since 1970 */
    size_t n_extra;
} lyt_opening;

/* Local time at a moment. */
typedef struct lyt_local {
    int64_t days; /* since 1970-01-01 */
    int minute;   /* of the day, 0 to 1439 */
    int weekday;  /* Monday 0 */
} lyt_local;

lyt_local lyt_local_at(const lyt_zone *zone, int64_t at_us);
/* The moment of that local minute (may be 1440: the next midnight). */
int64_t lyt_local_us(const lyt_zone *zone, int64_t days, int minute);

bool lyt_opening_is_open(const lyt_opening *opening, const lyt_zone *zone, int64_t at_us);

/*
 * The moment by which `open_us` of open time have passed since `from_us`. An opening that
 * never opens within ten years gives INT64_MAX.
 */
int64_t lyt_opening_add(const lyt_opening *opening, const lyt_zone *zone, int64_t from_us,
                        int64_t open_us);
/* Open time between the two; 0 when `to` is not after `from`. */
int64_t lyt_opening_between(const lyt_opening *opening, const lyt_zone *zone, int64_t from_us,
                            int64_t to_us);

#endif
