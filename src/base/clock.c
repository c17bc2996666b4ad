#include "clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_wall_us(void *context)
{
    (void)context;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono_us(void *context)
{
    (void)context;
    return read_clock(CLOCK_MONOTONIC);
}

static const lyt_clock system_clock = {system_wall_us, system_mono_us, NULL};

const lyt_clock *lyt_clock_system(void)
{
    return &system_clock;
}

int64_t lyt_clock_wall_us(const lyt_clock *clock)
{
    return clock->wall_us(clock->context);
}

int64_t lyt_clock_mono_us(const lyt_clock *clock)
{
    return clock->mono_us(clock->context);
}

/*
 * Days since 1970-01-01 and back, proleptic Gregorian; the method counts years
 * from March so that the leap day is the last of the year (H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms").
 */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned of_era = (unsigned)(y - era * 400);
    unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + (int64_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

static void date_of(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    unsigned doe = (unsigned)(z - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;

    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = (int64_t)yoe + era * 400 + (*month <= 2);
}

void lyt_clock_format(lyt_buf *out, int64_t wall_us)
{
    int64_t s = wall_us / 1000000, rest = wall_us % 1000000, days, in_day, year;
    unsigned month, day;

    if (rest < 0) {
        rest += 1000000;
        s--;
    }
    days = s / 86400;
    in_day = s % 86400;
    if (in_day < 0) {
        in_day += 86400;
        days--;
    }
    date_of(days, &year, &month, &day);
    lyt_buf_addf(out, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", (int)year, month, day,
                 (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60), (int)rest);
}

static bool number(lyt_str text, size_t at, size_t digits, unsigned *out)
{
    unsigned value = 0;

    if (at + digits > text.len)
        return false;
    for (size_t i = at; i < at + digits; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *out = value;
    return true;
}

static bool mark(lyt_str text, size_t at, const char *any)
{
    return at < text.len && text.ptr[at] &&
           lyt_str_find(lyt_str_of(any), text.ptr[at], 0) < lyt_str_of(any).len;
}

static unsigned days_in(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

lyt_status lyt_clock_parse(int64_t *out, lyt_str text)
{
    unsigned year, month, day, hour, minute, second, zone_hour = 0, zone_minute = 0, us = 0;
    size_t at = 19;
    int64_t t;

    if (!number(text, 0, 4, &year) || !mark(text, 4, "-") || !number(text, 5, 2, &month) ||
        !mark(text, 7, "-") || !number(text, 8, 2, &day) || !mark(text, 10, "Tt ") ||
        !number(text, 11, 2, &hour) || !mark(text, 13, ":") || !number(text, 14, 2, &minute) ||
        !mark(text, 16, ":") || !number(text, 17, 2, &second))
        return LYT_EFORMAT;
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
        minute > 59 || second > 60)
        return LYT_EFORMAT;
    if (mark(text, at, ".")) {
        unsigned digit, scale = 100000;

        for (at++; number(text, at, 1, &digit); at++, scale /= 10)
            us += digit * scale;
        if (text.ptr[at - 1] == '.')
            return LYT_EFORMAT;
    }
    t = days_of(year, month, day) * 86400 + (int64_t)hour * 3600 + minute * 60 + second;
    if (mark(text, at, "Zz")) {
        at++;
    } else if (mark(text, at, "+-") && number(text, at + 1, 2, &zone_hour) &&
               mark(text, at + 3, ":") && number(text, at + 4, 2, &zone_minute) && zone_hour < 24 &&
               zone_minute < 60) {
        int64_t zone = (int64_t)zone_hour * 3600 + zone_minute * 60;

        t += text.ptr[at] == '+' ? -zone : zone;
        at += 6;
    } else {
        return LYT_EFORMAT;
    }
    if (at != text.len)
        return LYT_EFORMAT;
    *out = t * 1000000 + us;
    return LYT_OK;
}
