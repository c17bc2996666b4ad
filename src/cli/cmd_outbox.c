#include <stddef.h>

#include "houseline.h"
#include "housetime.h"
#include "outbox_dry.h"

typedef struct values {
    bool all, json;
    int64_t limit, severity, which, language;
    const char *by, *key, *pack, *place, *replay, *scenario, *server_key, *settings, *state,
        *submit, *way, *who;
} values;

enum { any_choice = 0 };
static const char *const states[] = {"any", "waiting", "failed", "sent", "dead", "dropped", NULL};
static const char *const languages[] = {"own", "da", "en", NULL};

static const lyt_option options[] = {
    {.name = "all",
     .letter = 'a',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, all),
     .help = "what was sent or dropped, too",
     .verbs = "list"},
    {.name = "by",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, by),
     .value = "NAME",
     .help = "who does it; default: the login name",
     .verbs = "retry drop"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON"},
    LYT_ONLINE_KEY(values),
    {.name = "language",
     .type = LYT_OPT_CHOICE,
     .offset = offsetof(values, language),
     .value = "CODE",
     .choices = languages,
     .fallback = "own",
     .help = "in that language; own: that of who is told",
     .verbs = "try"},
    {.name = "limit",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, limit),
     .value = "N",
     .min = 1,
     .max = 10000,
     .fallback = "200",
     .help = "at most so many",
     .verbs = "list"},
    LYT_DESKFILE_PACK(values),
    {.name = "place",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, place),
     .value = "TEXT",
     .fallback = "214",
     .help = "the incident's",
     .verbs = "try"},
    LYT_ONLINE_REPLAY(values),
    {.name = "scenario",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, scenario),
     .value = "ID",
     .fallback = "room-not-cleaned",
     .help = "the incident's",
     .verbs = "try"},
    LYT_ONLINE_SERVER_KEY(values),
    LYT_DESKFILE_SETTINGS(values),
    {.name = "severity",
     .type = LYT_OPT_INT,
     .offset = offsetof(values, severity),
     .value = "N",
     .min = 0,
     .max = 4,
     .fallback = "2",
     .help = "the incident's",
     .verbs = "try"},
    LYT_ONLINE_STATE(values),
    LYT_ONLINE_SUBMIT(values),
    {.name = "way",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, way),
     .value = "NAME",
     .help = "all of that way",
     .verbs = "list retry drop"},
    {.name = "which",
     .type = LYT_OPT_CHOICE,
     .offset = offsetof(values, which),
     .value = "STATE",
     .choices = states,
     .fallback = "any",
     .help = "only those",
     .verbs = "list"},
    {.name = "who",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, who),
     .value = "NAME",
     .help = "who is told",
     .verbs = "try"},
};

typedef enum verb {
    VERB_CHECK,
    VERB_DROP,
    VERB_LIST,
    VERB_RETRY,
    VERB_SHOW,
    VERB_TRY,
} verb;
static const char *const verbs[] = {"check", "drop", "list", "retry", "show", "try", NULL};

static void question(lyt_buf *out, const values *v, verb what, int64_t row)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    if (what == VERB_LIST) {
        lyt_jw_kstr(&jw, "request", LYT_STR("outbox"));
        lyt_jw_kbool(&jw, "all", v->all);
        lyt_jw_kint(&jw, "limit", v->limit);
        if (v->which != any_choice)
            lyt_jw_kstr(&jw, "state", lyt_str_of(states[v->which]));
    } else if (what == VERB_SHOW) {
        lyt_jw_kstr(&jw, "request", LYT_STR("outbox-row"));
    } else {
        lyt_jw_kstr(&jw, "type",
                    what == VERB_RETRY ? LYT_STR("outbox.retry") : LYT_STR("outbox.drop"));
        lyt_jw_kstr(&jw, "by", lyt_str_of(lyt_houseline_who(v->by)));
    }
    if (row)
        lyt_jw_kint(&jw, "row", row);
    if (v->way && !row)
        lyt_jw_kstr(&jw, "way", lyt_str_of(v->way));
    lyt_jw_object_end(&jw);
}

static void print_way(lyt_buf *out, const lyt_json *way)
{
    lyt_str reason = lyt_json_text(way, "reason");

    lyt_buf_addf(out, "%-16.*s %-12.*s %-8.*s %lld waiting, %lld failed, %lld sent, %lld dead",
                 LYT_STR_ARG(lyt_json_text(way, "way")), LYT_STR_ARG(lyt_json_text(way, "kind")),
                 LYT_STR_ARG(lyt_json_text(way, "state")),
                 (long long)lyt_json_number(way, "waiting"),
                 (long long)lyt_json_number(way, "failed"), (long long)lyt_json_number(way, "sent"),
                 (long long)lyt_json_number(way, "dead"));
    if (reason.len && !lyt_str_equal(lyt_json_text(way, "state"), LYT_STR("ok")))
        lyt_buf_addf(out, "; %.*s", LYT_STR_ARG(reason));
    lyt_buf_add_char(out, '\n');
}

static void print_row(lyt_buf *out, const lyt_json *row, const lyt_housetime *time)
{
    lyt_str due = lyt_json_text(row, "due_at"), reason = lyt_json_text(row, "reason");

    lyt_buf_addf(out, "%6lld  %-8.*s %-12.*s %-14.*s", (long long)lyt_json_number(row, "row"),
                 LYT_STR_ARG(lyt_json_text(row, "state")), LYT_STR_ARG(lyt_json_text(row, "way")),
                 LYT_STR_ARG(lyt_json_text(row, "event")));
    if (lyt_json_number(row, "incident"))
        lyt_buf_addf(out, " incident %lld", (long long)lyt_json_number(row, "incident"));
    if (lyt_json_text(row, "who").len)
        lyt_buf_addf(out, " to %.*s", LYT_STR_ARG(lyt_json_text(row, "who")));
    if (lyt_json_number(row, "attempts"))
        lyt_buf_addf(out, ", attempts %lld", (long long)lyt_json_number(row, "attempts"));
    if (due.len) {
        lyt_buf_add_text(out, ", due ");
        lyt_housetime_add_seconds(out, time, due);
    }
    if (reason.len)
        lyt_buf_addf(out, "; %.*s", LYT_STR_ARG(reason));
    lyt_buf_add_char(out, '\n');
}

static void print(lyt_buf *out, const lyt_json *json, const void *user)
{
    verb what = *(const verb *)user;
    const lyt_json *ways = lyt_json_get(json, "ways"), *rows = lyt_json_get(json, "outbox");
    lyt_str text = lyt_json_text(json, "text");
    lyt_housetime time;

    lyt_housetime_open(&time, json);
    switch (what) {
    case VERB_LIST:
        for (size_t i = 0; i < lyt_json_len(ways); i++)
            print_way(out, lyt_json_at(ways, i));
        for (size_t i = 0; i < lyt_json_len(rows); i++)
            print_row(out, lyt_json_at(rows, i), &time);
        if (!lyt_json_len(rows))
            lyt_buf_add_text(out, "nothing waits and nothing failed\n");
        break;
    case VERB_SHOW:
        print_row(out, json, &time);
        if (text.len)
            lyt_buf_addf(out, "        %.*s\n        %.*s\n",
                         LYT_STR_ARG(lyt_json_text(json, "subject")), LYT_STR_ARG(text));
        break;
    case VERB_RETRY:
    case VERB_DROP:
        lyt_buf_addf(out, "%lld %s\n", (long long)lyt_json_number(json, "rows"),
                     what == VERB_RETRY ? "to be sent now" : "dropped");
        break;
    case VERB_CHECK:
    case VERB_TRY:
        break;
    }
    lyt_housetime_close(&time);
}

static lyt_exit ask(const lyt_call *call, verb what, int64_t row)
{
    const values *v = call->values;
    bool moves = what == VERB_RETRY || what == VERB_DROP;
    lyt_houseline line = {v->state, v->key, v->server_key, moves ? v->submit : v->replay, moves, 0};
    lyt_buf text;
    lyt_exit code;

    lyt_buf_init(&text, NULL);
    question(&text, v, what, row);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print, &what);
    lyt_buf_deinit(&text);
    return code;
}

static lyt_exit run_dry(const lyt_call *call, verb what)
{
    const values *v = call->values;
    lyt_outbox_dry dry = {.settings = v->settings,
                          .pack = v->pack,
                          .place = v->place,
                          .scenario = v->scenario,
                          .who = v->who,
                          .language = v->language ? languages[v->language] : NULL,
                          .severity = v->severity,
                          .json = v->json};

    if (what == VERB_CHECK && call->n_operands)
        return lyt_console_misuse(call->console, "check takes no operand; it checks all ways");
    if (what == VERB_CHECK)
        return lyt_outbox_dry_check(call, &dry);
    if (call->n_operands != 2)
        return lyt_console_misuse(call->console,
                                  "what? try takes a way and an event: lyt outbox try sms alarm");
    return lyt_outbox_dry_try(call, &dry, call->operands[0], call->operands[1]);
}

static lyt_exit run(const lyt_call *call)
{
    const values *v = call->values;
    verb what = (verb)call->verb;
    bool may_be_way = what == VERB_RETRY || what == VERB_DROP;
    int64_t row = 0;

    if (what == VERB_CHECK || what == VERB_TRY)
        return run_dry(call, what);
    if (what == VERB_LIST && call->n_operands)
        return lyt_console_misuse(call->console, "list takes no number; outbox show N shows one");
    if (call->n_operands > 1)
        return lyt_console_misuse(call->console, "%s takes one number", verbs[what]);
    if (what != VERB_LIST && !call->n_operands && !(may_be_way && v->way))
        return lyt_console_misuse(call->console, "which one? %s takes a number of the outbox%s",
                                  verbs[what], may_be_way ? ", or --way NAME" : "");
    if (call->n_operands && v->way)
        return lyt_console_misuse(call->console, "either a number or --way, not both");
    if (call->n_operands) {
        row = lyt_houseline_number(call->operands[0]);
        if (!row)
            return lyt_console_misuse(call->console, "'%s' is no number of the outbox",
                                      call->operands[0]);
    }
    return ask(call, what, row);
}

static const lyt_sample samples[] = {
    {"lyt outbox list", "the ways, and what waits, failed or is dead"},
    {"lyt outbox retry --way sms", "the gateway works again: send now what did not get through"},
    {"lyt outbox try sms alarm --settings desk.yaml",
     "what an alarm would look like; nothing is sent"},
    {"lyt outbox check --settings desk.yaml", "whether every secret and text is in order"},
};

const lyt_command lyt_cmd_outbox = {
    .name = "outbox",
    .summary = "What goes out of the house: mail, SMS, webhooks, pagers",
    .usage = "list [--way NAME] [--which STATE] [--all] [--json]\nshow N [--json]\n"
             "retry N|--way NAME [--by NAME]\ndrop N|--way NAME [--by NAME]\n"
             "try WAY EVENT [-s FILE] [--language CODE] [--who NAME] [--json]\n"
             "check [-s FILE] [--json]",
    .description =
        "The ways out stand in the settings of the house under 'ways' (docs/ways-out.md). What is "
        "to go out is written down together with what caused it, and is tried until somebody has "
        "it: at once, after 5 seconds, 5 minutes, 30 minutes, and so on for three days, or as "
        "long as the way says. What nobody tries any more is dead; the operator is told once "
        "(health.way-dead on the bus), the person's next channel is tried, and retry sends it "
        "after all.\n\n"
        "try and check need no service and send nothing; they show no secret.",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = 2,
    .run = run,
};
