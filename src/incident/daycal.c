#include "daycal.h"

/* Both ways: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
int64_t lyt_date_days(lyt_date date)
{
    int64_t y = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

lyt_date lyt_date_of(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (lyt_date){(int)(yoe + era * 400 + (month <= 2)), month,
                      (int)(doy - (153 * mp + 2) / 5 + 1)};
}

int lyt_weekday_of(int64_t days)
{
    int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int)(w < 0 ? w + 7 : w);
}

bool lyt_date_is_valid(lyt_date date)
{
    lyt_date back;

    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
        return false;
    back = lyt_date_of(lyt_date_days(date));
    return back.year == date.year && back.month == date.month && back.day == date.day;
}

static bool digits(lyt_str text, size_t from, size_t n, int *out)
{
    *out = 0;
    for (size_t i = from; i < from + n; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *out = *out * 10 + (text.ptr[i] - '0');
    }
    return true;
}

lyt_status lyt_date_parse(lyt_date *out, lyt_str text)
{
    lyt_date date;

    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !digits(text, 0, 4, &date.year) || !digits(text, 5, 2, &date.month) ||
        !digits(text, 8, 2, &date.day) || !lyt_date_is_valid(date))
        return LYT_EFORMAT;
    *out = date;
    return LYT_OK;
}

int64_t lyt_easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return lyt_date_days((lyt_date){year, n / 31, n % 31 + 1});
}

const char *lyt_holiday_da(int64_t days)
{
    static const struct {
        int after_easter;
        const char *name;
    } moving[] = {
        {-3, "skærtorsdag"},           {-2, "langfredag"}, {0, "påskedag"},     {1, "2. påskedag"},
        {39, "Kristi himmelfartsdag"}, {49, "pinsedag"},   {50, "2. pinsedag"},
    };
    enum { prayer_day = 26, last_prayer_year = 2023 };
    lyt_date date = lyt_date_of(days);
    int64_t after = days - lyt_easter(date.year);

    if (date.month == 1 && date.day == 1)
        return "nytårsdag";
    if (date.month == 12 && date.day == 25)
        return "juledag";
    if (date.month == 12 && date.day == 26)
        return "2. juledag";
    if (after == prayer_day && date.year <= last_prayer_year)
        return "store bededag";
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        if (moving[i].after_easter == after)
            return moving[i].name;
    return NULL;
}
