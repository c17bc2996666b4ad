#include <string.h>

#include "arena.h"
#include "events.h"
#include "flip.h"
#include "json.h"
#include "shown.h"
#include "subject.h"

typedef struct explain_values {
    const char *pack;
    const char *model;
    const char *language;
    const char *scenario;
    bool json;
} explain_values;

static const lyt_option options[] = {
    LYT_SUBJECT_JSON(explain_values),
    LYT_SUBJECT_LANGUAGE(explain_values),
    LYT_SUBJECT_MODEL(explain_values),
    LYT_SUBJECT_PACK(explain_values),
    {.name = "scenario",
     .letter = 's',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(explain_values, scenario),
     .value = "ID",
     .help = "this scenario (or label of a model), reported or not"},
};

static const lyt_sample samples[] = {
    {"lyt explain -p hotel 'The heating is broken in 214'", "why each reported scenario was heard"},
    {"lyt explain --scenario room-too-cold 'Nice and cool in here'", "why one was not"},
};

enum { arena_cap_bytes = 1 << 20 };

/* One scenario of one message; scenario outlives the session's next call. */
typedef struct explained {
    const char *scenario;
    double probability;
    uint64_t version; /* of the scenario; 0 of a model's label */
} explained;

typedef struct explain_state {
    const lyt_call *call;
    const explain_values *values;
    lyt_subject subject;
    lyt_arena *arena; /* of one message */
    lyt_buf out;
    lyt_jw jw;
} explain_state;

/* Whether it was reported or not; a scenario that there is not is lyt_explain()'s to refuse. */
static lyt_status choose_asked(explain_state *state, const lyt_message *message, explained *out,
                               lyt_error *err)
{
    const lyt_model *model = lyt_classifier_model(state->subject.classifier);
    size_t n_labels = lyt_model_about(model).n_labels;
    lyt_judged reading;
    lyt_status status = lyt_session_read(state->subject.session, message, &reading, err);

    *out = (explained){.scenario = state->values->scenario};
    for (size_t i = 0; !status && i < n_labels; i++)
        if (strcmp(lyt_model_label(model, i), out->scenario) == 0)
            out->probability = reading.scores.probability[i];
    if (!status && lyt_classifier_pack(state->subject.classifier)) {
        const lyt_scenario *scenario = lyt_pack_find(
            lyt_classifier_pack(state->subject.classifier), lyt_str_of(out->scenario));

        out->version = scenario ? scenario->version : 0;
    }
    return status;
}

/* What to explain: the scenario asked for, or all that the verdict reports. */
static lyt_status choose(explain_state *state, const lyt_message *message, explained **out,
                         size_t *n, lyt_error *err)
{
    const lyt_verdict *verdict = NULL;
    bool asked = state->values->scenario != NULL;
    lyt_status status =
        asked ? LYT_OK : lyt_classify(state->subject.session, message, &verdict, err);

    if (status)
        return status;
    *n = asked ? 1 : verdict->n_failures;
    *out = lyt_arena_array(state->arena, *n + 1, sizeof **out);
    if (!*out)
        return lyt_error_set(err, LYT_ENOMEM, "out of memory");
    if (asked)
        return choose_asked(state, message, *out, err);
    for (size_t i = 0; i < *n; i++) {
        lyt_str id = lyt_arena_copy(state->arena, lyt_str_of(verdict->failures[i].scenario));

        if (!id.ptr)
            return lyt_error_set(err, LYT_ENOMEM, "out of memory");
        (*out)[i] = (explained){id.ptr, verdict->failures[i].probability,
                                verdict->failures[i].version};
    }
    return LYT_OK;
}

static void add_table(explain_state *state, const explained *what, const lyt_evidence *rows,
                      size_t n_rows, double log_odds)
{
    const lyt_console *console = state->call->console;
    lyt_buf *out = &state->out;

    lyt_buf_addf(out, "%s%s%s probability ", lyt_console_style(console, LYT_STYLE_BOLD),
                 what->scenario, lyt_console_style(console, LYT_STYLE_NONE));
    lyt_shown_fixed(out, what->probability, 2);
    if (what->version)
        lyt_buf_addf(out, " version %016llx", (unsigned long long)what->version);
    lyt_buf_add_char(out, '\n');
    for (size_t i = 0; i < n_rows; i++) {
        lyt_shown_signed(out, rows[i].weight, 3, 10);
        lyt_buf_addf(out, "  %.*s", LYT_STR_ARG(rows[i].feature));
        if (rows[i].text.len) {
            lyt_buf_add_text(out, "  ");
            lyt_shown_words(console, out, rows[i].text);
        }
        lyt_buf_add_char(out, '\n');
    }
    lyt_shown_signed(out, log_odds, 3, 10);
    lyt_buf_add_text(out, "  sum, the log-odds\n");
}

/* All but the end of the object. */
static void add_json(explain_state *state, const explained *what, const lyt_evidence *rows,
                     size_t n_rows, double log_odds)
{
    lyt_jw *jw = &state->jw;

    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "scenario", lyt_str_of(what->scenario));
    lyt_jw_kreal(jw, "log_odds", log_odds, 6);
    lyt_jw_kreal(jw, "probability", what->probability, 6);
    if (what->version)
        lyt_jw_kversion(jw, "version", what->version);
    lyt_jw_key(jw, "reasons");
    lyt_jw_array(jw);
    for (size_t i = 0; i < n_rows; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "text", rows[i].text);
        lyt_jw_kint(jw, "start", rows[i].start);
        lyt_jw_kint(jw, "end", rows[i].end);
        lyt_jw_kstr(jw, "feature", rows[i].feature);
        lyt_jw_kreal(jw, "weight", rows[i].weight, 9);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

/* What would have had to be left out. */
static void add_flip(explain_state *state, const lyt_flip *flip)
{
    const lyt_console *console = state->call->console;
    lyt_buf *out = &state->out;

    if (!flip->n)
        return;
    lyt_buf_add_text(out, "            without ");
    for (size_t i = 0; i < flip->n; i++) {
        if (i)
            lyt_buf_add_text(out, i + 1 < flip->n ? ", " : " and ");
        lyt_shown_words(console, out, flip->words[i]);
    }
    lyt_buf_addf(out, ": %s\n", *flip->then ? flip->then : "nothing is reported");
}

static void add_flip_json(explain_state *state, const lyt_flip *flip)
{
    lyt_jw *jw = &state->jw;

    lyt_jw_key(jw, "flip");
    if (!flip->n) {
        lyt_jw_null(jw);
        return;
    }
    lyt_jw_object(jw);
    lyt_jw_key(jw, "without");
    lyt_jw_array(jw);
    for (size_t i = 0; i < flip->n; i++) {
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "text", flip->words[i]);
        lyt_jw_kint(jw, "start", flip->start[i]);
        lyt_jw_kint(jw, "end", flip->end[i]);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
    lyt_jw_kstr(jw, "then", lyt_str_of(flip->then));
    lyt_jw_object_end(jw);
}

static lyt_status explain_one(explain_state *state, const lyt_message *message,
                              const explained *what, lyt_error *err)
{
    const lyt_evidence *rows = NULL;
    size_t n_rows = 0;
    double log_odds = 0;
    lyt_flip flip;
    lyt_status status = lyt_explain(state->subject.session, message, what->scenario, &rows, &n_rows,
                                    &log_odds, err);

    if (status)
        return status;
    if (state->values->json)
        add_json(state, what, rows, n_rows, log_odds);
    else
        add_table(state, what, rows, n_rows, log_odds);
    status = lyt_flip_find(state->subject.session, message, what->scenario, NULL, &flip, err);
    if (status)
        return status;
    if (state->values->json) {
        add_flip_json(state, &flip);
        lyt_jw_object_end(&state->jw);
    } else {
        add_flip(state, &flip);
    }
    return LYT_OK;
}

static lyt_status explain(explain_state *state, lyt_str text, lyt_error *err)
{
    lyt_message message = {.text = text, .language = state->values->language};
    explained *list = NULL;
    size_t n = 0;
    lyt_status status;

    lyt_arena_reset(state->arena);
    lyt_buf_reset(&state->out);
    status = choose(state, &message, &list, &n, err);
    if (status)
        return status;
    lyt_jw_init(&state->jw, &state->out);
    if (state->values->json) {
        lyt_jw_object(&state->jw);
        lyt_jw_kstr(&state->jw, "text", text);
        lyt_jw_key(&state->jw, "explanations");
        lyt_jw_array(&state->jw);
    } else if (!n) {
        lyt_buf_add_text(&state->out, "- nothing was reported; --scenario ID asks for one\n");
    }
    for (size_t i = 0; i < n && !status; i++)
        status = explain_one(state, &message, &list[i], err);
    if (status || !state->values->json)
        return status;
    lyt_jw_array_end(&state->jw);
    lyt_jw_object_end(&state->jw);
    lyt_buf_add_char(&state->out, '\n');
    return LYT_OK;
}

static bool each_line(void *context, const lyt_line *line, const char *name)
{
    explain_state *state = context;
    lyt_error err = {0};
    lyt_status status = lyt_line_check(line, name, &err);

    if (!status) {
        status = explain(state, line->text, &err);
        if (status)
            lyt_subject_place(&err, line, name);
    }
    if (status) {
        lyt_console_error(state->call->console, &err);
        return false;
    }
    lyt_console_write_buf(state->call->console, &state->out);
    return true;
}

/* The operands are one message, as echo would print it. */
static lyt_exit explain_operands(explain_state *state)
{
    lyt_buf text;
    lyt_line line = {.number = 0};
    bool went_well;

    lyt_buf_init(&text, NULL);
    for (int i = 0; i < state->call->n_operands; i++)
        lyt_buf_addf(&text, "%s%s", i ? " " : "", state->call->operands[i]);
    line.text = lyt_buf_str(&text);
    went_well = each_line(state, &line, "TEXT");
    lyt_buf_deinit(&text);
    return went_well ? LYT_EXIT_DONE : LYT_EXIT_FAILED;
}

static lyt_exit run(const lyt_call *call)
{
    explain_state state = {.call = call, .values = call->values};
    lyt_exit code = lyt_subject_check_language(call, state.values->language);

    if (code)
        return code;
    code = lyt_subject_open(call, state.values->pack, state.values->model, &state.subject);
    if (code)
        return code;
    lyt_buf_init(&state.out, NULL);
    if (lyt_arena_new(&state.arena, NULL, "explain", arena_cap_bytes))
        code = lyt_console_complain(call->console, "out of memory");
    else if (call->n_operands)
        code = explain_operands(&state);
    else
        code = lyt_subject_lines(call, NULL, 0, each_line, &state);
    lyt_arena_free(state.arena);
    lyt_buf_deinit(&state.out);
    lyt_subject_close(&state.subject);
    return code;
}

const lyt_command lyt_cmd_explain = {
    .name = "explain",
    .summary = "Show why a scenario was heard in a message, or why not",
    .usage = "[-p PACK | -m MODEL] [--scenario ID] [--json] [--language XX] [TEXT...]",
    .description =
        "Takes its operands as one message, or reads one message a line from stdin. For each "
        "scenario that is reported, or the one that --scenario names, it writes a table of "
        "everything that spoke for it (positive) or against it (negative), heaviest first: "
        "words, pairs of words, rules, spellings that were mended, and what the scenario starts "
        "from. The weights are log-odds; they sum to the last row, and from the sum comes the "
        "probability; in a model of one label a message they are odds against 'none', and the "
        "labels share the probability. Under the table of a scenario that is reported stand the "
        "fewest words, at most three, without which it would not be, and what would be reported "
        "then; each such set was tried. The version "
        "is the scenario's: lyt pack show --version has what it said, of an alarm of last month, "
        "too.",
    LYT_ROWS(options),
    .values_bytes = sizeof(explain_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
