#include <string.h>

#include "corpus.h"
#include "datafolder.h"
#include "datapaths.h"
#include "json.h"
#include "langsource.h"
#include "lexis_read.h"
#include "mem.h"
#include "shown.h"
#include "subject.h"

typedef struct train_values {
    bool all_languages, json, topics;
    const char *output;
    const char *language;
    int64_t seed;
} train_values;

static const lyt_option options[] = {
    {.name = "all-languages",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(train_values, all_languages),
     .help = "messages may be in any language that has a lexicon, not only English and Danish"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(train_values, json),
     .help = "print what was learned as JSON"},
    LYT_SUBJECT_LANGUAGE(train_values),
    {.name = "output",
     .letter = 'o',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(train_values, output),
     .value = "MODEL",
     .help = "the model file to write; needed"},
    {.name = "seed",
     .type = LYT_OPT_INT,
     .offset = offsetof(train_values, seed),
     .value = "N",
     .min = 0,
     .max = 4294967295,
     .fallback = "1",
     .help = "what chance begins with; the same seed gives the same model"},
    {.name = "topics",
     .type = LYT_OPT_FLAG,
     .offset = offsetof(train_values, topics),
     .help = "make what later training begins with, topics.lytm: small, begun with nothing itself, "
             "its probabilities no better than guesses"},
};

static const lyt_sample samples[] = {
    {"lyt train -o hotel.lytm en.txt da.txt", "one model for both languages"},
    {"lyt eval -m hotel.lytm dev.txt", "how good it is on messages it has not seen"},
};

/* The table of what later training begins with is as small as keeps its worth. */
enum { topics_bits = 16 };

typedef struct train_state {
    const lyt_call *call;
    const train_values *values;
    lyt_datapaths paths;
    lyt_lexis *lexis;
    lyt_wordbook *words;
    lyt_langid *langid;
    lyt_textspace *space;
    lyt_corpus *corpus;
    lyt_model *model, *moods, *topics;
    int64_t started_us;
} train_state;

/* The same tools that a model is used with later. */
static lyt_status open_tools(train_state *state, lyt_error *err)
{
    const lyt_fs *fs = lyt_fs_system();
    const char *lexicons = state->paths.lexicons.data;
    lyt_langsource source;
    lyt_status status =
        state->values->all_languages
            ? lyt_lexis_read(&state->lexis, NULL, fs, lexicons, NULL, 0, err)
            : lyt_lexis_read(&state->lexis, NULL, fs, lexicons, lyt_usual_languages, 2, err);

    if (!status && state->values->language &&
        lyt_lexis_find(state->lexis, lyt_str_of(state->values->language)) < 0) {
        lyt_lexis_free(state->lexis);
        state->lexis = NULL;
        status = lyt_lexis_read(&state->lexis, NULL, fs, lexicons, NULL, 0, err);
    }
    if (status)
        return status;
    status = lyt_langsource_find(&state->langid, NULL, state->lexis, UINT32_MAX,
                                 state->paths.lexicons.data, err);
    if (!status && !state->langid) {
        lyt_langsource_init(&source, NULL, state->lexis);
        status = lyt_langsource_add_packs(&source, fs, state->paths.packs.data, err);
        if (!status)
            status = lyt_langsource_train(&source, &state->langid, err);
        lyt_langsource_deinit(&source);
    }
    if (!status)
        status = lyt_words_for(&state->words, state->lexis, UINT32_MAX,
                               &(lyt_pack_options){.words_folder = state->paths.words.data,
                                                   .dictionary_folder = state->paths.dictionaries},
                               err);
    if (!status)
        status = lyt_textspace_new(&state->space,
                                   &(lyt_textspace_options){
                                       .lexis = state->lexis,
                                       .langid = state->langid,
                                       .words = state->words,
                                       .seed = lyt_secret_seed(),
                                   },
                                   err);
    return status;
}

static lyt_status read_corpus(train_state *state, lyt_error *err)
{
    lyt_status status = lyt_corpus_new(&state->corpus, NULL);
    lyt_language language = -1;

    if (state->values->language) {
        language = lyt_lexis_find(state->lexis, lyt_str_of(state->values->language));
        if (language < 0)
            return lyt_error_set(err, LYT_ENOTFOUND, "there is no lexicon for the language '%s'",
                                 state->values->language);
    }
    for (int i = 0; !status && i < state->call->n_operands; i++) {
        status = lyt_corpus_read(state->corpus, lyt_fs_system(), state->call->operands[i], language,
                                 err);
        if (status)
            return status;
    }
    if (!status)
        status = lyt_corpus_seal(state->corpus);
    return status ? lyt_error_set(err, status, "%s", lyt_status_text(status)) : LYT_OK;
}

/* Moods themselves are learned from the messages alone. */
static bool are_moods(const lyt_corpus *corpus)
{
    bool is_negative = false, is_positive = false;

    for (size_t i = 0; i < lyt_corpus_labels(corpus); i++) {
        is_negative |= strcmp(lyt_corpus_label(corpus, i), "negative") == 0;
        is_positive |= strcmp(lyt_corpus_label(corpus, i), "positive") == 0;
    }
    return is_negative && is_positive;
}

/*
 * That of more languages where it is there: translated, the same opinions are more to learn from.
 * Hospitality reviews, cross-validated: detection F1 .769 with the one, .778 with the other.
 */
static lyt_status load_moods(train_state *state, lyt_error *err)
{
    const char *const files[] = {state->paths.more_moods.data, state->paths.moods.data};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && !state->moods && i < 2 && !are_moods(state->corpus); i++)
        status = lyt_model_load_moods(&state->moods, NULL, lyt_fs_system(), files[i], err);
    return status;
}

/* What the packs' sentences taught of what guests speak of, where the build has made it. */
static lyt_status load_topics(train_state *state, lyt_error *err)
{
    lyt_status status;
    lyt_buf path;

    if (are_moods(state->corpus))
        return LYT_OK;
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, state->paths.words.data, LYT_TOPICS_FILE);
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_model_load(&state->topics, NULL, lyt_fs_system(), path.data, err);
    lyt_buf_deinit(&path);
    return status == LYT_ENOTFOUND ? LYT_OK : status;
}

static lyt_status train(train_state *state, lyt_error *err)
{
    const bool begins = !state->values->topics;
    lyt_status status = begins ? load_moods(state, err) : LYT_OK;
    lyt_train_options train_options = {
        .lexis = state->lexis,
        .space = state->space,
        .seed = (uint64_t)state->values->seed,
        .prior = state->moods,
        .hash_bits = begins ? 0 : topics_bits,
        .fixed_recipe = !begins,
        .is_bare = !begins,
        .is_multi = !begins,
        .progress = lyt_console_on_progress,
        .context = state->call->console,
    };

    if (!status && begins)
        status = load_topics(state, err);
    train_options.topics = state->topics;
    if (!status)
        status = lyt_model_train(&state->model, state->corpus, &train_options, err);

    if (!status)
        status = lyt_model_save(state->model, lyt_fs_system(), state->values->output, err);
    lyt_console_progress_end(state->call->console);
    return status;
}

/* How many messages have each label, by the corpus's index; the last counts those without. */
static uint64_t *count_labels(const lyt_corpus *corpus)
{
    size_t n_labels = lyt_corpus_labels(corpus);
    uint64_t *counts = lyt_mem_array(NULL, n_labels + 1, sizeof *counts);

    for (size_t i = 0; counts && i < lyt_corpus_size(corpus); i++) {
        const lyt_example *example = lyt_corpus_at(corpus, i);

        for (size_t j = 0; j < example->n_labels; j++)
            counts[example->labels[j]]++;
        counts[n_labels] += example->n_labels == 0;
    }
    return counts;
}

static void report_json(const train_state *state, lyt_buf *out)
{
    lyt_model_info about = lyt_model_about(state->model);
    int64_t took_us = lyt_clock_mono_us(state->call->console->clock) - state->started_us;
    uint64_t *counts = count_labels(state->corpus);
    size_t n_labels = lyt_corpus_labels(state->corpus);
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "messages", (int64_t)about.n_messages);
    lyt_jw_kbool(&jw, "several_labels", about.is_multi);
    lyt_jw_key(&jw, "labels");
    lyt_jw_object(&jw);
    for (size_t i = 0; counts && i <= n_labels; i++)
        lyt_jw_kint(&jw, i < n_labels ? lyt_corpus_label(state->corpus, i) : "none",
                    (int64_t)counts[i]);
    lyt_jw_object_end(&jw);
    lyt_jw_kint(&jw, "features", (int64_t)about.n_features);
    lyt_jw_kreal(&jw, "threshold", about.threshold, 4);
    if (about.micro_f1 > 0) {
        lyt_jw_kreal(&jw, "micro_f1", about.micro_f1, 4);
        lyt_jw_kreal(&jw, "detect_f1", about.detect_f1, 4);
    }
    lyt_jw_kstr(&jw, "model", lyt_str_of(state->values->output));
    lyt_jw_kint(&jw, "size_bytes", (int64_t)about.size_bytes);
    lyt_jw_kreal(&jw, "seconds", (double)took_us / 1e6, 3);
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(out, '\n');
    if (!counts && !out->status)
        out->status = LYT_ENOMEM;
    lyt_mem_free(NULL, counts);
}

static void report(const train_state *state, lyt_buf *out)
{
    lyt_model_info about = lyt_model_about(state->model);
    int64_t took_us = lyt_clock_mono_us(state->call->console->clock) - state->started_us;
    uint64_t *counts = count_labels(state->corpus);
    size_t n_labels = lyt_corpus_labels(state->corpus);

    lyt_buf_addf(out, "messages   %llu, %s\n", (unsigned long long)about.n_messages,
                 about.is_multi ? "several labels each" : "one label each");
    lyt_buf_addf(out, "labels     %zu\n", about.n_labels);
    for (size_t i = 0; counts && i <= n_labels; i++)
        lyt_buf_addf(out, "  %8llu %s\n", (unsigned long long)counts[i],
                     i < n_labels ? lyt_corpus_label(state->corpus, i) : "none");
    lyt_buf_addf(out, "features   %llu\n", (unsigned long long)about.n_features);
    if (!state->values->topics) {
        lyt_buf_add_text(out, "threshold  ");
        lyt_shown_fixed(out, about.threshold, 3);
        lyt_buf_add_text(out, ", by cross-validation\n");
    }
    if (about.micro_f1 > 0) {
        lyt_buf_add_text(out, "expected   micro-F1 ");
        lyt_shown_fixed(out, about.micro_f1, 3);
        lyt_buf_add_text(out, ", anything failed F1 ");
        lyt_shown_fixed(out, about.detect_f1, 3);
        lyt_buf_add_text(out, ", by cross-validation\n");
    }
    lyt_buf_add_text(out, "model      ");
    lyt_shown_size(out, about.size_bytes);
    lyt_buf_addf(out, ", %s\nseconds    ", state->values->output);
    lyt_shown_fixed(out, (double)took_us / 1e6, 1);
    lyt_buf_add_char(out, '\n');
    if (!counts && !out->status)
        out->status = LYT_ENOMEM;
    lyt_mem_free(NULL, counts);
}

static void close_tools(train_state *state)
{
    lyt_model_free(state->model);
    lyt_model_free(state->moods);
    lyt_model_free(state->topics);
    lyt_corpus_free(state->corpus);
    lyt_textspace_free(state->space);
    lyt_langid_free(state->langid);
    lyt_wordbook_free(state->words);
    lyt_lexis_free(state->lexis);
}

static lyt_exit run(const lyt_call *call)
{
    train_state state = {.call = call, .values = call->values};
    lyt_error err = {0};
    lyt_exit code = lyt_subject_check_language(call, state.values->language);

    if (code)
        return code;
    if (!state.values->output)
        return lyt_console_misuse(call->console, "train: say where the model goes: -o MODEL");
    state.started_us = lyt_clock_mono_us(call->console->clock);
    code = lyt_datapaths_find(&state.paths, call->console);
    if (code == LYT_EXIT_DONE) {
        if (open_tools(&state, &err) || read_corpus(&state, &err) || train(&state, &err)) {
            code = lyt_console_error(call->console, &err);
        } else {
            lyt_buf text;

            lyt_buf_init(&text, NULL);
            (state.values->json ? report_json : report)(&state, &text);
            lyt_console_write_buf(call->console, &text);
            lyt_buf_deinit(&text);
        }
    }
    close_tools(&state);
    lyt_datapaths_deinit(&state.paths);
    return code;
}

const lyt_command lyt_cmd_train = {
    .name = "train",
    .summary = "Learn a model from labelled messages",
    .usage = "-o MODEL [--language XX] [--seed N] [--json] FILE...",
    .description =
        "Reads one message a line, its labels before it:\n"
        "\n"
        "  __label__dirty-room __label__noise The room was dirty and the bar was loud\n"
        "  __label__none Thank you for a lovely stay\n"
        "\n"
        "'none' says that nothing failed. Blank lines and lines that begin with '#' are passed "
        "over. When a message has several labels, the model judges each label by itself; "
        "when none has, it gives each message one label or none. Files in several languages "
        "make one model for all of them.\n"
        "\n"
        "A label may carry a mood, __label__food:positive, :negative or :neutral: then the "
        "negative "
        "opinions are the failures, and all of them teach what speaks of the topic.\n"
        "\n"
        "A line that cannot be read is named with file, line and column, and nothing is written. "
        "The model file is replaced in one step. In the end train prints what it learned: "
        "messages, labels and how many messages have each, features, the threshold that cross-"
        "validation chose, the model's size and the seconds it took.",
    LYT_ROWS(options),
    .values_bytes = sizeof(train_values),
    LYT_ROWS(samples),
    .min_operands = 1,
    .max_operands = -1,
    .run = run,
};
