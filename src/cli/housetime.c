#include "housetime.h"

#include <stdio.h>

#include "clock.h"
#include "daycal.h"
#include "markup.h"
#include "opening.h"
#include "zonefile.h"

void lyt_housetime_open(lyt_housetime *time, const lyt_json *answer)
{
    lyt_str name = lyt_json_text(answer, "zone");

    *time = (lyt_housetime){NULL, "", false};
    snprintf(time->name, sizeof time->name, "%.*s", LYT_STR_ARG(lyt_str_slice(name, 0, 63)));
    /* a house may be in a zone that this machine's database does not have */
    if (!lyt_zonefile_read(&time->zone, name.len ? time->name : NULL, NULL))
        return;
    time->is_utc = true;
    if (lyt_zonefile_read(&time->zone, "UTC", NULL))
        time->zone = NULL;
}

void lyt_housetime_close(lyt_housetime *time)
{
    lyt_zone_free(time->zone);
    time->zone = NULL;
}

typedef enum precision { TO_DAYS, TO_MINUTES, TO_SECONDS } precision;

static void add(lyt_buf *out, const lyt_housetime *time, lyt_str text, precision to)
{
    int64_t at_us, second_us = 1000000;
    lyt_local local;
    lyt_date date;

    if (!time->zone || lyt_clock_parse(&at_us, text)) {
        lyt_plain_add(out, text);
        return;
    }
    local = lyt_local_at(time->zone, at_us);
    date = lyt_date_of(local.days);
    lyt_buf_addf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
    if (to >= TO_MINUTES)
        lyt_buf_addf(out, " %02d:%02d", local.minute / 60, local.minute % 60);
    if (to == TO_SECONDS)
        lyt_buf_addf(out, ":%02lld", (long long)(at_us / second_us % 60));
    if (time->is_utc && to >= TO_MINUTES)
        lyt_buf_add_text(out, " UTC");
}

void lyt_housetime_add(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339)
{
    add(out, time, rfc3339, TO_MINUTES);
}

void lyt_housetime_add_seconds(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339)
{
    add(out, time, rfc3339, TO_SECONDS);
}

void lyt_housetime_add_day(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339)
{
    add(out, time, rfc3339, TO_DAYS);
}
