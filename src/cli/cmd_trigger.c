#include <stddef.h>
#include <string.h>

#include "deskfile.h"
#include "feed.h"
#include "houseline.h"
#include "housetime.h"
#include "lines.h"

typedef struct trigger_values {
    const char *at;
    bool json;
    const char *key, *pack, *replay, *server_key, *settings, *state;
} trigger_values;

static const lyt_option options[] = {
    {.name = "at",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(trigger_values, at),
     .value = "TIME",
     .help = "how late it is at the end; else the last event's time",
     .verbs = "try"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(trigger_values, json),
     .help = "one JSON object a line"},
    LYT_ONLINE_KEY(trigger_values),
    LYT_DESKFILE_PACK(trigger_values),
    LYT_ONLINE_REPLAY(trigger_values),
    LYT_ONLINE_SERVER_KEY(trigger_values),
    LYT_DESKFILE_SETTINGS(trigger_values),
    LYT_ONLINE_STATE(trigger_values),
};

enum verb { VERB_LIST, VERB_SHOW, VERB_TRY };
static const char *const verbs[] = {"list", "show", "try", NULL};

static const lyt_sample samples[] = {
    {"lyt trigger list -p support", "which rules there are, and what comes of them"},
    {"lyt trigger show no-car-yet", "what it has found in the running service"},
    {"lyt trigger try -p support events.jsonl", "what these events would have started"},
};

enum { line_bytes = 64 * 1024 };

static const int64_t lateness_us = 600 * (int64_t)1000000;

typedef struct trigger_state {
    const lyt_call *call;
    const trigger_values *values;
    const lyt_settings *settings;
    lyt_triggers *triggers;
    lyt_buf out;
} trigger_state;

static void list(trigger_state *state)
{
    static const char *const kinds[] = {
#define X(name, text) text,
        LYT_TRIGGER_KINDS(X)
#undef X
    };

    for (size_t i = 0; i < state->settings->n_triggers; i++) {
        const lyt_trigger *t = &state->settings->triggers[i];
        const char *comes = t->makes ? t->makes : t->scenario;
        lyt_jw jw;

        if (!state->values->json) {
            lyt_buf_addf(&state->out, "%-20s %-12s %s%s%s%s%s%s%s\n", t->id, kinds[t->kind],
                         t->makes ? "makes " : "opens ", comes, t->step ? ", at the step " : "",
                         t->step ? t->step : "", t->gesture ? ", gives " : "",
                         t->gesture ? t->gesture : "", t->task ? ", a task" : "");
            continue;
        }
        lyt_jw_init(&jw, &state->out);
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "trigger", lyt_str_of(t->id));
        lyt_jw_kstr(&jw, "kind", lyt_str_of(kinds[t->kind]));
        lyt_jw_kstr(&jw, t->makes ? "makes" : "scenario", lyt_str_of(comes));
        if (t->step)
            lyt_jw_kstr(&jw, "step", lyt_str_of(t->step));
        if (t->gesture)
            lyt_jw_kstr(&jw, "gesture", lyt_str_of(t->gesture));
        if (t->task)
            lyt_jw_kstr(&jw, "task", lyt_str_of(t->task));
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&state->out, '\n');
    }
}

static void add_facts(trigger_state *state, const lyt_finding *finding, lyt_jw *jw)
{
    const lyt_names *facts = &finding->rule->facts;

    for (size_t i = 0; i < facts->n; i++) {
        lyt_str value = lyt_triggers_attr(state->triggers, finding->subject,
                                          lyt_str_of(facts->item[i]), finding->at_us);

        if (value.len && jw)
            lyt_jw_kstr(jw, facts->item[i], value);
        else if (value.len)
            lyt_buf_addf(&state->out, "  %s: %.*s\n", facts->item[i], LYT_STR_ARG(value));
    }
}

static void add_words(trigger_state *state, const lyt_finding *finding, lyt_jw *jw)
{
    const struct {
        const char *key, *text;
    } words[] = {{"script_en", finding->rule->script_en},
                 {"script_da", finding->rule->script_da},
                 {"tips_en", finding->rule->tips_en},
                 {"tips_da", finding->rule->tips_da}};
    lyt_buf text;

    lyt_buf_init(&text, NULL);
    for (size_t i = 0; i < 4; i++) {
        if (!words[i].text)
            continue;
        lyt_buf_reset(&text);
        lyt_trigger_fill(&text, words[i].text, state->triggers, finding, state->settings->zone);
        if (jw)
            lyt_jw_kstr(jw, words[i].key, lyt_buf_str(&text));
        else
            lyt_buf_addf(&state->out, "  %s\n", text.data ? text.data : "");
    }
    lyt_buf_deinit(&text);
}

static void on_finding(void *context, const lyt_finding *finding)
{
    trigger_state *state = context;
    const lyt_trigger *rule = finding->rule;
    lyt_buf at;
    lyt_jw jw;

    if (!state->values->json) {
        lyt_deskfile_local(&state->out, state->settings, finding->at_us, LYT_PAGE_EN);
        lyt_buf_addf(&state->out, "  %s %s %.*s: %s, severity %d%s%s%s\n",
                     finding->is_withdrawn ? "withdrawn" : "found", rule->id,
                     LYT_STR_ARG(finding->subject), rule->scenario, finding->severity,
                     rule->gesture ? ", gives " : "", rule->gesture ? rule->gesture : "",
                     finding->is_held_out ? ", held out for comparison" : "");
        if (!finding->is_withdrawn) {
            add_facts(state, finding, NULL);
            add_words(state, finding, NULL);
        }
        return;
    }
    lyt_buf_init(&at, NULL);
    lyt_clock_format(&at, finding->at_us);
    lyt_jw_init(&jw, &state->out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "trigger", lyt_str_of(rule->id));
    lyt_jw_kstr(&jw, "subject", finding->subject);
    lyt_jw_kstr(&jw, "at", lyt_buf_str(&at));
    lyt_jw_kbool(&jw, "withdrawn", finding->is_withdrawn);
    lyt_jw_kstr(&jw, "scenario", lyt_str_of(rule->scenario));
    lyt_jw_kint(&jw, "severity", finding->severity);
    lyt_jw_kbool(&jw, "held_out", finding->is_held_out);
    if (rule->gesture)
        lyt_jw_kstr(&jw, "gesture", lyt_str_of(rule->gesture));
    if (rule->task)
        lyt_jw_kstr(&jw, "task", lyt_str_of(rule->task));
    lyt_jw_key(&jw, "facts");
    lyt_jw_object(&jw);
    add_facts(state, finding, &jw);
    lyt_jw_object_end(&jw);
    add_words(state, finding, &jw);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&state->out, '\n');
    lyt_buf_deinit(&at);
}

static lyt_status take_line(trigger_state *state, const lyt_line *line, const char *name,
                            int64_t *last_us, lyt_error *err)
{
    lyt_json *json = NULL;
    lyt_feed_event read;
    lyt_error why = {0};
    lyt_status status = lyt_line_check(line, name, err);

    if (status)
        return status;
    status = lyt_json_parse(&json, line->text, line_bytes, &why);
    if (!status)
        status = lyt_feed_read_event(&read, json, &why);
    if (!status && read.event.at_us > *last_us)
        *last_us = read.event.at_us;
    if (!status)
        status = lyt_triggers_tick(state->triggers, *last_us, on_finding, state, &why);
    if (!status)
        status = lyt_triggers_take(state->triggers, &read.event, *last_us, on_finding, state, &why);
    lyt_json_free(json);
    if (status == LYT_EEXISTS)
        return LYT_OK;
    return status ? lyt_error_at(err, status, name, line->number, why.column, "%s%s%s", why.file,
                                 why.file[0] ? ": " : "", why.text)
                  : LYT_OK;
}

static lyt_exit take_file(trigger_state *state, const char *path, int64_t *last_us)
{
    lyt_lines_options how = {
        .path = path, .in_fd = state->call->console->in_fd, .limit_bytes = line_bytes};
    lyt_lines *lines = NULL;
    lyt_error err = {0};
    lyt_line line;
    lyt_status status = lyt_lines_open(&lines, &how, &err);

    while (!status) {
        status = lyt_lines_next(lines, &line, &err);
        if (!status && lyt_str_trim(line.text).len)
            status = take_line(state, &line, lyt_lines_name(lines), last_us, &err);
    }
    lyt_lines_close(lines);
    return status == LYT_EEND ? LYT_EXIT_DONE : lyt_console_error(state->call->console, &err);
}

static lyt_exit try_events(trigger_state *state)
{
    const lyt_call *call = state->call;
    int64_t last_us = 0, end_us = 0;
    lyt_exit code = LYT_EXIT_DONE;
    lyt_error err = {0};

    if (lyt_triggers_new(&state->triggers, NULL, state->settings->triggers,
                         state->settings->n_triggers, lateness_us))
        return lyt_console_complain(call->console, "out of memory");
    if (state->values->at)
        code = lyt_deskfile_time(call, state->settings, state->values->at, &end_us);
    for (int i = 0; code == LYT_EXIT_DONE && i < (call->n_operands ? call->n_operands : 1); i++)
        code = take_file(state, call->n_operands ? call->operands[i] : "-", &last_us);
    if (code == LYT_EXIT_DONE && state->values->at &&
        lyt_triggers_tick(state->triggers, end_us, on_finding, state, &err))
        code = lyt_console_error(call->console, &err);
    return code;
}

static void print_found(lyt_buf *out, const lyt_json *answer, const void *user)
{
    const lyt_json *triggers = lyt_json_get(answer, "triggers"),
                   *rows = lyt_json_get(answer, "findings");
    lyt_housetime time;

    (void)user;
    lyt_housetime_open(&time, answer);
    for (size_t i = 0; i < lyt_json_len(triggers); i++) {
        const lyt_json *t = lyt_json_at(triggers, i);
        lyt_str comes = lyt_json_text(t, "scenario"), step = lyt_json_text(t, "step");

        lyt_buf_addf(out, "%-20.*s %-24.*s found %lld, withdrawn %lld, held out %lld%s%.*s\n",
                     LYT_STR_ARG(lyt_json_text(t, "trigger")),
                     LYT_STR_ARG(comes.len ? comes : lyt_json_text(t, "makes")),
                     (long long)lyt_json_number(t, "found"),
                     (long long)lyt_json_number(t, "withdrawn"),
                     (long long)lyt_json_number(t, "held_out"),
                     step.len ? ", at the step " : "", LYT_STR_ARG(step));
    }
    for (size_t i = 0; i < lyt_json_len(rows); i++) {
        const lyt_json *row = lyt_json_at(rows, i);
        bool held_out = false;

        (void)lyt_json_bool(lyt_json_get(row, "held_out"), &held_out);
        lyt_buf_add_text(out, "  ");
        lyt_housetime_add_seconds(out, &time, lyt_json_text(row, "at"));
        lyt_buf_addf(out, "  %.*s, severity %lld", LYT_STR_ARG(lyt_json_text(row, "subject")),
                     (long long)lyt_json_number(row, "severity"));
        if (held_out)
            lyt_buf_add_text(out, ", held out for comparison");
        else
            lyt_buf_addf(out, ", incident %lld", (long long)lyt_json_number(row, "incident"));
        if (lyt_json_get(row, "withdrawn_at")) {
            lyt_buf_add_text(out, ", withdrawn ");
            lyt_housetime_add_seconds(out, &time, lyt_json_text(row, "withdrawn_at"));
        }
        lyt_buf_add_char(out, '\n');
    }
    lyt_housetime_close(&time);
}

/* What they found in the running service. */
static lyt_exit show(const lyt_call *call)
{
    const trigger_values *v = call->values;
    lyt_houseline line = {v->state, v->key, v->server_key, v->replay, false, 0};
    lyt_exit code;
    lyt_buf text;
    lyt_jw jw;

    if (call->n_operands > 1)
        return lyt_console_misuse(call->console, "trigger show takes at most one trigger");
    lyt_buf_init(&text, NULL);
    lyt_jw_init(&jw, &text);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "request", LYT_STR("triggers"));
    if (call->n_operands)
        lyt_jw_kstr(&jw, "trigger", lyt_str_of(call->operands[0]));
    lyt_jw_object_end(&jw);
    code = lyt_houseline_show(call, &line, &text, v->json ? NULL : print_found, NULL);
    lyt_buf_deinit(&text);
    return code;
}

static lyt_exit run(const lyt_call *call)
{
    trigger_state state = {.call = call, .values = call->values};
    lyt_settings *settings;
    lyt_exit code;

    if (call->verb == VERB_SHOW)
        return show(call);
    code = lyt_deskfile_read(call, state.values->settings, state.values->pack, &settings);
    state.settings = settings;
    lyt_buf_init(&state.out, NULL);
    if (code == LYT_EXIT_DONE && call->verb == VERB_LIST) {
        if (call->n_operands)
            code = lyt_console_misuse(call->console, "trigger list takes no operand");
        else
            list(&state);
    } else if (code == LYT_EXIT_DONE) {
        code = try_events(&state);
    }
    lyt_console_write_buf(call->console, &state.out);
    lyt_buf_deinit(&state.out);
    lyt_triggers_free(state.triggers);
    lyt_settings_free(settings);
    return code;
}

const lyt_command lyt_cmd_trigger = {
    .name = "trigger",
    .summary = "List a house's triggers, and try them on events",
    .usage = "list [--json]\nshow [TRIGGER] [--json]\ntry [--at TIME] [--json] [FILE|-]...",
    .description =
        "Triggers see from what guests do (events without text) that something fails before "
        "anybody complains. try reads events as JSON lines, in any order within ten minutes, "
        "and prints what the triggers find, with the facts, the script for who calls and the "
        "advice; and what a later success withdraws. Nothing is sent or opened, and no service "
        "is needed.\n"
        "\n"
        "show says what they found in the running service, which hears of events by lyt event.\n"
        "\n"
        "An event: {\"id\":\"e1\",\"type\":\"request-rejected\",\"subject\":\"guest-81\","
        "\"ref\":\"r1\",\"at\":\"2026-11-27T11:00:00Z\",\"attrs\":{\"needed_at\":"
        "\"2026-11-28T08:00:00Z\"}}",
    .verbs = verbs,
    LYT_ROWS(options),
    .values_bytes = sizeof(trigger_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
