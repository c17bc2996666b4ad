#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "csvmap.h"

typedef struct scan {
    lyt_str s;
    size_t at;
} scan;

static char now(const scan *in)
{
    return in->at < in->s.len ? in->s.ptr[in->at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -1: no number. *digits: how many it has. */
static int number(scan *in, size_t max_digits, size_t *digits)
{
    int value = 0;

    for (*digits = 0; *digits < max_digits && is_digit(now(in)); ++*digits)
        value = value * 10 + (in->s.ptr[in->at++] - '0');
    return *digits ? value : -1;
}

static bool skip_any(scan *in, const char *set)
{
    char c = now(in);

    if (!c || !strchr(set, c))
        return false;
    in->at++;
    return true;
}

/* Whether the word stands next, whatever its case; it is stepped over. */
static bool skip_word(scan *in, const char *word)
{
    lyt_str wanted = lyt_str_of(word);

    for (size_t i = 0; i < wanted.len; i++) {
        char c = in->at + i < in->s.len ? in->s.ptr[in->at + i] : '\0';

        if ((c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != wanted.ptr[i])
            return false;
    }
    in->at += wanted.len;
    return true;
}

typedef struct when {
    int year, month, day, hour, minute, second;
    int fraction_us;
    bool has_zone;
    int zone_minutes;
} when;

static bool read_date(scan *in, lyt_date_order order, when *out)
{
    int part[3];
    size_t digits[3];
    char mark = '\0';

    for (int i = 0; i < 3; i++) {
        part[i] = number(in, 4, &digits[i]);
        if (part[i] < 0)
            return false;
        if (i == 2)
            break;
        if (i == 0)
            mark = now(in);
        if (now(in) != mark || !skip_any(in, "-/."))
            return false;
        if (mark == '.' && now(in) == ' ') /* "12. 11. 2025" */
            in->at++;
    }
    if (digits[0] == 4) {
        out->year = part[0];
        out->month = part[1];
        out->day = part[2];
        return digits[1] <= 2 && digits[2] <= 2;
    }
    out->year = digits[2] == 2 ? 2000 + part[2] : part[2];
    out->month = part[order == LYT_DATE_MDY ? 0 : 1];
    out->day = part[order == LYT_DATE_MDY ? 1 : 0];
    return digits[2] == 4 || digits[2] == 2;
}

static bool read_time(scan *in, when *out)
{
    size_t digits;
    int unit = 100000;

    out->hour = number(in, 2, &digits);
    if (out->hour < 0 || !skip_any(in, ":."))
        return false;
    out->minute = number(in, 2, &digits);
    if (digits != 2)
        return false;
    if (is_digit(in->at + 1 < in->s.len ? in->s.ptr[in->at + 1] : '\0') && skip_any(in, ":.")) {
        out->second = number(in, 2, &digits);
        if (digits != 2)
            return false;
        if ((now(in) == '.' || now(in) == ',') && skip_any(in, ".,"))
            for (; is_digit(now(in)); in->at++, unit /= 10)
                out->fraction_us += unit * (now(in) - '0');
    }
    skip_any(in, " ");
    if (skip_word(in, "pm") || skip_word(in, "p.m.")) {
        if (out->hour < 1 || out->hour > 12)
            return false;
        out->hour = out->hour % 12 + 12;
    } else if (skip_word(in, "am") || skip_word(in, "a.m.")) {
        if (out->hour < 1 || out->hour > 12)
            return false;
        out->hour %= 12;
    }
    return true;
}

static bool read_zone(scan *in, when *out)
{
    int sign, hours, minutes = 0;
    size_t digits;
    bool named;

    while (skip_any(in, " "))
        ;
    if (in->at == in->s.len)
        return true;
    out->has_zone = true;
    if (skip_word(in, "cest")) {
        out->zone_minutes = 120;
        return true;
    }
    if (skip_word(in, "cet")) {
        out->zone_minutes = 60;
        return true;
    }
    named = skip_word(in, "gmt") || skip_word(in, "utc") || skip_word(in, "z");
    if (named && in->at == in->s.len)
        return true;
    sign = now(in) == '-' ? -1 : 1;
    if (!skip_any(in, "+-"))
        return false;
    hours = number(in, 2, &digits);
    skip_any(in, ":");
    if (is_digit(now(in)))
        minutes = number(in, 2, &digits);
    out->zone_minutes = sign * (hours * 60 + minutes);
    return hours >= 0 && hours <= 14 && minutes < 60;
}

lyt_status lyt_csv_date(int64_t *local_us, bool *has_zone, lyt_str text, lyt_date_order order)
{
    scan in = {.s = lyt_str_trim(text)};
    when got = {.year = 0};
    char iso[48];
    int64_t us;

    if (!read_date(&in, order, &got))
        return LYT_EFORMAT;
    if (skip_any(&in, "T ,")) {
        while (skip_any(&in, " "))
            ;
        (void)(skip_word(&in, "kl. ") || skip_word(&in, "kl "));
        if (!read_time(&in, &got) || !read_zone(&in, &got))
            return LYT_EFORMAT;
    }
    if (in.at != in.s.len || got.month < 1 || got.month > 12 || got.day < 1 || got.day > 31 ||
        got.hour > 23 || got.minute > 59 || got.second > 59)
        return LYT_EFORMAT;
    snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", got.year, got.month, got.day,
             got.hour, got.minute, got.second);
    if (lyt_clock_parse(&us, lyt_str_of(iso)))
        return LYT_EFORMAT;
    *local_us = us + got.fraction_us - (int64_t)got.zone_minutes * 60000000;
    *has_zone = got.has_zone;
    return LYT_OK;
}
