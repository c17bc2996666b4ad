#include "drilltime.h"

#include <stdio.h>

enum { week_days = 7, first_monday = 4 }; /* 1970-01-05 */

static const int64_t late_us = (int64_t)3600 * 1000000;
static const char prefix[] = "timetable:";

static bool is_day(const lyt_drill_rule *rule, int64_t days)
{
    int64_t monday = days - lyt_weekday_of(days);
    int64_t week = (monday - first_monday) / week_days;

    return rule->days >> lyt_weekday_of(days) & 1U && (rule->weeks < 2 || week % rule->weeks == 0);
}

bool lyt_drill_due(const lyt_drill_rule *rule, const lyt_zone *zone, int64_t now_us,
                   char id[lyt_drill_id_max])
{
    int64_t today = lyt_local_at(zone, now_us).days;

    /* the one of yesterday evening may still be due after midnight */
    for (int64_t day = today; day >= today - 1; day--) {
        int64_t at_us = lyt_local_us(zone, day, rule->at_min);
        lyt_date date = lyt_date_of(day);

        if (!is_day(rule, day) || at_us > now_us || now_us - at_us > late_us)
            continue;
        snprintf(id, lyt_drill_id_max, "%s%.40s:%04d-%02d-%02d", prefix, rule->id, date.year,
                 date.month, date.day);
        return true;
    }
    return false;
}

int64_t lyt_drill_next(const lyt_drill_rule *rule, const lyt_zone *zone, int64_t now_us)
{
    int64_t day = lyt_local_at(zone, now_us).days;
    int64_t last = day + week_days * (rule->weeks + 1);

    for (; day <= last; day++)
        if (is_day(rule, day) && lyt_local_us(zone, day, rule->at_min) > now_us)
            return lyt_local_us(zone, day, rule->at_min);
    return INT64_MAX;
}

lyt_str lyt_drill_rule_of(lyt_str id)
{
    size_t end;

    if (!lyt_str_begins(id, lyt_str_of(prefix)))
        return (lyt_str){"", 0};
    end = lyt_str_find(id, ':', sizeof prefix - 1);
    return lyt_str_slice(id, sizeof prefix - 1, end);
}
