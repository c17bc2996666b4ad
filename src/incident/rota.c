#include "rota.h"

#include <string.h>

enum { look_days = 60 };

static const int64_t minute_us = 60 * (int64_t)1000000;

/* Whether the shift that begins on that day covers the minute counted from its midnight. */
static bool covers(const lyt_shift *shift, int64_t days, int minute)
{
    int to = shift->to_min > shift->from_min ? shift->to_min : shift->to_min + lyt_day_minutes;

    return (shift->days >> lyt_weekday_of(days) & 1U) && minute >= shift->from_min && minute < to;
}

static const char *turn(const lyt_shift *shift, int64_t days)
{
    int64_t week = (days + 3) / 7; /* weeks since the Monday before 1970 */

    return shift->who[(size_t)week % shift->n_who];
}

const char *lyt_rota_on(const lyt_rota *rota, const lyt_zone *zone, int64_t at_us)
{
    lyt_local local = lyt_local_at(zone, at_us);

    for (size_t i = rota->n_covers; i-- > 0;)
        if (at_us >= rota->covers[i].from_us && at_us < rota->covers[i].until_us)
            return rota->covers[i].who;
    if (rota->holiday && lyt_holiday_da(local.days))
        return rota->holiday;
    for (size_t i = 0; i < rota->n_shifts; i++) {
        const lyt_shift *shift = &rota->shifts[i];

        if (covers(shift, local.days, local.minute))
            return turn(shift, local.days);
        if (covers(shift, local.days - 1, local.minute + lyt_day_minutes))
            return turn(shift, local.days - 1);
    }
    return rota->otherwise;
}

int64_t lyt_rota_until(const lyt_rota *rota, const lyt_zone *zone, int64_t at_us)
{
    const char *now = lyt_rota_on(rota, zone, at_us);
    int64_t at = at_us - at_us % minute_us;

    for (int64_t i = 0; i < look_days * lyt_day_minutes; i++) {
        at += minute_us;
        if (strcmp(lyt_rota_on(rota, zone, at), now) != 0)
            return at;
    }
    return INT64_MAX;
}

/* The shift that begins on weekday d, as minutes of the week; it may end in the next week. */
static bool meets(const lyt_shift *a, int day_a, const lyt_shift *b, int day_b)
{
    const int week = 7 * lyt_day_minutes;
    int from_a = day_a * lyt_day_minutes + a->from_min;
    int from_b = day_b * lyt_day_minutes + b->from_min;
    int len_a = a->to_min - a->from_min + (a->to_min > a->from_min ? 0 : lyt_day_minutes);
    int len_b = b->to_min - b->from_min + (b->to_min > b->from_min ? 0 : lyt_day_minutes);

    for (int turn_of = -week; turn_of <= week; turn_of += week)
        if (from_a < from_b + turn_of + len_b && from_b + turn_of < from_a + len_a)
            return true;
    return false;
}

static bool overlap(const lyt_shift *a, const lyt_shift *b)
{
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++)
            if ((a->days >> i & 1U) && (b->days >> j & 1U) && meets(a, i, b, j))
                return true;
    return false;
}

bool lyt_rota_overlap(const lyt_rota *rota, size_t *a, size_t *b)
{
    for (*a = 0; *a < rota->n_shifts; ++*a)
        for (*b = *a + 1; *b < rota->n_shifts; ++*b)
            if (overlap(&rota->shifts[*a], &rota->shifts[*b]))
                return true;
    return false;
}
