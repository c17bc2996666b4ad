/*
 * lyt_daycal: dates, and the public holidays of Denmark.
 *
 * Days count from 1970-01-01; weekdays from Monday = 0. Proleptic Gregorian.
 *
 * Threads   pure functions.
 */
#ifndef LYT_DAYCAL_H
#define LYT_DAYCAL_H

#include <stdint.h>

#include <lyt/str.h>

typedef struct lyt_date {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
} lyt_date;

int64_t lyt_date_days(lyt_date date);
lyt_date lyt_date_of(int64_t days);
int lyt_weekday_of(int64_t days);
bool lyt_date_is_valid(lyt_date date);

/* "2026-12-24". LYT_EFORMAT leaves out untouched. */
LYT_MUST_USE lyt_status lyt_date_parse(lyt_date *out, lyt_str text);

/*
 * Easter Sunday, by the algorithm of Meeus, Jones and Butcher (J. Meeus, Astronomical
 * Algorithms, chapter 8), for years from 1583.
 */
int64_t lyt_easter(int year);

/*
 * The public holiday of Denmark on that day, in Danish; NULL: none. Store bededag
 * was one for the last time in 2023.
 */
const char *lyt_holiday_da(int64_t days);

#endif
