#include "report_house.h"

#include <stdio.h>
#include <string.h>

#include "csvout.h"
#include "period.h"
#include "recovery_text.h"
#include "zonefile.h"

static void add_amount(lyt_csvout *csv, int64_t cents, lyt_str currency)
{
    char text[32];

    snprintf(text, sizeof text, "%lld.%02lld", (long long)cents / 100, (long long)cents % 100);
    lyt_csvout_text(csv, lyt_str_of(text));
    lyt_csvout_text(csv, currency);
}

static void add_given(lyt_csvout *csv, const lyt_json *row)
{
    lyt_csvout_text(csv, lyt_str_slice(lyt_json_text(row, "at"), 0, 10));
    lyt_csvout_text(csv, lyt_json_text(row, "property"));
    lyt_csvout_number(csv, (double)lyt_json_number(row, "incident"), 0);
    lyt_csvout_text(csv, lyt_json_text(row, "scenario"));
    lyt_csvout_text(csv, lyt_json_text(row, "gesture"));
    add_amount(csv, lyt_json_number(row, "amount"), lyt_json_text(row, "currency"));
    lyt_csvout_text(csv, lyt_json_text(row, "by"));
    lyt_csvout_text(csv, lyt_json_text(row, "decided_by"));
    lyt_csvout_end(csv);
}

static void add_sum(lyt_csvout *csv, int64_t cents, lyt_str currency)
{
    static const lyt_str none = {"", 0};

    lyt_csvout_text(csv, LYT_STR("sum"));
    for (int i = 0; i < 4; i++)
        lyt_csvout_text(csv, none);
    add_amount(csv, cents, currency);
    lyt_csvout_text(csv, none);
    lyt_csvout_text(csv, none);
    lyt_csvout_end(csv);
}

static void print_gestures(lyt_buf *out, const lyt_json *answer, const void *user)
{
    static const char *const titles[] = {"date",   "property", "incident", "scenario",  "gesture",
                                         "amount", "currency", "by",       "decided_by"};
    const lyt_json *rows = lyt_json_get(answer, "gestures"), *sums = lyt_json_get(answer, "sums");
    const lyt_json *sum;
    void *cursor = NULL;
    lyt_str currency;
    int64_t amount;
    lyt_csvout csv;

    (void)user;
    lyt_csvout_init(&csv, out);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        lyt_csvout_text(&csv, lyt_str_of(titles[i]));
    lyt_csvout_end(&csv);
    for (size_t i = 0; i < lyt_json_len(rows); i++)
        add_given(&csv, lyt_json_at(rows, i));
    while (lyt_json_each(sums, &cursor, &currency, &sum))
        if (lyt_json_int(sum, &amount) && amount)
            add_sum(&csv, amount, currency);
}

static void print_recovery(lyt_buf *out, const lyt_json *answer, const void *user)
{
    lyt_recovery_text(out, answer, user);
}

static void add(lyt_jw *jw, const char *key, const char *value)
{
    if (value)
        lyt_jw_kstr(jw, key, lyt_str_of(value));
}

/* The service knows instants only. */
static lyt_exit add_time(const lyt_call *call, lyt_jw *jw, const char *key, const char *value,
                         const lyt_zone *zone)
{
    int64_t at_us = 0;
    lyt_buf text;

    if (!value)
        return LYT_EXIT_DONE;
    if (lyt_period_time(&at_us, value, zone, lyt_clock_wall_us(call->console->clock)))
        return lyt_console_misuse(call->console,
                                  "report: --%s '%s' is no time: give 2026-11-25, "
                                  "2026-11-25T14:00, today, yesterday or 7d",
                                  strcmp(key, "from") == 0 ? "since" : key, value);
    lyt_buf_init(&text, NULL);
    lyt_clock_format(&text, at_us);
    lyt_jw_kstr(jw, key, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    return LYT_EXIT_DONE;
}

lyt_exit lyt_report_house(const lyt_call *call, const lyt_house_wish *v, bool gestures)
{
    const lyt_housewords words = {v->language, NULL};
    lyt_zone *zone = NULL;
    lyt_error err = {0};
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    if (lyt_zonefile_read(&zone, v->zone, &err))
        return lyt_console_error(call->console, &err);
    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", gestures ? LYT_STR("gestures") : LYT_STR("recovery"));
    code = add_time(call, &jw, "from", v->since, zone);
    if (code == LYT_EXIT_DONE)
        code = add_time(call, &jw, "until", v->until, zone);
    add(&jw, "by", lyt_houseline_who(v->by));
    add(&jw, "property", v->property);
    add(&jw, "scenario", v->scenario);
    lyt_jw_object_end(&jw);
    if (code == LYT_EXIT_DONE)
        code = lyt_houseline_show(call, &v->line, &text,
                                  v->json    ? NULL
                                  : gestures ? print_gestures
                                             : print_recovery,
                                  &words);
    lyt_buf_deinit(&text);
    lyt_zone_free(zone);
    return code;
}
