#include "period.h"

#include <string.h>

#include "clock.h"

static const int64_t hour_us = (int64_t)3600 * 1000000;
enum { shift_h = 8 };

bool lyt_period_ago(const char *text, int64_t *out_us)
{
    int64_t n = 0, unit_us;

    for (; *text >= '0' && *text <= '9' && n < 1000000; text++)
        n = n * 10 + (*text - '0');
    if (!n || !*text || !strchr("dhm", *text) || text[1])
        return false;
    unit_us = *text == 'd' ? 24 * hour_us : *text == 'h' ? hour_us : hour_us / 60;
    *out_us = n * unit_us;
    return true;
}

/* "2026-11-25T14:00", without a zone. */
static bool read_local(const char *text, const lyt_zone *zone, int64_t *out_us)
{
    lyt_str all = lyt_str_of(text);
    char full[24];
    int64_t as_utc_us;

    if (all.len != 16)
        return false;
    memcpy(full, text, 16);
    memcpy(full + 16, ":00Z", 5);
    if (lyt_clock_parse(&as_utc_us, lyt_str_of(full)))
        return false;
    *out_us = lyt_zone_utc(zone, as_utc_us / 1000000) * 1000000;
    return true;
}

lyt_status lyt_period_time(int64_t *out, const char *text, const lyt_zone *zone, int64_t now_us)
{
    int64_t today = lyt_local_at(zone, now_us).days, ago_us;
    lyt_date date;

    if (strcmp(text, "today") == 0 || strcmp(text, "yesterday") == 0)
        *out = lyt_local_us(zone, today - (*text == 'y'), 0);
    else if (lyt_date_parse(&date, lyt_str_of(text)) == LYT_OK)
        *out = lyt_local_us(zone, lyt_date_days(date), 0);
    else if (lyt_period_ago(text, &ago_us))
        *out = now_us - ago_us;
    else if (!read_local(text, zone, out))
        return lyt_clock_parse(out, lyt_str_of(text));
    return LYT_OK;
}

/* The same time of day, so many local days later. */
static int64_t days_later(const lyt_zone *zone, int64_t at_us, int days)
{
    lyt_local local = lyt_local_at(zone, at_us);
    int64_t within_us = at_us - lyt_local_us(zone, local.days, local.minute);

    /* in the hour that comes twice this is more than a minute */
    within_us %= hour_us / 60;
    return lyt_local_us(zone, local.days + days, local.minute) + within_us;
}

static lyt_status read_time(int64_t *out, const char *option, const char *text,
                            const lyt_zone *zone, int64_t now_us, lyt_error *err)
{
    if (lyt_period_time(out, text, zone, now_us) == LYT_OK)
        return LYT_OK;
    return lyt_error_set(err, LYT_EFORMAT,
                         "%s '%s' is no time; write it as 2026-11-25, 2026-11-25T14:00, "
                         "2026-11-25T13:00:00Z, yesterday, or 7d, 12h or 90m ago",
                         option, text);
}

lyt_status lyt_period_span(int64_t *since_us, int64_t *until_us, const char *since,
                           const char *until, int days, const lyt_zone *zone, int64_t now_us,
                           lyt_error *err)
{
    int64_t tomorrow_us = lyt_local_us(zone, lyt_local_at(zone, now_us).days + 1, 0);
    lyt_status status = LYT_OK;

    if (since)
        status = read_time(since_us, "--since", since, zone, now_us, err);
    if (!status && until)
        status = read_time(until_us, "--until", until, zone, now_us, err);
    if (status)
        return status;
    if (!until && since && days > 0 && days <= 7)
        *until_us = days_later(zone, *since_us, days);
    else if (!until)
        *until_us = days > 0 ? tomorrow_us : now_us;
    if (!since)
        *since_us = days > 0 ? days_later(zone, *until_us, -days) : *until_us - shift_h * hour_us;
    if (*since_us >= *until_us)
        return lyt_error_set(err, LYT_EINVAL, "--since must be before --until");
    return LYT_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

lyt_status lyt_period_shifts(lyt_shifts *out, const char *text)
{
    lyt_shifts shifts = {.n = 0};

    for (;;) {
        int hour, minute, at;

        /* each test ends at the text's end */
        if (shifts.n == lyt_shifts_max || !is_digit(text[0]) || !is_digit(text[1]) ||
            text[2] != ':' || !is_digit(text[3]) || !is_digit(text[4]))
            return LYT_EFORMAT;
        hour = (text[0] - '0') * 10 + text[1] - '0';
        minute = (text[3] - '0') * 10 + text[4] - '0';
        at = hour * 60 + minute;
        if (hour > 23 || minute > 59 || (shifts.n && at <= shifts.from_min[shifts.n - 1]))
            return LYT_EFORMAT;
        shifts.from_min[shifts.n++] = at;
        if (!text[5])
            break;
        if (text[5] != ',')
            return LYT_EFORMAT;
        text += 6;
    }
    *out = shifts;
    return LYT_OK;
}
