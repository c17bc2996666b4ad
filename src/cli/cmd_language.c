#include <math.h>
#include <string.h>

#include "datafolder.h"
#include "datapaths.h"
#include "json.h"
#include "lang_learn.h"
#include "langsource.h"
#include "shown.h"
#include "stemmers.h"
#include "subject.h"

typedef struct language_values {
    const char *among;
    bool json;
    const char *learn;
    const char *output;
    const char *table;
} language_values;

static const lyt_option options[] = {
    {.name = "among",
     .letter = 'a',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(language_values, among),
     .value = "XX,...",
     .help = "the languages it may be, the likeliest first; all when not given"},
    LYT_SUBJECT_JSON(language_values),
    {.name = "learn",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(language_values, learn),
     .value = "FOLDER",
     .help = "make a table by the recipes of the folder instead"},
    {.name = "output",
     .letter = 'o',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(language_values, output),
     .value = "TABLE",
     .help = "the table to write; with --learn"},
    {.name = "table",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(language_values, table),
     .value = "TABLE",
     .help = "ask this table and not the one that came with lyt"},
};

static const lyt_sample samples[] = {
    {"lyt language messages.txt", "a language and its probability a line"},
    {"echo 'Der er koldt' | lyt language --among da,en", "one of two languages"},
    {"lyt language --json --among da,en,sv,nb,de inbox.txt", "also of each clause, as JSON"},
};

/* What is asked for without --among; Danish and English first, as everywhere. */
static const char usual[] = "da,en,sv,nb,de,nl,fr,es,it,fi,pt";

enum { arena_bytes_max = 64 << 20 };

typedef struct language_state {
    const lyt_call *call;
    const language_values *values;
    lyt_langid *langid;
    lyt_lexis *lexis; /* of the languages alone: nothing is known of their words */
    lyt_language declared[lyt_languages_max];
    double bias[lyt_languages_max]; /* by langid's index */
    size_t n_declared;
    lyt_textspace *space;
    lyt_arena *arena;
} language_state;

static void add_languages(const lyt_langid *langid, lyt_buf *out)
{
    for (size_t i = 0; i < lyt_langid_languages(langid); i++)
        lyt_buf_addf(out, "%s%s", i ? ", " : "", lyt_langid_code(langid, i));
}

static lyt_exit unknown_language(language_state *state, lyt_str code)
{
    lyt_exit exit;
    lyt_buf known;

    lyt_buf_init(&known, NULL);
    add_languages(state->langid, &known);
    exit = lyt_console_misuse(state->call->console,
                              "language: the table has no language '%.*s'; it has %s",
                              LYT_STR_ARG(code), known.data ? known.data : "none");
    lyt_buf_deinit(&known);
    return exit;
}

static lyt_exit declare(language_state *state, lyt_str code)
{
    const char *stemmer = lyt_stemmer_of(code);
    int index = lyt_langid_find(state->langid, code);
    lyt_language language;
    lyt_status status;

    if (index < 0)
        return state->values->among ? unknown_language(state, code) : LYT_EXIT_DONE;
    /* nothing is asked of the stems; a language without a stemmer is told all the same */
    status = lyt_lexis_add_language(state->lexis, code, lyt_str_of(stemmer ? stemmer : "english"),
                                    (lyt_str){NULL, 0}, &language);
    if (status == LYT_EEXISTS)
        return lyt_console_misuse(state->call->console, "language: '%.*s' stands twice in --among",
                                  LYT_STR_ARG(code));
    if (status)
        return lyt_console_complain(state->call->console, "%s", lyt_status_text(status));
    state->bias[index] = lyt_langid_bias(state->n_declared);
    state->declared[state->n_declared++] = language;
    return LYT_EXIT_DONE;
}

static lyt_exit declare_all(language_state *state)
{
    lyt_str list = lyt_str_of(state->values->among ? state->values->among : usual);
    lyt_exit exit = LYT_EXIT_DONE;

    for (size_t i = 0; i < lyt_languages_max; i++)
        state->bias[i] = -INFINITY;
    for (size_t at = 0; at <= list.len && exit == LYT_EXIT_DONE;) {
        size_t end = lyt_str_find(list, ',', at);

        exit = declare(state, lyt_str_trim(lyt_str_slice(list, at, end)));
        at = end + 1;
    }
    /* what a table of one's own has besides */
    for (size_t i = 0; i < lyt_langid_languages(state->langid) && exit == LYT_EXIT_DONE; i++)
        if (!state->values->among && state->bias[i] <= -INFINITY)
            exit = declare(state, lyt_str_of(lyt_langid_code(state->langid, i)));
    return exit;
}

static lyt_status open_table(language_state *state, lyt_error *err)
{
    const char *table = state->values->table;
    lyt_datapaths paths;
    lyt_status status;

    if (table)
        return lyt_langid_load(&state->langid, NULL, lyt_fs_system(), table, err);
    if (lyt_datapaths_find(&paths, state->call->console))
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is no language table without it");
    else
        status = lyt_langsource_open(&state->langid, NULL, paths.lexicons.data, err);
    lyt_datapaths_deinit(&paths);
    return status;
}

static lyt_exit open_tools(language_state *state)
{
    lyt_error err = {0};
    lyt_status status = open_table(state, &err);
    lyt_exit exit;

    if (status)
        return lyt_console_error(state->call->console, &err);
    status = lyt_lexis_new(&state->lexis, NULL);
    if (status)
        return lyt_console_complain(state->call->console, "%s", lyt_status_text(status));
    exit = declare_all(state);
    if (exit)
        return exit;
    status = lyt_lexis_seal(state->lexis);
    if (!status)
        status = lyt_arena_new(&state->arena, NULL, "language", arena_bytes_max);
    if (status)
        return lyt_console_complain(state->call->console, "%s", lyt_status_text(status));
    status = lyt_textspace_new(&state->space,
                               &(lyt_textspace_options){
                                   .lexis = state->lexis,
                                   .langid = state->langid,
                                   .declared = state->declared,
                                   .n_declared = state->n_declared,
                                   .seed = lyt_secret_seed(),
                               },
                               &err);
    return status ? lyt_console_error(state->call->console, &err) : LYT_EXIT_DONE;
}

static void close_tools(language_state *state)
{
    lyt_textspace_free(state->space);
    lyt_arena_free(state->arena);
    lyt_lexis_free(state->lexis);
    lyt_langid_free(state->langid);
}

/* How probable the clause's language is by the clause alone. */
static double clause_probability(const language_state *state, const lyt_text *text,
                                 const lyt_clause *clause)
{
    const char *code = lyt_lexis_code(state->lexis, clause->language);
    int index = lyt_langid_find(state->langid, lyt_str_of(code));
    double probability[lyt_languages_max];
    int32_t sum[lyt_languages_max] = {0};
    size_t words = 0;

    if (index < 0 || text->n_clauses == 1)
        return text->probability;
    for (size_t i = clause->first; i < clause->end; i++) {
        const lyt_token *t = &text->tokens[i];
        int16_t evidence[lyt_languages_max];

        if (t->kind != LYT_TOKEN_WORD)
            continue;
        words++;
        lyt_langid_word(state->langid, lyt_str_slice(text->original, t->start, t->end), evidence);
        for (size_t l = 0; l < lyt_languages_max; l++)
            sum[l] += evidence[l];
    }
    (void)lyt_langid_decide(sum, state->bias, lyt_langid_languages(state->langid), words,
                            probability);
    return probability[index];
}

static void write_language(lyt_jw *jw, const char *code, double probability)
{
    lyt_jw_key(jw, "language");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "code", lyt_str_of(code));
    lyt_jw_kreal(jw, "probability", probability, 4);
    lyt_jw_object_end(jw);
}

static void add_json(const language_state *state, const lyt_text *text, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "text", text->original);
    write_language(&jw, lyt_lexis_code(state->lexis, text->likeliest), text->probability);
    lyt_jw_key(&jw, "clauses");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < text->n_clauses; i++) {
        const lyt_clause *clause = &text->clauses[i];

        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "start", clause->start);
        lyt_jw_kint(&jw, "end", clause->stop);
        write_language(&jw, lyt_lexis_code(state->lexis, clause->language),
                       clause_probability(state, text, clause));
        lyt_jw_object_end(&jw);
    }
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
}

static lyt_status tell(void *context, const lyt_line *line, const char *name, lyt_buf *out,
                       lyt_error *err)
{
    language_state *state = context;
    lyt_status status = lyt_line_check(line, name, err);
    lyt_text text;

    if (status)
        return status;
    lyt_arena_reset(state->arena);
    status = lyt_text_analyze(state->space, NULL, line->text, -1, state->arena, &text);
    if (status)
        return lyt_error_at(err, status, name, line->number, 0, "%s", lyt_status_text(status));
    if (state->values->json) {
        add_json(state, &text, out);
    } else {
        lyt_buf_addf(out, "%s\t", lyt_lexis_code(state->lexis, text.likeliest));
        lyt_shown_fixed(out, text.probability, 4);
    }
    return LYT_OK;
}

static lyt_exit learn(const lyt_call *call, const language_values *values)
{
    lyt_langid *langid = NULL;
    lyt_error err = {0};
    lyt_status status;

    if (!values->learn || !values->output)
        return lyt_console_misuse(call->console, "language: --learn and --output go together");
    if (call->n_operands || values->among || values->table || values->json)
        return lyt_console_misuse(call->console,
                                  "language: with --learn there is nothing else but --output");
    status = lyt_lang_learn(&langid, lyt_fs_system(), values->learn, call->console, &err);
    if (!status)
        status = lyt_langid_save(langid, lyt_fs_system(), values->output, &err);
    lyt_langid_free(langid);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

static lyt_exit run(const lyt_call *call)
{
    language_state state = {.call = call, .values = call->values};
    lyt_exit exit;

    if (state.values->learn || state.values->output)
        return learn(call, state.values);
    exit = open_tools(&state);
    if (exit == LYT_EXIT_DONE)
        exit = lyt_subject_judge(call, state.values->json, tell, &state);
    close_tools(&state);
    return exit;
}

const lyt_command lyt_cmd_language = {
    .name = "language",
    .summary = "Say of each message what language it is in",
    .usage = "[--among XX,...] [--json] [--table TABLE] [FILE...]\n--learn FOLDER --output TABLE",
    .description =
        "Reads one message a line from the files, or from stdin without a file or where a file "
        "is '-', and writes one line for each in the same order: the code of the likeliest "
        "language (ISO 639-1), a tab, and its probability. --json adds where each clause begins "
        "and ends, in bytes, and its own language, for guests who mix them.\n"
        "\n"
        "Of the languages of --among each counts as half as likely as the one before it, "
        "from the fifth on all the same, until the words say otherwise: Danish is not taken for "
        "Norwegian because both would do. A text without letters is 'und'. An empty line gives "
        "an empty line.\n"
        "\n"
        "A line over 64 KiB, with a NUL or not in UTF-8 is named on the standard error with "
        "file, line and byte; its result is 'error: ...' ({\"error\":...} with --json) and the "
        "exit code is 1.\n"
        "\n"
        "With --learn the table of languages is made anew from word lists and translations "
        "that packages put on this machine, by the folder's recipes (<language>.yaml); what is "
        "missing is named with the package to install, and its language left out.",
    LYT_ROWS(options),
    .values_bytes = sizeof(language_values),
    LYT_ROWS(samples),
    .max_operands = -1,
    .run = run,
};
