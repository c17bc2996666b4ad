#include "opening.h"

static const int64_t second_us = 1000000;

enum { ten_years_days = 3653 };

lyt_local lyt_local_at(const lyt_zone *zone, int64_t at_us)
{
    int64_t s = at_us / second_us - (at_us % second_us < 0);
    int64_t local = s + lyt_zone_offset(zone, s);
    int64_t days = local / 86400 - (local % 86400 < 0);

    return (lyt_local){days, (int)((local - days * 86400) / 60), lyt_weekday_of(days)};
}

int64_t lyt_local_us(const lyt_zone *zone, int64_t days, int minute)
{
    return lyt_zone_utc(zone, days * 86400 + (int64_t)minute * 60) * second_us;
}

static bool is_off(const lyt_opening *opening, int64_t days)
{
    if (opening->has_holidays && lyt_holiday_da(days))
        return true;
    for (size_t i = 0; i < opening->n_extra; i++)
        if (opening->extra[i] == days)
            return true;
    return false;
}

static lyt_hours hours_of(const lyt_opening *opening, int64_t days)
{
    if (opening->is_always)
        return (lyt_hours){0, lyt_day_minutes};
    return is_off(opening, days) ? opening->holiday : opening->week[lyt_weekday_of(days)];
}

bool lyt_opening_is_open(const lyt_opening *opening, const lyt_zone *zone, int64_t at_us)
{
    lyt_local local = lyt_local_at(zone, at_us);
    lyt_hours hours = hours_of(opening, local.days);

    return local.minute >= hours.from_min && local.minute < hours.to_min;
}

int64_t lyt_opening_add(const lyt_opening *opening, const lyt_zone *zone, int64_t from_us,
                        int64_t open_us)
{
    int64_t days = lyt_local_at(zone, from_us).days;

    if (opening->is_always)
        return from_us + open_us;
    for (int64_t d = days; d < days + ten_years_days; d++) {
        lyt_hours hours = hours_of(opening, d);
        int64_t opens = lyt_local_us(zone, d, hours.from_min);
        int64_t closes = lyt_local_us(zone, d, hours.to_min);

        if (opens < from_us)
            opens = from_us;
        if (closes <= opens)
            continue;
        if (open_us <= closes - opens)
            return opens + open_us;
        open_us -= closes - opens;
    }
    return INT64_MAX;
}

int64_t lyt_opening_between(const lyt_opening *opening, const lyt_zone *zone, int64_t from_us,
                            int64_t to_us)
{
    int64_t total = 0;

    if (to_us <= from_us)
        return 0;
    if (opening->is_always)
        return to_us - from_us;
    for (int64_t d = lyt_local_at(zone, from_us).days; d <= lyt_local_at(zone, to_us).days; d++) {
        lyt_hours hours = hours_of(opening, d);
        int64_t opens = lyt_local_us(zone, d, hours.from_min);
        int64_t closes = lyt_local_us(zone, d, hours.to_min);

        opens = opens < from_us ? from_us : opens;
        closes = closes > to_us ? to_us : closes;
        if (closes > opens)
            total += closes - opens;
    }
    return total;
}
