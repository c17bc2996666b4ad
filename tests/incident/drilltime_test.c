#include <string.h>

#include "drilltime.h"
#include "housework.h"
#include "testing.h"

LYT_SUITE(drilltime);

enum { mondays = 1, sundays = 64, every_day = 127 };

Test(drilltime, IN_15_a_drill_is_due_on_its_day_at_its_time_and_once)
{
    static const struct {
        int line;
        unsigned days;
        int at_min;
        int64_t weeks;
        const char *now, *id; /* NULL: not due */
    } rows[] = {
        /* Monday 2026-11-23, 10:00 in Copenhagen is 09:00 UTC */
        {__LINE__, mondays, 600, 1, "2026-11-23T08:59:59Z", NULL},
        {__LINE__, mondays, 600, 1, "2026-11-23T09:00:00Z", "timetable:bath:2026-11-23"},
        {__LINE__, mondays, 600, 1, "2026-11-23T10:00:00Z", "timetable:bath:2026-11-23"},
        {__LINE__, mondays, 600, 1, "2026-11-23T10:00:01Z", NULL},
        {__LINE__, mondays, 600, 1, "2026-11-24T09:00:00Z", NULL},
        /* every other Monday */
        {__LINE__, mondays, 600, 2, "2026-11-23T09:00:00Z", "timetable:bath:2026-11-23"},
        {__LINE__, mondays, 600, 2, "2026-11-30T09:00:00Z", NULL},
        {__LINE__, mondays, 600, 2, "2026-12-07T09:00:00Z", "timetable:bath:2026-12-07"},
        /* of the evening before */
        {__LINE__, every_day, 1439, 1, "2026-11-23T23:30:00Z", "timetable:bath:2026-11-23"},
        /* the night in which 02:30 is not, and the one in which it is twice */
        {__LINE__, sundays, 150, 1, "2026-03-29T01:30:00Z", "timetable:bath:2026-03-29"},
        {__LINE__, sundays, 150, 1, "2026-10-25T00:30:00Z", "timetable:bath:2026-10-25"},
    };
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_drill_rule rule = {.id = "bath",
                               .text = "cold",
                               .place = "",
                               .days = rows[i].days,
                               .at_min = rows[i].at_min,
                               .weeks = rows[i].weeks};
        char id[lyt_drill_id_max] = "";
        bool is_due = lyt_drill_due(&rule, zone, housework_at(rows[i].now), id);

        cr_expect_eq(is_due, rows[i].id != NULL, "row at line %d", rows[i].line);
        if (is_due && rows[i].id)
            cr_expect_str_eq(id, rows[i].id, "row at line %d", rows[i].line);
    }
    lyt_zone_free(zone);
}

Test(drilltime, IN_15_over_two_years_each_is_due_as_often_as_the_timetable_says)
{
    static const lyt_drill_rule rules[] = {
        {.id = "a", .text = "cold", .place = "", .days = mondays, .at_min = 600, .weeks = 1},
        {.id = "b", .text = "cold", .place = "", .days = every_day, .at_min = 0, .weeks = 1},
        {.id = "c", .text = "cold", .place = "", .days = mondays, .at_min = 600, .weeks = 4},
        {.id = "d", .text = "cold", .place = "", .days = sundays, .at_min = 150, .weeks = 1},
    };
    static const size_t expected[] = {104, 728, 26, 104};
    static const int64_t minute_us = 60 * (int64_t)1000000;
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < 4; i++) {
        int64_t now = housework_at("2026-01-05T05:00:00Z"), end = now + 728 * 1440 * minute_us;
        char last[lyt_drill_id_max] = "", id[lyt_drill_id_max];
        size_t n = 0;

        for (; now < end; now += 7 * minute_us) {
            if (!lyt_drill_due(&rules[i], zone, now, id) || strcmp(id, last) == 0)
                continue;
            n++;
            memcpy(last, id, sizeof last);
            cr_expect_gt(lyt_drill_next(&rules[i], zone, now), now);
            cr_expect(lyt_str_equal(lyt_drill_rule_of(lyt_str_of(id)), lyt_str_of(rules[i].id)));
        }
        cr_expect_eq(n, expected[i], "%s: %zu", rules[i].id, n);
    }
    lyt_zone_free(zone);
}

Test(drilltime, an_id_of_another_kind_is_of_no_rule)
{
    static const char *const ids[] = {"", "timetable", "drill-1-2", "xtimetable:a:b"};

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        cr_expect_eq(lyt_drill_rule_of(lyt_str_of(ids[i])).len, 0, "%s", ids[i]);
}
