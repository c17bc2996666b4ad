#include "lang_learn.h"

#include <string.h>

#include "catalogue.h"
#include "field.h"
#include "mem.h"
#include "yamldoc.h"

enum { file_bytes_max = 64 << 20, text_bytes_min = 64 << 10 };

static const char locale_folder[] = "/usr/share/locale";
/* Debian's essential packages translate themselves into every language shipped here. */
static const char *const catalogues[] = {
    "Linux-PAM",       "adduser", "apt",  "bash",   "coreutils", "diffutils", "dpkg", "findutils",
    "gettext-runtime", "grep",    "libc", "psmisc", "sed",       "shadow",    "tar",
};
/*
 * Running text, a word list and the commonest words weigh the same; within the last,
 * the word at place i weighs 1 / (i + rank_offset), about as words do in any language (Zipf).
 */
static const double mass = 1e6, rank_offset = 20;

typedef struct learning {
    const lyt_fs *fs;
    const char *folder;
    lyt_console *console;
    lyt_error *err;
    lyt_langid_sample *samples;
    size_t n, cap;
    lyt_yaml *yamls[lyt_languages_max]; /* common words live here */
    lyt_buf texts[2 * lyt_languages_max];
    size_t n_languages, n_texts;
} learning;

static lyt_status out_of_memory(learning *in)
{
    return lyt_error_set(in->err, LYT_ENOMEM, "out of memory");
}

static lyt_status add_sample(learning *in, lyt_langid_sample sample)
{
    lyt_status status = lyt_mem_grow(NULL, &in->samples, &in->cap, in->n + 1, sizeof *in->samples);

    if (status)
        return out_of_memory(in);
    in->samples[in->n++] = sample;
    return LYT_OK;
}

/* Adds what each catalogue of the locale has; one that is not there is passed over. */
static lyt_status read_locale(learning *in, const char *locale, bool is_original, lyt_buf *out)
{
    lyt_status status = LYT_OK;
    lyt_buf path, data;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&data, NULL);
    for (size_t i = 0; i < sizeof catalogues / sizeof *catalogues && !status; i++) {
        lyt_buf_reset(&path);
        lyt_buf_reset(&data);
        lyt_buf_addf(&path, "%s/%s/LC_MESSAGES/%s.mo", locale_folder, locale, catalogues[i]);
        status = lyt_buf_status(&path);
        if (!status)
            status = lyt_fs_read(in->fs, path.data, file_bytes_max, &data, in->err);
        if (!status)
            status = lyt_catalogue_add(out, lyt_buf_str(&data), path.data, is_original, in->err);
        if (status == LYT_ENOTFOUND)
            status = LYT_OK;
    }
    lyt_buf_deinit(&path);
    lyt_buf_deinit(&data);
    if (!status && lyt_buf_status(out))
        status = out_of_memory(in);
    return status;
}

static lyt_status read_locales(learning *in, const lyt_yaml_node *list, bool is_original,
                               lyt_buf *out)
{
    lyt_status status = LYT_OK;

    for (const lyt_yaml_node *item = list ? list->first : NULL; item && !status; item = item->next)
        status = read_locale(in, item->text.ptr, is_original, out);
    return status;
}

static lyt_status read_words(learning *in, const lyt_yaml_node *path, lyt_buf *out)
{
    lyt_status status;
    lyt_buf data;

    if (!path)
        return LYT_OK;
    lyt_buf_init(&data, NULL);
    status = lyt_fs_read(in->fs, path->text.ptr, file_bytes_max, &data, in->err);
    if (!status)
        lyt_prose_utf8(out, lyt_buf_str(&data));
    lyt_buf_deinit(&data);
    if (!status && lyt_buf_status(out))
        status = out_of_memory(in);
    return status;
}

static lyt_status add_common(learning *in, const char *code, const lyt_yaml_node *list)
{
    double sum = 0, place = rank_offset;
    lyt_status status = LYT_OK;

    for (const lyt_yaml_node *word = list->first; word; word = word->next, place++)
        sum += (double)word->text.len / place;
    place = rank_offset;
    for (const lyt_yaml_node *word = list->first; word && !status; word = word->next, place++)
        status = add_sample(
            in, (lyt_langid_sample){.code = code,
                                    .text = word->text,
                                    .mass = mass * (double)word->text.len / (place * sum)});
    return status;
}

static void tell(learning *in, const char *code, const char *what, const char *install)
{
    if (in->console)
        lyt_console_complain(in->console, "language %s: %s; to have it, install %s", code, what,
                             install);
}

/* What the machine has of a language; *there is false when that is too little. */
static lyt_status gather(learning *in, const lyt_yaml_node *root, lyt_buf *text, lyt_buf *words,
                         bool *there)
{
    const char *code = lyt_yaml_get(root, "language")->text.ptr;
    const lyt_yaml_node *list = lyt_yaml_get(root, "words");
    const lyt_yaml_node *package = lyt_yaml_get(root, "package");
    lyt_status status = read_words(in, list, words);

    *there = status != LYT_ENOTFOUND;
    if (status == LYT_ENOTFOUND) {
        tell(in, code, "left out, its word list is not on this machine",
             package ? package->text.ptr : list->text.ptr);
        return LYT_OK;
    }
    if (!status)
        status = read_locales(in, lyt_yaml_get(root, "locales"), false, text);
    if (!status)
        status = read_locales(in, lyt_yaml_get(root, "originals"), true, text);
    if (status || text->len >= text_bytes_min)
        return status;
    *there = list != NULL;
    tell(in, code,
         list ? "learned without running text, which /usr/share/locale does not have"
              : "left out, /usr/share/locale has no text of it",
         "again coreutils, with its translations (see path-exclude in /etc/dpkg)");
    return LYT_OK;
}

static lyt_status check(learning *in, const lyt_yaml *yaml, lyt_str code)
{
    static const lyt_field fields[] = {
        {"language", LYT_YAML_SCALAR, true}, {"words", LYT_YAML_SCALAR, false},
        {"package", LYT_YAML_SCALAR, false}, {"locales", LYT_YAML_LIST, false},
        {"originals", LYT_YAML_LIST, false}, {"common", LYT_YAML_LIST, true},
    };
    static const char *const lists[] = {"locales", "originals", "common"};
    const lyt_yaml_node *root = lyt_yaml_root(yaml), *language;
    const char *file = lyt_yaml_name(yaml);
    lyt_status status =
        lyt_fields_check(file, root, fields, sizeof fields / sizeof *fields, in->err);

    if (status)
        return status;
    language = lyt_yaml_get(root, "language");
    if (!lyt_str_equal(language->text, code))
        return lyt_error_at(in->err, LYT_EFORMAT, file, language->line, language->column,
                            "language must be '%.*s', as the file's name", LYT_STR_ARG(code));
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !status; i++) {
        const lyt_yaml_node *list = lyt_yaml_get(root, lists[i]);

        for (const lyt_yaml_node *item = list ? list->first : NULL; item && !status;
             item = item->next)
            status = lyt_field_text(file, item, in->err);
    }
    return status;
}

static lyt_status learn_from(learning *in, const lyt_yaml_node *root)
{
    const char *code = lyt_yaml_get(root, "language")->text.ptr;
    lyt_buf *text = &in->texts[in->n_texts], *words = text + 1;
    lyt_status status;
    bool there;

    lyt_buf_init(text, NULL);
    lyt_buf_init(words, NULL);
    in->n_texts += 2;
    status = gather(in, root, text, words, &there);
    if (status || !there)
        return status;
    status = add_sample(in, (lyt_langid_sample){code, lyt_buf_str(text), mass, false});
    if (!status)
        status = add_sample(in, (lyt_langid_sample){code, lyt_buf_str(words), mass, true});
    return status ? status : add_common(in, code, lyt_yaml_get(root, "common"));
}

static lyt_status read_recipe(void *user, const char *name)
{
    learning *in = user;
    lyt_str whole = lyt_str_of(name);
    lyt_yaml **yaml = &in->yamls[in->n_languages];
    lyt_status status;
    lyt_buf path;

    if (!lyt_str_ends(whole, LYT_STR(".yaml")))
        return LYT_OK;
    if (in->n_languages == lyt_languages_max)
        return lyt_error_at(in->err, LYT_ELIMIT, in->folder, 0, 0, "more than %d languages",
                            (int)lyt_languages_max);
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, in->folder, name);
    status = lyt_buf_status(&path);
    status = status ? out_of_memory(in) : lyt_yaml_read(yaml, NULL, in->fs, path.data, in->err);
    lyt_buf_deinit(&path);
    if (status)
        return status;
    in->n_languages++;
    status = check(in, *yaml, lyt_str_slice(whole, 0, whole.len - 5));
    return status ? status : learn_from(in, lyt_yaml_root(*yaml));
}

lyt_status lyt_lang_learn(lyt_langid **out, const lyt_fs *fs, const char *folder,
                          lyt_console *console, lyt_error *err)
{
    learning in = {.fs = fs, .folder = folder, .console = console, .err = err};
    lyt_status status = lyt_fs_list(fs, folder, read_recipe, &in, err);

    if (!status && !in.n)
        status = lyt_error_at(err, LYT_ENOTFOUND, folder, 0, 0,
                              in.n_languages ? "of no language there is text on this machine"
                                             : "no recipe (<language>.yaml) in this folder");
    if (!status)
        status = lyt_langid_train(out, NULL, in.samples, in.n, err);
    for (size_t i = 0; i < in.n_languages; i++)
        lyt_yaml_free(in.yamls[i]);
    for (size_t i = 0; i < in.n_texts; i++)
        lyt_buf_deinit(&in.texts[i]);
    lyt_mem_free(NULL, in.samples);
    return status;
}
