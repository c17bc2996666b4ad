#include <stddef.h>

#include "online.h"
#include "report_house.h"
#include "report_pages.h"

typedef struct values {
    const char *by, *html, *key, *pack, *property, *replay, *scenario, *server_key, *shifts, *since, *state,
        *table, *until, *zone;
    lyt_texts mask, without;
    double margin;
    int64_t language;
    bool csv, json;
} values;

/* Of the two kinds of verbs: figures of a running house, and pages of what was kept. */
#define HOUSE "recovery gestures"
#define PAGES "-recovery gestures"

static const lyt_option options[] = {
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who reads it; default: you. What the house calls sensitive is restricted "
             "for who may not see it"},
    {.name = "csv",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, csv),
     .help = "one table as comma-separated values: the first, or --table",
     .verbs = PAGES},
    {.name = "from",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, since),
     .value = "TIME",
     .help = "another name of --since"},
    {.name = "html",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, html),
     .value = "FILE",
     .help = "write a page with plots as well",
     .verbs = PAGES},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "one JSON object"},
    LYT_ONLINE_KEY(values),
    LYT_HOUSEWORDS_LANGUAGE(values),
    {.name = "margin",
     .type = LYT_OPT_REAL,
     .offset = offsetof(values, margin),
     .value = "AMOUNT",
     .min = 0,
     .max = 1e9,
     .fallback = "0",
     .help = "what one recommendation is worth to the house",
     .verbs = "nps"},
    {.name = "mask",
     .type = LYT_OPT_TEXTS,
     .offset = offsetof(values, mask),
     .value = "SCENARIO",
     .help = "call it restricted, nowhere and without words: it counts, and no reader learns of "
             "what",
     .verbs = PAGES},
    {.name = "pack",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, pack),
     .value = "PACK",
     .fallback = "hotel",
     .help = "whose scenarios and journey the service knows",
     .verbs = "moments"},
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "of one property only",
     .verbs = HOUSE},
    LYT_ONLINE_REPLAY(values),
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, scenario),
     .value = "ID",
     .help = "of one kind of failure only",
     .verbs = "gestures"},
    LYT_ONLINE_SERVER_KEY(values),
    {.name = "shifts",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, shifts),
     .value = "TIMES",
     .fallback = "07:00,15:00,23:00",
     .help = "when shifts begin",
     .verbs = "place"},
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
     .help = "which table --csv writes",
     .verbs = PAGES},
    {.name = "until",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, until),
     .value = "TIME",
     .help = "where it ends"},
    {.name = "without",
     .type = LYT_OPT_TEXTS,
     .offset = offsetof(values, without),
     .value = "SCENARIO",
     .help = "leave out what not every reader may know of, as theft",
     .verbs = PAGES},
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
        "gestures",
    "recovery",
    NULL,
};

static const lyt_sample samples[] = {
    {"lyt report day", "today until now"},
    {"lyt report week --since 2026-11-16 --html week.html", "that week, as a page with plots"},
    {"lyt report team --since 90d --csv", "ninety days by team, for a spreadsheet"},
    {"lyt report recovery", "clocks, speed, gestures, promises and fixes, asked of the service"},
    {"lyt report gestures > gestures.csv", "what was given, for the accounts"},
    {"lyt report moments --since 30d", "at which step of their way guests meet failures"},
    {"lyt report nps --language da --margin 400", "satisfied and very satisfied guests, in Danish"},
};

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_report_wish wish = {
        .by = v->by,
        .html = v->html,
        .pack = v->pack,
        .shifts = v->shifts,
        .since = v->since,
        .state = v->state,
        .table = v->table,
        .until = v->until,
        .zone = v->zone,
        .mask = &v->mask,
        .without = &v->without,
        .margin = v->margin,
        .language = lyt_housewords_language(v->language),
        .csv = v->csv,
        .json = v->json,
    };

    if ((size_t)call->verb >= lyt_reviews()) {
        lyt_house_wish house = {.by = v->by,
                                .since = v->since,
                                .until = v->until,
                                .zone = v->zone,
                                .property = v->property,
                                .scenario = v->scenario,
                                .line = {v->state, v->key, v->server_key, v->replay, false},
                                .language = lyt_housewords_language(v->language),
                                .json = v->json};

        return lyt_report_house(call, &house, (size_t)call->verb == lyt_reviews());
    }
    return lyt_report_page(call, &wish, lyt_review_at((size_t)call->verb));
}

const lyt_command lyt_cmd_report = {
    .name = "report",
    .summary = "Figures of a period: incidents, times, satisfaction, cost",
    .usage = "PAGE [--since TIME] [--until TIME] [--html FILE] [--json | --csv]\n"
             "recovery [--since TIME] [--until TIME] [--property NAME] [--json]\n"
             "gestures [--since TIME] [--until TIME] [--scenario ID] [--json]",
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
        "recovery; moments, at which step of the journey that the pack names things fail, and what it "
        "does to the scores; cost, what was given and what it won; shift, what is handed over, also as one "
        "SMS; drill, how long each step of a drill took.\n"
        "\n"
        "A TIME is 2026-11-25 (midnight), 2026-11-25T14:00 (local), RFC 3339, today, yesterday, or "
        "7d, 12h, 90m ago. With --since alone day and week are so long; else a page is of the "
        "days up to today. docs/reports.md has what each figure means.\n"
        "\n"
        "recovery says how many incidents met each of their clocks, by team, person and property; "
        "how many were put right on the spot, the same day, within 24 hours; who decided what was "
        "given; how soon the first gesture came; which gestures guests said yes after; which "
        "promises were kept and fixes held; and whether what triggers lead to helps, against "
        "those they left alone. Drills and false alarms are in none of it.\n"
        "\n"
        "gestures is what was given, a line each as CSV, and the sums, which are those of the "
        "lines. Both ask a service that knows its house (lyt serve --desk).\n"
        "\n"
        "What the settings of the house call sensitive counts in every figure, and is called "
        "restricted, nowhere and without words, for whoever they do not let see it: --by, or who "
        "runs the command, must be a person of one of the roles they name. A service with keys "
        "goes by the key.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .min_operands = 0,
    .max_operands = 0,
    .run = run,
};
