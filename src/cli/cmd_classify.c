#include <stdio.h>

#include "json.h"
#include "shown.h"
#include "subject.h"

typedef struct classify_values {
    const char *pack;
    const char *model;
    const char *language;
    const char *score;
    bool json;
} classify_values;

static const lyt_option options[] = {
    LYT_SUBJECT_JSON(classify_values),
    LYT_SUBJECT_LANGUAGE(classify_values),
    LYT_SUBJECT_MODEL(classify_values),
    LYT_SUBJECT_PACK(classify_values),
    {.name = "score",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(classify_values, score),
     .value = "N/BEST",
     .help = "as if each came with this score of a survey, as 6/10, 3/5 or 2/4"},
};

static const lyt_sample samples[] = {
    {"lyt classify messages.txt", "one result a line, by the pack 'hotel'"},
    {"tail -f inbox.txt | lyt classify -p hotel --json", "each message as it comes, as JSON"},
    {"echo 'Our room is cold' | lyt classify -p ./my-pack", "by a pack of your own"},
};

typedef struct classify_state {
    const lyt_call *call;
    const classify_values *values;
    lyt_subject subject;
    double score, scale;
} classify_state;

/* "6/10", of a scale that surveys have. */
static bool read_score(classify_state *state)
{
    const char *text = state->values->score;
    int score = 0, scale = 0, end = 0;

    if (!text)
        return true;
    if (sscanf(text, "%2d/%2d%n", &score, &scale, &end) != 2 || text[end] || score < 0 ||
        score > scale || (scale != 10 && scale != 5 && scale != 4))
        return false;
    state->score = score;
    state->scale = scale;
    return true;
}

static void add_text(const classify_state *state, const lyt_verdict *verdict, lyt_buf *out)
{
    const lyt_console *console = state->call->console;

    if (!verdict->n_failures)
        lyt_buf_add_char(out, '-');
    for (size_t i = 0; i < verdict->n_failures; i++) {
        const lyt_failure *failure = &verdict->failures[i];

        lyt_buf_addf(out, "%s%s%s%s ", i ? "; " : "", lyt_console_style(console, LYT_STYLE_BOLD),
                     failure->scenario, lyt_console_style(console, LYT_STYLE_NONE));
        lyt_shown_fixed(out, failure->probability, 2);
        if (failure->team)
            lyt_buf_addf(out, " %s", failure->team);
        lyt_buf_add_char(out, ' ');
        lyt_shown_words(console, out, lyt_str_slice(verdict->text, failure->start, failure->end));
    }
}

static lyt_status judge(void *context, const lyt_line *line, const char *name, lyt_buf *out,
                        lyt_error *err)
{
    classify_state *state = context;
    lyt_message message = {.text = line->text,
                           .language = state->values->language,
                           .score = state->score,
                           .scale = state->scale};
    const lyt_verdict *verdict = NULL;
    lyt_status status = lyt_line_check(line, name, err);
    lyt_str json = {0};

    if (!status) {
        status = lyt_classify(state->subject.session, &message, &verdict, err);
        if (!status && state->values->json)
            status = lyt_verdict_json(state->subject.session, verdict, &json, err);
        if (status)
            lyt_subject_place(err, line, name);
    }
    if (status)
        return status;
    if (state->values->json)
        lyt_buf_add(out, json);
    else
        add_text(state, verdict, out);
    return LYT_OK;
}

static lyt_exit run(const lyt_call *call)
{
    classify_state state = {.call = call, .values = call->values};
    lyt_exit code = lyt_subject_check_language(call, state.values->language);

    if (code)
        return code;
    if (!read_score(&state))
        return lyt_console_misuse(call->console,
                                  "classify: --score '%s' must be a score and the best there is, "
                                  "10, 5 or 4, as 6/10",
                                  state.values->score);
    code = lyt_subject_open(call, state.values->pack, state.values->model, &state.subject);
    if (code)
        return code;
    code = lyt_subject_judge(call, state.values->json, judge, &state);
    lyt_subject_close(&state.subject);
    return code;
}

const lyt_command lyt_cmd_classify = {
    .name = "classify",
    .summary = "Say of each message what failed",
    .usage = "[-p PACK | -m MODEL] [--json] [--language XX] [--score N/BEST] [FILE...]",
    .description =
        "Reads one message a line from the files, or from stdin without a file or where a file "
        "is '-', and writes one result a line in the same order. Without -p and -m the pack is "
        "'hotel'.\n"
        "\n"
        "A result names each scenario with its probability, the team that mends it and the "
        "guest's words that gave it away:\n"
        "\n"
        "  room-not-cleaned 0.93 housekeeping \"ikke gjort rent\"; noise-from-bar 0.88 ...\n"
        "\n"
        "and is '-' where nothing failed. With -m the model's labels stand for the scenarios "
        "and there is no team. An empty line gives an empty line.\n"
        "\n"
        "A line over 64 KiB, with a NUL or not in UTF-8 is named on the standard error with "
        "file, line and byte; its result is 'error: ...' ({\"error\":...} with --json), the "
        "other lines are judged as always, and the exit code is 1. Results are written before "
        "the next line is waited for.",
    LYT_ROWS(options),
    .values_bytes = sizeof(classify_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
