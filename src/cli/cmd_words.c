#include "datafolder.h"
#include "datapaths.h"
#include "json.h"
#include "mem.h"
#include "utf8.h"

typedef struct words_values {
    const char *dictionaries, *output;
    bool json;
} words_values;

static const lyt_option options[] = {
    {.name = "dictionaries",
     .type = LYT_OPT_TEXT,
     .offset = offsetof(words_values, dictionaries),
     .fallback = LYT_DICTIONARIES,
     .value = "FOLDER",
     .help = "where NAME.aff and NAME.dic lie"},
    {.name = "json",
     .letter = 'j',
     .type = LYT_OPT_FLAG,
     .offset = offsetof(words_values, json),
     .help = "print what was made as JSON"},
    {.name = "output",
     .letter = 'o',
     .type = LYT_OPT_TEXT,
     .offset = offsetof(words_values, output),
     .value = "FILE",
     .help = "where the table goes; else NAME.lytw where Lyt looks for it"},
};

enum { text_bytes_max = 256 << 20 };
static const char *const verbs[] = {"build", NULL};

static const lyt_sample samples[] = {
    {"lyt words build da_DK", "after Debian has brought a new Danish dictionary"},
    {"lyt words build en_US reviews.txt", "words of the reviews count as common"},
};

typedef struct words_state {
    const lyt_call *call;
    const words_values *values;
    lyt_buf path, table;
    lyt_buf *files; /* as many as texts */
    lyt_words_text *texts;
    size_t n_texts;
} words_state;

static lyt_status read_texts(words_state *state, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < state->n_texts && !status; i++) {
        lyt_str name = lyt_str_of(state->call->operands[i + 1]);

        status = lyt_fs_read(lyt_fs_system(), state->call->operands[i + 1], text_bytes_max,
                             &state->files[i], err);
        state->texts[i] = (lyt_words_text){
            .utf8 = lyt_buf_str(&state->files[i]),
            .only_known = lyt_str_ends(name, LYT_STR(".yaml")),
        };
        if (!status && lyt_utf8_check(state->texts[i].utf8, NULL))
            status = lyt_error_at(err, LYT_EFORMAT, state->call->operands[i + 1], 0, 0,
                                  "the text is not UTF-8");
    }
    return status;
}

static lyt_status choose_path(words_state *state, const char *name, lyt_error *err)
{
    lyt_status status = LYT_OK;
    lyt_buf data, folder;

    if (state->values->output) {
        lyt_buf_add_text(&state->path, state->values->output);
        return lyt_buf_status(&state->path);
    }
    lyt_buf_init(&data, NULL);
    lyt_buf_init(&folder, NULL);
    status = lyt_data_folder(&data, NULL, err);
    if (!status) {
        lyt_words_folder(&folder, data.data);
        lyt_fs_join(&state->path, folder.data, name);
        lyt_buf_add_text(&state->path, ".lytw");
        status = lyt_buf_status(&state->path);
    }
    lyt_buf_deinit(&data);
    lyt_buf_deinit(&folder);
    return status;
}

static void show(words_state *state, const lyt_words *words)
{
    lyt_buf out;
    lyt_jw jw;

    if (!state->values->json) {
        lyt_console_printf(state->call->console, "%s: %zu forms, %zu bytes, %s\n",
                           lyt_words_name(words), lyt_words_size(words), state->table.len,
                           state->path.data);
        return;
    }
    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "dictionary", lyt_str_of(lyt_words_name(words)));
    lyt_jw_kint(&jw, "forms", (int64_t)lyt_words_size(words));
    lyt_jw_kint(&jw, "bytes", (int64_t)state->table.len);
    lyt_jw_kstr(&jw, "file", lyt_buf_str(&state->path));
    lyt_jw_object_end(&jw);
    lyt_buf_add_char(&out, '\n');
    lyt_console_write_buf(state->call->console, &out);
    lyt_buf_deinit(&out);
}

static lyt_status build(words_state *state, lyt_error *err)
{
    const char *name = state->call->operands[0];
    lyt_words *words = NULL;
    lyt_status status = read_texts(state, err);

    if (!status)
        status = choose_path(state, name, err);
    if (!status)
        status = lyt_wordbook_make(lyt_fs_system(), NULL, state->values->dictionaries, name,
                                   state->texts, state->n_texts, &state->table, err);
    if (!status)
        status = lyt_fs_write(lyt_fs_system(), state->path.data, lyt_buf_str(&state->table), err);
    if (!status)
        status = lyt_words_of(&words, NULL, lyt_buf_str(&state->table), name, err);
    if (!status)
        show(state, words);
    lyt_words_free(words);
    return status;
}

static lyt_exit run(const lyt_call *call)
{
    words_state state = {.call = call, .values = call->values};
    lyt_error err = {0};
    lyt_status status = LYT_ENOMEM;

    state.n_texts = (size_t)call->n_operands - 1;
    state.files = lyt_mem_array(NULL, state.n_texts + 1, sizeof *state.files);
    state.texts = lyt_mem_array(NULL, state.n_texts + 1, sizeof *state.texts);
    lyt_buf_init(&state.path, NULL);
    lyt_buf_init(&state.table, NULL);
    lyt_error_set(&err, LYT_ENOMEM, "out of memory");
    if (state.files && state.texts)
        status = build(&state, &err);
    for (size_t i = 0; state.files && i < state.n_texts; i++)
        lyt_buf_deinit(&state.files[i]);
    lyt_mem_free(NULL, state.files);
    lyt_mem_free(NULL, state.texts);
    lyt_buf_deinit(&state.path);
    lyt_buf_deinit(&state.table);
    return status ? lyt_console_error(call->console, &err) : LYT_EXIT_DONE;
}

const lyt_command lyt_cmd_words = {
    .name = "words",
    .summary = "Make the table of a dictionary's words",
    .usage = "build DICTIONARY [TEXT…] [-o FILE]",
    .description =
        "Makes every form of every word of a Hunspell dictionary (da_DK, en_US, …), notes what "
        "each "
        "may do in a compound, and writes them into one file that all workers share. Words of the "
        "texts count as common: a misspelt word is taken for one of them. A word that stands in a "
        "text "
        "five times in 200,000 words is one even if the dictionary does not have it; of lexicons "
        "(.yaml), which "
        "list "
        "misspelt forms, only the dictionary's words count.\n\n"
        "The build does this for the dictionaries that were there. Without a table Lyt makes one "
        "in "
        "memory at each start, which takes half a second.",
    .verbs = verbs,
    LYT_ROWS(options),
    LYT_ROWS(samples),
    .values_bytes = sizeof(words_values),
    .min_operands = 1,
    .max_operands = -1,
    .run = run,
};
