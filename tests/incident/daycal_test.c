#include <string.h>

#include "daycal.h"
#include "testing.h"

LYT_SUITE(daycal);

static int64_t day(int year, int month, int date)
{
    return lyt_date_days((lyt_date){year, month, date});
}

Test(daycal, easter_falls_where_the_tables_have_it)
{
    static const struct {
        int line, year, month, day;
    } rows[] = {
        {__LINE__, 1583, 4, 10}, {__LINE__, 1818, 3, 22}, {__LINE__, 1943, 4, 25},
        {__LINE__, 2000, 4, 23}, {__LINE__, 2008, 3, 23}, {__LINE__, 2023, 4, 9},
        {__LINE__, 2024, 3, 31}, {__LINE__, 2025, 4, 20}, {__LINE__, 2026, 4, 5},
        {__LINE__, 2027, 3, 28}, {__LINE__, 2028, 4, 16}, {__LINE__, 2038, 4, 25},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_date got = lyt_date_of(lyt_easter(rows[i].year));

        cr_expect(got.year == rows[i].year && got.month == rows[i].month && got.day == rows[i].day,
                  "row at line %d: %d-%02d-%02d", rows[i].line, got.year, got.month, got.day);
        cr_expect_eq(lyt_weekday_of(lyt_easter(rows[i].year)), 6);
    }
}

Test(daycal, SL_03_danish_public_holidays_in_a_fixed_table)
{
    static const struct {
        int line, year, month, day;
        const char *name;
    } rows[] = {
        {__LINE__, 2026, 1, 1, "nytårsdag"},
        {__LINE__, 2026, 4, 2, "skærtorsdag"},
        {__LINE__, 2026, 4, 3, "langfredag"},
        {__LINE__, 2026, 4, 5, "påskedag"},
        {__LINE__, 2026, 4, 6, "2. påskedag"},
        {__LINE__, 2026, 5, 1, NULL}, /* once store bededag */
        {__LINE__, 2023, 5, 5, "store bededag"},
        {__LINE__, 2024, 4, 26, NULL},
        {__LINE__, 2026, 5, 14, "Kristi himmelfartsdag"},
        {__LINE__, 2026, 5, 24, "pinsedag"},
        {__LINE__, 2026, 5, 25, "2. pinsedag"},
        {__LINE__, 2026, 6, 5, NULL}, /* Constitution Day is none by law */
        {__LINE__, 2026, 12, 24, NULL},
        {__LINE__, 2026, 12, 25, "juledag"},
        {__LINE__, 2026, 12, 26, "2. juledag"},
        {__LINE__, 2027, 3, 28, "påskedag"},
        {__LINE__, 2027, 5, 6, "Kristi himmelfartsdag"},
        {__LINE__, 2027, 5, 17, "2. pinsedag"},
    };
    int n = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = lyt_holiday_da(day(rows[i].year, rows[i].month, rows[i].day));

        cr_expect(rows[i].name ? got && strcmp(got, rows[i].name) == 0 : !got, "row at line %d: %s",
                  rows[i].line, got ? got : "none");
    }
    for (int64_t d = day(2026, 1, 1); d < day(2027, 1, 1); d++)
        n += lyt_holiday_da(d) != NULL;
    cr_expect_eq(n, 10);
}

Test(daycal, days_and_dates_are_each_other)
{
    for (int64_t d = day(1899, 12, 31); d < day(2101, 1, 1); d++) {
        lyt_date date = lyt_date_of(d);

        cr_assert_eq(lyt_date_days(date), d);
        cr_assert(lyt_date_is_valid(date));
    }
    cr_expect_eq(lyt_weekday_of(day(2026, 11, 25)), 2);
    cr_expect_not(lyt_date_is_valid((lyt_date){2026, 2, 29}));
    cr_expect(lyt_date_is_valid((lyt_date){2028, 2, 29}));
    cr_expect_not(lyt_date_is_valid((lyt_date){2026, 13, 1}));
}

Test(daycal, dates_are_read_or_refused)
{
    static const char *const bad[] = {"",           "2026-2-01",   "2026-02-30", "2026/02/01",
                                      "2026-02-0x", "2026-02-01 ", "26-02-01"};
    lyt_date date = {0, 0, 0};

    cr_expect_eq(lyt_date_parse(&date, LYT_STR("2026-12-24")), LYT_OK);
    cr_expect(date.year == 2026 && date.month == 12 && date.day == 24);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(lyt_date_parse(&date, lyt_str_of(bad[i])), LYT_EFORMAT, "'%s'", bad[i]);
}
