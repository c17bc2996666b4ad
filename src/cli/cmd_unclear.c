#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "choose.h"
#include "classify.h"
#include "json.h"
#include "mem.h"
#include "period.h"
#include "shown.h"
#include "statefile.h"
#include "store_scan.h"
#include "subject.h"

typedef struct values {
    const char *language, *last, *model, *pack, *state;
    int64_t most;
    bool json;
} values;

enum { most_max = 1000, arena_bytes = 1 << 30, answers = 2 };

static const lyt_option options[] = {
    LYT_SUBJECT_JSON(values),
    LYT_SUBJECT_LANGUAGE(values),
    {.name = "last",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(values, last),
     .value = "TIME",
     .help = "instead of files: what a service has kept of that time, as 30d, 12h, 90m"},
    LYT_SUBJECT_MODEL(values),
    {.name = "most",
     .letter = 'n',
     .type = LYT_OPT_INT,
     .offset = offsetof(values, most),
     .value = "N",
     .min = 1,
     .max = most_max,
     .fallback = "20",
     .help = "how many messages are shown"},
    LYT_SUBJECT_PACK(values),
    LYT_ONLINE_STATE(values),
};

static const lyt_sample samples[] = {
    {"lyt unclear -n 50 inbox.txt", "the fifty messages of a file that teach most when labelled"},
    {"lyt unclear --last 7d", "the same of what the service kept in a week"},
};

/* A message, and the answers it is torn between; a label of n_labels is that nothing failed. */
typedef struct doubtful {
    lyt_str text;
    lyt_str file; /* of a line; empty: a feedback */
    int64_t number;
    size_t answer[answers];
    double probability[answers];
    double doubt;
} doubtful;

typedef struct unclear_state {
    const lyt_call *call;
    const values *values;
    lyt_subject subject;
    const lyt_model *model;
    lyt_arena *arena;
    doubtful *items;
    lyt_candidate *candidates;
    size_t n, cap_items, cap_candidates;
    lyt_error err; /* of a walk through the store */
} unclear_state;

static lyt_status no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "out of memory");
}

static void find_answers(const unclear_state *state, const lyt_scores *scores, doubtful *item)
{
    size_t n_labels = lyt_model_about(state->model).n_labels;

    for (size_t a = 0; a < answers; a++) {
        item->answer[a] = n_labels;
        item->probability[a] = a ? 0 : scores->none;
    }
    for (size_t i = 0; i < n_labels; i++) {
        double p = scores->probability[i];
        size_t at = p > item->probability[0] ? 0 : p > item->probability[1] ? 1 : answers;

        if (at == 0) {
            item->answer[1] = item->answer[0];
            item->probability[1] = item->probability[0];
        }
        if (at < answers) {
            item->answer[at] = i;
            item->probability[at] = p;
        }
    }
}

static lyt_status add(unclear_state *state, const doubtful *message, lyt_error *err)
{
    lyt_message as = {.text = message->text, .language = state->values->language};
    lyt_candidate candidate = {0};
    doubtful item = *message;
    lyt_judged reading;
    lyt_status status = lyt_session_read(state->subject.session, &as, &reading, err);

    if (status || !reading.text.n_tokens)
        return status;
    find_answers(state, &reading.scores, &item);
    item.doubt = lyt_doubt(&reading.scores, lyt_model_about(state->model).n_labels);
    candidate.worth = lyt_worth(&reading.scores, lyt_model_about(state->model).n_labels);
    status = lyt_choose_keys(&reading.text, NULL, state->arena, &candidate);
    item.text = lyt_arena_copy(state->arena, message->text);
    if (!status)
        status = lyt_arena_status(state->arena);
    if (!status)
        status = lyt_mem_grow(NULL, &state->items, &state->cap_items, state->n + 1,
                              sizeof *state->items);
    if (!status)
        status = lyt_mem_grow(NULL, &state->candidates, &state->cap_candidates, state->n + 1,
                              sizeof *state->candidates);
    if (status)
        return no_memory(err);
    state->items[state->n] = item;
    state->candidates[state->n++] = candidate;
    return LYT_OK;
}

static bool each_line(void *context, const lyt_line *line, const char *name)
{
    unclear_state *state = context;
    doubtful message = {.text = line->text, .file = lyt_str_of(name), .number = line->number};
    lyt_error err = {0};
    lyt_status status;

    if (!line->text.len && !line->is_long)
        return true;
    status = lyt_line_check(line, name, &err);
    if (!status) {
        status = add(state, &message, &err);
        if (status)
            lyt_subject_place(&err, line, name);
    }
    if (status)
        lyt_console_error(state->call->console, &err);
    return status == LYT_OK;
}

static lyt_status each_kept(void *user, const lyt_judged_row *row)
{
    unclear_state *state = user;
    doubtful message = {.text = row->text, .file = {"", 0}, .number = row->id};

    return add(state, &message, &state->err);
}

static lyt_status read_kept(unclear_state *state, int64_t since_us, lyt_error *err)
{
    lyt_statefile file;
    lyt_store *store = NULL;
    lyt_status status = lyt_statefile_find(&file, state->values->state, true, err);

    if (!status)
        status = lyt_statefile_open(&store, &file, LYT_STORE_READS, err);
    if (!status)
        status = lyt_store_each_judged(store, since_us, 0, each_kept, state, err);
    if (status && state->err.code)
        *err = state->err;
    lyt_store_close(store);
    return status;
}

static lyt_str answer_name(const unclear_state *state, size_t answer)
{
    return answer == lyt_model_about(state->model).n_labels
               ? LYT_STR("none")
               : lyt_str_of(lyt_model_label(state->model, answer));
}

static void add_json(const unclear_state *state, const doubtful *item, double doubt, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    if (item->file.len) {
        lyt_jw_kstr(&jw, "file", item->file);
        lyt_jw_kint(&jw, "line", item->number);
    } else {
        lyt_jw_kint(&jw, "feedback", item->number);
    }
    lyt_jw_kreal(&jw, "doubt", doubt, 4);
    lyt_jw_key(&jw, "answers");
    lyt_jw_array(&jw);
    for (size_t a = 0; a < answers; a++) {
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "answer", answer_name(state, item->answer[a]));
        lyt_jw_kreal(&jw, "probability", item->probability[a], 4);
        lyt_jw_object_end(&jw);
    }
    lyt_jw_array_end(&jw);
    lyt_jw_kstr(&jw, "text", item->text);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
}

static void add_text(const unclear_state *state, const doubtful *item, double doubt, lyt_buf *out)
{
    lyt_shown_fixed(out, doubt, 2);
    if (item->file.len)
        lyt_buf_addf(out, "  %.*s:%lld  ", LYT_STR_ARG(item->file), (long long)item->number);
    else
        lyt_buf_addf(out, "  %lld  ", (long long)item->number);
    for (size_t a = 0; a < answers; a++) {
        lyt_buf_addf(out, "%s%.*s ", a ? ", " : "",
                     LYT_STR_ARG(answer_name(state, item->answer[a])));
        lyt_shown_fixed(out, item->probability[a], 2);
    }
    lyt_buf_add_text(out, "  ");
    lyt_shown_words(state->call->console, out, item->text);
    lyt_buf_add_char(out, '\n');
}

static lyt_status print(const unclear_state *state, lyt_error *err)
{
    size_t chosen[most_max], n = 0;
    lyt_status status =
        lyt_choose(state->candidates, state->n, (size_t)state->values->most, NULL, chosen, &n);
    lyt_buf out;

    if (status)
        return no_memory(err);
    lyt_buf_init(&out, NULL);
    for (size_t i = 0; i < n; i++) {
        const doubtful *item = &state->items[chosen[i]];
        double doubt = item->doubt;

        if (state->values->json)
            add_json(state, item, doubt, &out);
        else
            add_text(state, item, doubt, &out);
    }
    lyt_console_write_buf(state->call->console, &out);
    lyt_buf_deinit(&out);
    return LYT_OK;
}

static lyt_exit collect(unclear_state *state)
{
    const lyt_call *call = state->call;
    int64_t ago_us = 0;
    lyt_error err = {0};

    if (lyt_arena_new(&state->arena, NULL, "unclear", arena_bytes)) {
        (void)no_memory(&err);
        return lyt_console_error(call->console, &err);
    }
    if (!state->values->last)
        return lyt_subject_lines(call, call->operands, call->n_operands, each_line, state);
    (void)lyt_period_ago(state->values->last, &ago_us);
    if (read_kept(state, lyt_clock_wall_us(call->console->clock) - ago_us, &err))
        return lyt_console_error(call->console, &err);
    return LYT_EXIT_DONE;
}

static lyt_exit check(const lyt_call *call)
{
    const values *v = call->values;
    int64_t ago_us;

    if (v->last && !lyt_period_ago(v->last, &ago_us))
        return lyt_console_misuse(
            call->console, "unclear: --last '%s' must be a number and d, h or m, as 30d", v->last);
    if (v->last && call->n_operands)
        return lyt_console_misuse(call->console, "unclear: --last takes no FILE");
    if (v->state && !v->last)
        return lyt_console_misuse(call->console, "unclear: --state belongs to --last");
    return lyt_subject_check_language(call, v->language);
}

static lyt_exit run(const lyt_call *call)
{
    unclear_state state = {.call = call, .values = call->values};
    lyt_error err = {0};
    lyt_exit code = check(call);

    if (code)
        return code;
    code = lyt_subject_open(call, state.values->pack, state.values->model, &state.subject);
    if (code)
        return code;
    state.model = lyt_classifier_model(state.subject.classifier);
    code = collect(&state);
    if (state.n && print(&state, &err))
        code = lyt_console_error(call->console, &err);
    lyt_mem_free(NULL, state.items);
    lyt_mem_free(NULL, state.candidates);
    lyt_arena_free(state.arena);
    lyt_subject_close(&state.subject);
    return code;
}

const lyt_command lyt_cmd_unclear = {
    .name = "unclear",
    .summary = "Show which messages are worth a person's look",
    .usage = "[-p PACK | -m MODEL] [-n N] [--json] [FILE... | --last TIME]",
    .description =
        "Reads one message a line from the files or stdin, or with --last what a service has "
        "kept, and shows those from which most is learned when somebody says what is right: "
        "that the judge is unsure of and where something seems to have failed that no answer fits, "
        "that are not like those shown before, and that are like many others. Each has its doubt (1: two answers are equally likely), where it "
        "stands, the two likeliest answers with their probabilities, and its words.\n"
        "\n"
        "Nothing is changed. A service may run meanwhile.",
    LYT_ROWS(options),
    .values_bytes = sizeof(values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
