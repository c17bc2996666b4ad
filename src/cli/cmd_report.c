#include <stddef.h>

#include "houseline.h"
#include "recovery_text.h"

typedef struct values {
    bool json;
    const char *from, *key, *property, *replay, *scenario, *server_key, *state, *until;
} values;

static const lyt_option options[] = {
    {.name = "from",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, from),
     .value = "TIME",
     .help = "what opened or was given from then on, as 2026-11-01T00:00:00Z"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    {.name = "property",
     .letter = 'p',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, property),
     .value = "NAME",
     .help = "of one property only"},
    LYT_ONLINE_REPLAY(values),
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, scenario),
     .value = "ID",
     .help = "gestures: of one kind of failure only"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_ONLINE_STATE(values),
    {.name = "until",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, until),
     .value = "TIME",
     .help = "and before then"},
};

enum verb { VERB_GESTURES, VERB_RECOVERY };
static const char *const verbs[] = {"gestures", "recovery", NULL};

static void print_gestures(lyt_buf *out, const lyt_json *answer)
{
    const lyt_json *rows = lyt_json_get(answer, "gestures"), *sums = lyt_json_get(answer, "sums");
    const lyt_json *sum;
    void *cursor = NULL;
    lyt_str currency;
    int64_t amount;

    lyt_buf_add_text(out,
                     "date,property,incident,scenario,gesture,amount,currency,by,decided_by\n");
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        int64_t cents = lyt_json_number(row, "amount");

        lyt_buf_addf(out, "%.*s,%.*s,%lld,%.*s,%.*s,%lld.%02lld,%.*s,%.*s,%.*s\n",
                     LYT_STR_ARG(lyt_str_slice(lyt_json_text(row, "at"), 0, 10)),
                     LYT_STR_ARG(lyt_json_text(row, "property")),
                     (long long)lyt_json_number(row, "incident"),
                     LYT_STR_ARG(lyt_json_text(row, "scenario")),
                     LYT_STR_ARG(lyt_json_text(row, "gesture")), (long long)cents / 100,
                     (long long)cents % 100, LYT_STR_ARG(lyt_json_text(row, "currency")),
                     LYT_STR_ARG(lyt_json_text(row, "by")),
                     LYT_STR_ARG(lyt_json_text(row, "decided_by")));
    }
    while (lyt_json_each(sums, &cursor, &currency, &sum))
        if (lyt_json_int(sum, &amount) && amount)
            lyt_buf_addf(out, "sum,,,,,%lld.%02lld,%.*s,,\n", (long long)amount / 100,
                         (long long)amount % 100, LYT_STR_ARG(currency));
}

static void add(lyt_jw *jw, const char *key, const char *value)
{
    if (value)
        lyt_jw_kstr(jw, key, lyt_str_of(value));
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false};
    lyt_json *answer = NULL;
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    if (v->scenario && call->verb == VERB_RECOVERY)
        return lyt_console_misuse(call->console, "--scenario is for report gestures");
    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", lyt_str_of(verbs[call->verb]));
    add(&jw, "from", v->from);
    add(&jw, "until", v->until);
    add(&jw, "property", v->property);
    add(&jw, "scenario", v->scenario);
    lyt_jw_object_end(&jw);
    code = lyt_houseline_ask(call, &line, lyt_buf_str(&text), &answer);
    lyt_buf_reset(&text);
    if (code == LYT_EXIT_DONE && v->json) {
        lyt_houseline_json(call, answer);
    } else if (code == LYT_EXIT_DONE) {
        if (call->verb == VERB_GESTURES)
            print_gestures(&text, answer);
        else
            lyt_recovery_text(&text, answer);
        lyt_console_write_buf(call->console, &text);
    }
    lyt_json_free(answer);
    lyt_buf_deinit(&text);
    return code;
}

static const lyt_sample samples[] = {
    {"lyt report recovery", "clocks, speed, gestures, promises and fixes"},
    {"lyt report recovery --from 2026-11-01T00:00:00Z --json", "the same for a program"},
    {"lyt report gestures > gestures.csv", "what was given, for the accounts"},
};

const lyt_command lyt_cmd_report = {
    .name = "report",
    .summary = "Figures of recovery: clocks met, speed, gestures, promises, fixes",
    .usage = "recovery [--from TIME] [--until TIME] [--property NAME] [--json]\n"
             "gestures [--from TIME] [--until TIME] [--scenario ID] [--json]",
    .description =
        "recovery says how many incidents met each of their clocks, by team, person and property; "
        "how many were put right on the spot, the same day, within 24 hours; who decided what was "
        "given; how soon the first gesture came; which gestures guests said yes after; which "
        "promises were kept and fixes held; and whether what triggers lead to helps, against "
        "those they left alone. Drills and false alarms are in none of it.\n"
        "\n"
        "gestures is what was given, a line each as CSV, and the sums, which are those of the "
        "lines. Needs a service that knows its house (lyt serve --desk).",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .run = run,
};
