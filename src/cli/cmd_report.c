#include <math.h>
#include <stddef.h>
#include <string.h>

#include "json.h"
#include "online.h"
#include "period.h"
#include "review.h"

typedef struct values {
    const char *html, *shifts, *since, *state, *table, *until, *zone;
    double margin;
    int64_t language;
    bool csv, json;
} values;

static const char *const languages[] = {"en", "da", NULL};

static const lyt_option options[] = {
    {.name = "csv",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, csv),
     .help = "one table as comma-separated values: the first, or --table"},
    {.name = "html",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, html),
     .value = "FILE",
     .help = "write a page with plots as well"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object"},
    {.name = "language",
     .letter = 'l',
     .type = LYT_OPT_CHOICE,
     .offset = offsetof(values, language),
     .value = "XX",
     .choices = languages,
     .fallback = "en",
     .help = "what it is written in"},
    {.name = "margin",
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, margin),
     .value = "AMOUNT",
     .min = 0,
     .max = 1e9,
     .fallback = "0",
     .help = "nps: what one recommendation is worth to the house"},
    {.name = "shifts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, shifts),
     .value = "TIMES",
     .fallback = "07:00,15:00,23:00",
     .help = "place: when shifts begin"},
    {.name = "since",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, since),
     .value = "TIME",
     .help = "where the period begins"},
    LYT_ONLINE_STATE(values),
    {.name = "table",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, table),
     .value = "KEY",
     .help = "which table --csv writes"},
    {.name = "until",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, until),
     .value = "TIME",
     .help = "where it ends"},
    {.name = "zone",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, zone),
     .value = "NAME",
     .fallback = "Europe/Copenhagen",
     .help = "whose midnight and hours count; UTC, or a name of the time zone database"},
};

static const char *const verbs[] = {
#define X(name) #name,
    LYT_REVIEWS(X)
#undef X
        NULL,
};

static const lyt_sample samples[] = {
    {"lyt report day", "today until now"},
    {"lyt report week --since 2026-11-16 --html week.html", "that week, as a page with plots"},
    {"lyt report team --since 90d --csv", "ninety days by team, for a spreadsheet"},
    {"lyt report nps --language da --margin 400", "satisfied and very satisfied guests, in Danish"},
};

enum { zone_bytes_max = 1 << 20 };

static lyt_status no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "out of memory");
}

/* A name is a path below the database's folder and must not lead out of it. */
static bool is_zone_name(const char *name)
{
    return *name && *name != '/' && *name != '.' && !strstr(name, "..");
}

static lyt_status read_zone(lyt_zone **out, const char *name, lyt_error *err)
{
    lyt_buf path, bytes;
    lyt_status status;

    if (strcmp(name, "UTC") == 0)
        return lyt_zone_read(out, NULL, (lyt_str){NULL, 0}, err);
    if (!is_zone_name(name))
        return lyt_error_set(err, LYT_EINVAL, "--zone '%s' must be a name as Europe/Copenhagen",
                             name);
    lyt_buf_init(&path, NULL);
    lyt_buf_init(&bytes, NULL);
    lyt_fs_join(&path, "/usr/share/zoneinfo", name);
    status = lyt_buf_status(&path)
                 ? no_memory(err)
                 : lyt_fs_read(lyt_fs_system(), path.data, zone_bytes_max, &bytes, err);
    if (!status)
        status = lyt_zone_read(out, NULL, lyt_buf_str(&bytes), err);
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&bytes);
    return status;
}

static lyt_status read_chronicle(lyt_chronicle **out, const char *state, lyt_error *err)
{
    char folder[lyt_state_path_max];
    lyt_store *store = NULL;
    lyt_buf path;
    lyt_status status = lyt_state_folder(folder, state, err);

    if (status)
        return status;
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, folder, "lyt.db");
    status =
        lyt_buf_status(&path)
            ? no_memory(err)
            : lyt_store_open(
                  &store,
                  &(lyt_store_options){.path = path.data, .read_only = true, .busy_ms = 5000}, err);
    lyt_buf_deinit(&path);
    if (!status)
        status = lyt_chronicle_read(out, NULL, store, err);
    lyt_store_close(store);
    return status;
}

static lyt_status write_page(const lyt_review *review, const char *path, lyt_error *err)
{
    lyt_buf page;
    lyt_status status;

    lyt_buf_init(&page, NULL);
    lyt_review_html(review, &page);
    status = lyt_buf_status(&page) ? no_memory(err)
                                   : lyt_fs_write(lyt_fs_system(), path, lyt_buf_str(&page), err);
    lyt_buf_deinit(&page);
    return status;
}

static lyt_exit print(const lyt_call *call, const lyt_review *review)
{
    const values *v = call->values;
    lyt_exit code = LYT_EXIT_DONE;
    lyt_error err = {0};
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (v->csv && lyt_review_csv(review, v->table, &out)) {
        lyt_review_tables(review, &out);
        code = lyt_console_misuse(call->console, "report: no table '%s'; there are %s", v->table,
                                  out.data ? out.data : "none");
        lyt_buf_deinit(&out);
        return code;
    }
    if (v->json)
        lyt_review_json(review, &out);
    else if (!v->csv)
        lyt_review_text(review, &out);
    lyt_console_write_buf(call->console, &out);
    lyt_buf_deinit(&out);
    if (v->html && write_page(review, v->html, &err))
        code = lyt_console_error(call->console, &err);
    return code;
}

static lyt_exit report(const lyt_call *call, const lyt_review_ask *ask)
{
    const values *v = call->values;
    lyt_review_ask full = *ask;
    lyt_chronicle *chronicle = NULL;
    lyt_review *review = NULL;
    lyt_error err = {0};
    lyt_exit code;
    lyt_status status = read_chronicle(&chronicle, v->state, &err);

    full.chronicle = chronicle;
    if (!status && lyt_review_make(&review, NULL, lyt_review_at((size_t)call->verb), &full))
        status = no_memory(&err);
    code = status ? lyt_console_error(call->console, &err) : print(call, review);
    lyt_review_free(review);
    lyt_chronicle_free(chronicle);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_review_ask ask = {.language = (lyt_page_language)v->language,
                          .margin = v->margin > 0 ? v->margin : NAN,
                          .now_us = lyt_clock_wall_us(call->console->clock)};
    lyt_zone *zone = NULL;
    lyt_error err = {0};
    lyt_exit code;

    if (v->csv && v->json)
        return lyt_console_misuse(call->console, "report: --csv and --json exclude one another");
    if (v->table && !v->csv)
        return lyt_console_misuse(call->console, "report: --table belongs to --csv");
    if (lyt_period_shifts(&ask.shifts, v->shifts))
        return lyt_console_misuse(call->console,
                                  "report: --shifts '%s' must be times of the day, each after the "
                                  "one before, as 07:00,15:00,23:00",
                                  v->shifts);
    switch (read_zone(&zone, v->zone, &err)) {
    case LYT_OK:
        break;
    case LYT_EINVAL:
        return lyt_console_misuse(call->console, "report: %s", err.text);
    default:
        return lyt_console_error(call->console, &err);
    }
    ask.zone = zone;
    if (lyt_period_span(&ask.span.since_us, &ask.span.until_us, v->since, v->until,
                        lyt_review_at((size_t)call->verb)->days, zone, ask.now_us, &err))
        code = lyt_console_misuse(call->console, "report: %s", err.text);
    else
        code = report(call, &ask);
    lyt_zone_free(zone);
    return code;
}

const lyt_command lyt_cmd_report = {
    .name = "report",
    .summary = "Figures of a period: incidents, times, satisfaction, cost",
    .usage = "PAGE [--since TIME] [--until TIME] [--html FILE] [--json | --csv]",
    .description =
        "Reads what a service has kept, in one moment and without holding it up, and counts. "
        "Nothing is changed, and no network is needed. Messages count by when they were "
        "received, incidents by when they were opened, with all that became of them until now.\n"
        "\n"
        "Pages: day and week, in all, by time, scenario, team, property and channel; scenario; "
        "team, with who had it and how much was mended on the spot, the same day, within 24 "
        "hours; place, with properties, shifts, rooms and hours, where groups of fewer than five "
        "guests are counted together; incidents, one a row; cause, the most frequent first; nps, "
        "the bands 0-6, 7-8 and 9-10, what the middle one is worth, and the scores after a "
        "recovery; cost, what was given and what it won; shift, what is handed over, also as one "
        "SMS; drill, how long each step of a drill took.\n"
        "\n"
        "A TIME is 2026-11-25 (midnight), 2026-11-25T14:00 (local), RFC 3339, today, yesterday, or "
        "7d, 12h, 90m ago. With --since alone day and week are so long; else a page is of the "
        "days up to today. docs/reports.md has what each figure means.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = 0,
    .run = run,
};
