#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "housework.h"
#include "opening.h"
#include "testing.h"

LYT_SUITE(zone);

Test(zone, SL_03_AL_09_copenhagen_has_its_two_nights_each_year)
{
    static const struct {
        int line;
        const char *utc;
        int64_t offset_h;
    } rows[] = {
        {__LINE__, "2026-01-15T12:00:00Z", 1},
        {__LINE__, "2026-03-29T00:59:59Z", 1},
        {__LINE__, "2026-03-29T01:00:00Z", 2},
        {__LINE__, "2026-07-01T00:00:00Z", 2},
        {__LINE__, "2026-10-25T00:59:59Z", 2},
        {__LINE__, "2026-10-25T01:00:00Z", 1},
        {__LINE__, "2027-03-28T01:00:00Z", 2},
        {__LINE__, "2027-10-31T01:00:00Z", 1},
        /* past the table, by the footer */
        {__LINE__, "2050-03-27T00:59:59Z", 1},
        {__LINE__, "2050-03-27T01:00:00Z", 2},
        {__LINE__, "2050-10-30T00:59:59Z", 2},
        {__LINE__, "2050-10-30T01:00:00Z", 1},
        {__LINE__, "1985-03-31T01:00:00Z", 2},
    };
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at;

        cr_assert_eq(lyt_clock_parse(&at, lyt_str_of(rows[i].utc)), LYT_OK);
        cr_expect_eq(lyt_zone_offset(zone, at / 1000000), rows[i].offset_h * 3600, "row at line %d",
                     rows[i].line);
    }
    lyt_zone_free(zone);
}

Test(zone, local_time_has_one_moment)
{
    static const struct {
        int line;
        const char *local, *utc;
    } rows[] = {
        {__LINE__, "2026-01-15T12:00:00Z", "2026-01-15T11:00:00Z"},
        {__LINE__, "2026-07-15T12:00:00Z", "2026-07-15T10:00:00Z"},
        /* skipped: the moment of the skip */
        {__LINE__, "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z"},
        {__LINE__, "2026-03-29T02:30:00Z", "2026-03-29T01:00:00Z"},
        {__LINE__, "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"},
        {__LINE__, "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"},
        /* twice: the first time */
        {__LINE__, "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"},
        {__LINE__, "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"},
    };
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t local, utc;

        cr_assert_eq(lyt_clock_parse(&local, lyt_str_of(rows[i].local)), LYT_OK);
        cr_assert_eq(lyt_clock_parse(&utc, lyt_str_of(rows[i].utc)), LYT_OK);
        cr_expect_eq(lyt_zone_utc(zone, local / 1000000), utc / 1000000, "row at line %d: %lld",
                     rows[i].line, (long long)lyt_zone_utc(zone, local / 1000000));
    }
    lyt_zone_free(zone);
}

Test(zone, every_cut_of_the_file_is_refused_without_a_leak)
{
    lyt_buf bytes;

    housework_zone_bytes(&bytes);
    for (size_t n = 0; n < bytes.len; n++) {
        lyt_zone *zone = NULL;
        lyt_error err;

        cr_expect_eq(lyt_zone_read(&zone, NULL, (lyt_str){bytes.data, n}, &err), LYT_EFORMAT,
                     "%zu bytes", n);
    }
    lyt_buf_deinit(&bytes);
}

Test(zone, without_a_file_it_is_utc)
{
    lyt_zone *zone;

    cr_assert_eq(lyt_zone_read(&zone, NULL, (lyt_str){NULL, 0}, NULL), LYT_OK);
    cr_expect_eq(lyt_zone_offset(zone, 1785000000), 0);
    cr_expect_eq(lyt_zone_utc(zone, 1785000000), 1785000000);
    lyt_zone_free(zone);
}

static int64_t at(const char *text)
{
    int64_t out = 0;

    cr_assert_eq(lyt_clock_parse(&out, lyt_str_of(text)), LYT_OK);
    return out;
}

Test(zone, SL_03_clocks_run_in_opening_hours_only)
{
    static const lyt_opening
        office =
            {.id = "office",
             .week = {{480, 960}, {480, 960}, {480, 960}, {480, 960}, {480, 960}, {0, 0}, {0, 0}},
             .has_holidays = true},
        night = {
            .id = "night",
            .week = {{0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}, {0, 1440}}};
    static const struct {
        int line;
        const lyt_opening *opening;
        const char *from, *due;
        int64_t minutes;
    } rows[] = {
        /* Wednesday 10:00 local and two hours */
        {__LINE__, &office, "2026-11-25T09:00:00Z", "2026-11-25T11:00:00Z", 120},
        /* over the night, over the weekend */
        {__LINE__, &office, "2026-11-25T14:30:00Z", "2026-11-26T07:30:00Z", 60},
        {__LINE__, &office, "2026-11-27T14:30:00Z", "2026-11-30T07:30:00Z", 60},
        /* over Easter: Thursday to Monday are off, and summer time has begun */
        {__LINE__, &office, "2026-04-01T13:30:00Z", "2026-04-07T06:30:00Z", 60},
        /* from outside the hours */
        {__LINE__, &office, "2026-11-28T12:00:00Z", "2026-11-30T07:10:00Z", 10},
        /* the short and the long night: 24 open hours are 23 or 25 on the wall */
        {__LINE__, &night, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23 * 60},
        {__LINE__, &night, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25 * 60},
    };
    lyt_zone *zone = housework_zone();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t from = at(rows[i].from), due = at(rows[i].due);
        int64_t open = rows[i].minutes * 60000000;

        cr_expect_eq(lyt_opening_add(rows[i].opening, zone, from, open), due, "row at line %d",
                     rows[i].line);
        cr_expect_eq(lyt_opening_between(rows[i].opening, zone, from, due), open, "row at line %d",
                     rows[i].line);
    }
    cr_expect_eq(lyt_opening_add(&(lyt_opening){.id = "never"}, zone, 0, 1), INT64_MAX);
    cr_expect_eq(lyt_opening_between(&office, zone, 5, 4), 0);
    lyt_zone_free(zone);
}
