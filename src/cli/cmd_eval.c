#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "classify.h"
#include "corpus.h"
#include "eval_worst.h"
#include "mem.h"
#include "subject.h"

typedef struct eval_values {
    const char *pack;
    const char *model;
    const char *language;
    const char *html;
    int64_t page_language, worst;
    bool json;
} eval_values;

static const char *const page_languages[] = {"auto", "en", "da", NULL};

static const lyt_option options[] = {
    {.name = "html",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(eval_values, html),
     .value = "PAGE",
     .help = "write a page with plots as well"},
    LYT_SUBJECT_JSON(eval_values),
    LYT_SUBJECT_LANGUAGE(eval_values),
    LYT_SUBJECT_MODEL(eval_values),
    LYT_SUBJECT_PACK(eval_values),
    {.name = "page-language",
     .type = LYT_OPT_CHOICE,
     .offset = offsetof(eval_values, page_language),
     .value = "XX",
     .choices = page_languages,
     .fallback = "auto",
     .help = "what the page is written in; auto: Danish with --language da, else English"},
    {.name = "worst",
     .type = LYT_OPT_INT,
     .offset = offsetof(eval_values, worst),
     .value = "N",
     .min = 0,
     .max = lyt_eval_worst_max,
     .fallback = "20",
     .help = "how many errors are shown, the worst first"},
};

static const lyt_sample samples[] = {
    {"lyt eval -m hotel.lytm dev.txt", "tables, and the worst errors with their evidence"},
    {"lyt eval -p hotel --json labelled.txt", "one JSON object; the labels are scenarios"},
    {"lyt eval -p hotel --html quality.html labelled.txt", "a page with plots, too"},
};

enum { evidence_bytes = 64 << 20, clues_a_label = 6 };

typedef struct eval_state {
    const lyt_call *call;
    const eval_values *values;
    lyt_subject subject;
    const lyt_model *model;
    const lyt_pack *pack; /* NULL: a model alone */
    lyt_corpus *corpus;
    lyt_measure *measure;
    lyt_confusion *confusion;
    lyt_sweep *sweep;
    lyt_eval_worst worst;
    lyt_arena *arena;   /* of the evidence */
    size_t n_labels;    /* of the corpus or the model */
    const char **names; /* of both, sorted */
    size_t *model_of;   /* the model's label of each, SIZE_MAX for none */
    size_t *place_of;   /* of the corpus's labels: where they are in names */
    bool *truth, *said, *model_said;
    double *probability;
    bool answers_all; /* no message is out of scope, and so none is refused */
} eval_state;

static lyt_status no_memory(lyt_error *err)
{
    return lyt_error_set(err, LYT_ENOMEM, "out of memory");
}

/* What a pack reports can only be told from its scenarios; a model may meet new labels. */
static lyt_status read_corpus(eval_state *state, lyt_error *err)
{
    const char *ids[lyt_scenarios_max];
    size_t n = state->pack ? lyt_pack_scenarios(state->pack) : 0;
    lyt_status status = lyt_corpus_new(&state->corpus, NULL);

    for (size_t i = 0; i < n; i++)
        ids[i] = lyt_pack_scenario(state->pack, i)->id;
    if (!status && state->pack)
        status = lyt_corpus_restrict(state->corpus, ids, n);
    if (status)
        return no_memory(err);
    for (int i = 0; i < state->call->n_operands; i++) {
        status = lyt_corpus_read(state->corpus, lyt_fs_system(), state->call->operands[i], -1, err);
        if (status)
            return status;
    }
    if (lyt_corpus_size(state->corpus) == 0)
        return lyt_error_at(err, LYT_EFORMAT, state->call->operands[0], 0, 0,
                            "there is no message to measure on");
    return LYT_OK;
}

/* Where the name is; n_labels when it is not there. */
static size_t find_name(const eval_state *state, const char *name)
{
    size_t i = 0;

    while (i < state->n_labels && strcmp(state->names[i], name) != 0)
        i++;
    return i;
}

static void add_name(eval_state *state, const char *name)
{
    if (find_name(state, name) == state->n_labels)
        state->names[state->n_labels++] = name;
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static lyt_status make_tables(eval_state *state, size_t n_most, size_t n_model, lyt_error *err)
{
    state->names = lyt_mem_array(NULL, n_most + 1, sizeof *state->names);
    state->model_of = lyt_mem_array(NULL, n_most + 1, sizeof *state->model_of);
    state->place_of = lyt_mem_array(NULL, n_most + 1, sizeof *state->place_of);
    state->truth = lyt_mem_array(NULL, n_most + 1, sizeof *state->truth);
    state->said = lyt_mem_array(NULL, n_most + 1, sizeof *state->said);
    state->model_said = lyt_mem_array(NULL, n_model + 1, sizeof *state->model_said);
    state->probability = lyt_mem_array(NULL, n_most + 1, sizeof *state->probability);
    return state->names && state->model_of && state->place_of && state->truth && state->said &&
                   state->model_said && state->probability
               ? LYT_OK
               : no_memory(err);
}

/* The labels of the file and of the model, each once. */
static lyt_status join_labels(eval_state *state, lyt_error *err)
{
    size_t n_model = lyt_model_about(state->model).n_labels;
    size_t n_corpus = lyt_corpus_labels(state->corpus);
    lyt_status status = make_tables(state, n_corpus + n_model, n_model, err);

    if (status)
        return status;
    for (size_t i = 0; i < n_corpus; i++)
        add_name(state, lyt_corpus_label(state->corpus, i));
    for (size_t i = 0; i < n_model; i++)
        add_name(state, lyt_model_label(state->model, i));
    qsort(state->names, state->n_labels, sizeof *state->names, by_name);
    for (size_t i = 0; i < n_corpus; i++)
        state->place_of[i] = find_name(state, lyt_corpus_label(state->corpus, i));
    for (size_t i = 0; i < state->n_labels; i++)
        state->model_of[i] = SIZE_MAX;
    for (size_t i = 0; i < n_model; i++)
        state->model_of[find_name(state, lyt_model_label(state->model, i))] = i;
    return LYT_OK;
}

static size_t most_probable(const lyt_scores *scores, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        best = scores->probability[i] > scores->probability[best] ? i : best;
    return best;
}

/* Whether the file asks of a model that knows only its labels nothing but its labels. */
static bool is_all_in_scope(const eval_state *state)
{
    bool is_all = lyt_model_about(state->model).is_closed;

    for (size_t i = 0; is_all && i < lyt_corpus_size(state->corpus); i++)
        is_all = lyt_corpus_at(state->corpus, i)->n_labels > 0;
    return is_all;
}

static void decide(eval_state *state, const lyt_judged *reading)
{
    size_t n_model = lyt_model_about(state->model).n_labels;
    bool said[lyt_scenarios_max];

    for (size_t i = 0; i < n_model; i++)
        state->model_said[i] = false;
    if (!reading->text.n_tokens)
        return;
    if (state->answers_all) {
        state->model_said[most_probable(&reading->scores, n_model)] = true;
        return;
    }
    if (!state->pack) {
        lyt_model_decide(state->model, &reading->scores, state->model_said);
        return;
    }
    lyt_pack_decide(state->pack, lyt_pack_scenario(state->pack, 0), reading, said);
    for (size_t i = 0; i < lyt_pack_scenarios(state->pack); i++)
        if (said[i])
            state->model_said[lyt_pack_label(state->pack, i)] = true;
}

static lyt_status measure_one(eval_state *state, size_t index, lyt_error *err)
{
    const lyt_example *example = lyt_corpus_at(state->corpus, index);
    lyt_message message = {.text = example->text, .language = state->values->language};
    lyt_judged reading;
    double within;
    lyt_status status = lyt_session_read(state->subject.session, &message, &reading, err);

    if (status)
        return status;
    decide(state, &reading);
    /* asked for its best label, a model gives it what it would if nothing could be refused */
    within = state->answers_all && reading.scores.none < 1 ? 1 - reading.scores.none : 1;
    for (size_t i = 0; i < state->n_labels; i++) {
        size_t label = state->model_of[i];

        state->truth[i] = false;
        state->said[i] = label != SIZE_MAX && state->model_said[label];
        state->probability[i] = label != SIZE_MAX ? reading.scores.probability[label] / within : 0;
    }
    for (size_t i = 0; i < example->n_labels; i++)
        state->truth[state->place_of[example->labels[i]]] = true;
    lyt_measure_add(state->measure, state->truth, state->said, state->probability,
                    state->answers_all ? 0 : reading.scores.none);
    lyt_confusion_add(state->confusion, state->truth, state->said);
    lyt_eval_worst_add(&state->worst, index + 1, example->text, state->truth, state->said,
                       state->probability);
    for (size_t i = 0; !status && i < state->n_labels; i++)
        status = lyt_sweep_add(state->sweep, state->probability[i], state->truth[i]);
    return status ? no_memory(err) : LYT_OK;
}

static lyt_status make_measures(eval_state *state, lyt_error *err)
{
    lyt_status status = lyt_measure_new(&state->measure, NULL, state->names, state->n_labels,
                                        lyt_model_about(state->model).is_multi);

    if (!status)
        status = lyt_confusion_new(&state->confusion, NULL, state->n_labels);
    if (!status)
        status = lyt_sweep_new(&state->sweep, NULL);
    if (!status)
        status =
            lyt_eval_worst_init(&state->worst, NULL, (size_t)state->values->worst, state->n_labels);
    if (!status)
        status = lyt_arena_new(&state->arena, NULL, "evidence", evidence_bytes);
    return status ? no_memory(err) : LYT_OK;
}

/* The heaviest reasons for and against one label. */
static lyt_status add_clues(eval_state *state, const lyt_judged *reading, size_t label,
                            lyt_clue *clues, size_t *n, lyt_error *err)
{
    const lyt_evidence *rows = NULL;
    size_t n_rows = 0, n_added = 0;
    lyt_status status = lyt_session_evidence(state->subject.session, reading,
                                             state->model_of[label], &rows, &n_rows);

    if (status)
        return lyt_error_set(err, status, "the evidence of a message: %s", lyt_status_text(status));
    for (size_t i = 0; i < n_rows && n_added < clues_a_label && *n < lyt_eval_clues_max; i++) {
        clues[(*n)++] = (lyt_clue){
            .label = label,
            .words = lyt_arena_copy(state->arena, rows[i].text),
            .feature = lyt_arena_copy(state->arena, rows[i].feature),
            .weight = rows[i].weight,
        };
        n_added++;
    }
    return lyt_arena_status(state->arena) ? no_memory(err) : LYT_OK;
}

/* Of the labels it is wrong about: one that is missed has evidence, too, only too little. */
static lyt_status find_clues(eval_state *state, lyt_wrong *wrong, lyt_error *err)
{
    lyt_message message = {.text = wrong->text, .language = state->values->language};
    lyt_clue *clues = lyt_arena_array(state->arena, lyt_eval_clues_max, sizeof *clues);
    lyt_judged reading;
    lyt_status status = lyt_session_read(state->subject.session, &message, &reading, err);

    if (!status && !clues)
        status = no_memory(err);
    for (size_t i = 0; !status && reading.text.n_tokens && i < state->n_labels; i++)
        if (wrong->truth[i] != wrong->said[i] && state->model_of[i] != SIZE_MAX)
            status = add_clues(state, &reading, i, clues, &wrong->n_clues, err);
    wrong->clues = clues;
    return status;
}

static lyt_status measure(eval_state *state, lyt_error *err)
{
    size_t n = lyt_corpus_size(state->corpus);
    lyt_status status = join_labels(state, err);

    if (!status)
        status = make_measures(state, err);
    state->answers_all = is_all_in_scope(state);
    for (size_t i = 0; !status && i < n; i++) {
        if (i % 256 == 0)
            lyt_console_progress(state->call->console, "judging", (double)i / (double)n);
        status = measure_one(state, i, err);
    }
    lyt_console_progress_end(state->call->console);
    if (!status)
        lyt_sweep_seal(state->sweep);
    for (size_t i = 0; !status && i < state->worst.n; i++)
        status = find_clues(state, &state->worst.items[i], err);
    return status;
}

static void close_all(eval_state *state)
{
    lyt_measure_free(state->measure);
    lyt_confusion_free(state->confusion);
    lyt_sweep_free(state->sweep);
    lyt_eval_worst_deinit(&state->worst);
    lyt_arena_free(state->arena);
    lyt_mem_free(NULL, state->names);
    lyt_mem_free(NULL, state->model_of);
    lyt_mem_free(NULL, state->place_of);
    lyt_mem_free(NULL, state->truth);
    lyt_mem_free(NULL, state->said);
    lyt_mem_free(NULL, state->model_said);
    lyt_mem_free(NULL, state->probability);
    lyt_corpus_free(state->corpus);
    lyt_subject_close(&state->subject);
}

static lyt_quality quality_of(const eval_state *state)
{
    const char *subject = state->values->model  ? state->values->model
                          : state->values->pack ? state->values->pack
                                                : "hotel";

    return (lyt_quality){
        .subject = lyt_str_of(subject),
        .measure = state->measure,
        .confusion = state->confusion,
        .sweep = state->sweep,
        .worst = state->worst.items,
        .n_worst = state->worst.n,
        .n_wrong = state->worst.n_wrong,
    };
}

static lyt_status write_page(const eval_state *state, const lyt_quality *quality, lyt_error *err)
{
    const eval_values *values = state->values;
    bool is_danish =
        values->page_language == 2 ||
        (values->page_language == 0 && values->language && strcmp(values->language, "da") == 0);
    lyt_buf page;
    lyt_status status;

    lyt_buf_init(&page, NULL);
    lyt_quality_html(quality, is_danish ? LYT_PAGE_DA : LYT_PAGE_EN, &page);
    status = lyt_buf_status(&page)
                 ? no_memory(err)
                 : lyt_fs_write(lyt_fs_system(), values->html, lyt_buf_str(&page), err);
    lyt_buf_deinit(&page);
    return status;
}

static void print(const eval_state *state, const lyt_quality *quality)
{
    lyt_buf text;
    lyt_jw jw;

    lyt_buf_init(&text, NULL);
    if (state->values->json) {
        lyt_jw_init(&jw, &text);
        lyt_jw_object(&jw);
        lyt_quality_json(quality, &jw);
        lyt_jw_object_end(&jw);
        lyt_buf_add_char(&text, '\n');
    } else {
        lyt_quality_text(quality, &text);
    }
    lyt_console_write_buf(state->call->console, &text);
    lyt_buf_deinit(&text);
}

static lyt_exit run(const lyt_call *call)
{
    eval_state state = {.call = call, .values = call->values};
    lyt_error err = {0};
    lyt_exit code = lyt_subject_check_language(call, state.values->language);

    if (code)
        return code;
    code = lyt_subject_open(call, state.values->pack, state.values->model, &state.subject);
    if (code)
        return code;
    state.model = lyt_classifier_model(state.subject.classifier);
    state.pack = lyt_classifier_pack(state.subject.classifier);
    if (read_corpus(&state, &err) || measure(&state, &err)) {
        code = lyt_console_error(call->console, &err);
    } else {
        lyt_quality quality = quality_of(&state);

        print(&state, &quality);
        if (state.values->html && write_page(&state, &quality, &err))
            code = lyt_console_error(call->console, &err);
    }
    close_all(&state);
    return code;
}

const lyt_command lyt_cmd_eval = {
    .name = "eval",
    .summary = "Measure a pack or a model on labelled messages",
    .usage = "[-p PACK | -m MODEL] [--json] [--worst N] [--html PAGE] FILE...",
    .description =
        "Reads labelled messages in the form that train takes, judges each and compares. With "
        "-p the labels are the pack's scenarios, and another label is an error; with -m a label "
        "that the model does not know counts as one it never finds.\n"
        "\n"
        "A model that was trained without 'none' refuses what is like none of its labels. Where "
        "each message of the files has a label it is asked for its best one; where some have "
        "none, refusing them is right and refusing others is wrong.\n"
        "\n"
        "The figures: accuracy, the share of messages with exactly the right labels; precision, "
        "recall and micro-F1 over all pairs of message and label; macro-F1, the mean over the "
        "labels (and 'none', for a model of one label a message); detect-F1, whether anything "
        "failed at all; ECE, how far the probabilities are from the truth; and precision, recall "
        "and F1 of each label. Then whether probabilities are what they say (of all that got 0.8, "
        "eight of ten should be true), which label is most often said for which, and the "
        "errors that the judge was surest of, with the words that spoke for and against the "
        "labels it was wrong about.\n"
        "\n"
        "With --json the keys are messages, accuracy, micro_f1, macro_f1, detect_f1, precision, "
        "recall, ece, per_label, average_precision, calibration, confusion, mistakes, "
        "thresholds, wrong and worst. --html writes the same with plots, as one page that needs "
        "nothing beside itself; docs/reports.md has what each figure means.",
    LYT_ROWS(options),
    .values_bytes = sizeof(eval_values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = -1,
    .run = run,
};
