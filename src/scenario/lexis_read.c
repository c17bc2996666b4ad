#include "lexis_read.h"

#include "buf.h"
#include "field.h"
#include "stemmers.h"

typedef struct reading {
    lyt_lexis *lexis;
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *folder;
    const char *file;
    const lyt_str *wanted; /* codes; NULL for all */
    size_t n_wanted, n_files;
    lyt_language language;
    lyt_error *err;
} reading;

static lyt_status failed(const reading *r, const lyt_yaml_node *node, lyt_status status,
                         const char *what)
{
    if (status == LYT_OK || status == LYT_ENOMEM)
        return status ? lyt_error_set(r->err, status, "out of memory") : LYT_OK;
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column, "%s", what);
}

static lyt_status read_words(const reading *r, const lyt_yaml_node *list, lyt_word_role role)
{
    if (!list)
        return LYT_OK;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (status)
            return status;
        status = failed(r, node, lyt_lexis_add_word(r->lexis, r->language, role, node->text),
                        "no word can be made of this");
        if (status)
            return status;
    }
    return LYT_OK;
}

typedef lyt_status add_pair(lyt_lexis *lexis, lyt_language language, lyt_str from, lyt_str to);

static lyt_status read_pairs(const reading *r, const lyt_yaml_node *map, add_pair *add)
{
    if (!map)
        return LYT_OK;
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (status)
            return status;
        status = failed(r, node, add(r->lexis, r->language, node->key, node->text),
                        "this pair of words is not valid; is the word here twice?");
        if (status)
            return status;
    }
    return LYT_OK;
}

static const char *const values[] = {"-4", "-3", "-2", "-1", "0", "1", "2", "3", "4"};

static lyt_status read_polarity(const reading *r, const lyt_yaml_node *map)
{
    if (!map)
        return LYT_OK;
    for (const lyt_yaml_node *list = map->first; list; list = list->next) {
        int value = -5;

        for (int i = 0; i < 9; i++)
            if (lyt_str_equal(list->key, lyt_str_of(values[i])))
                value = i - 4;
        if (value < -4)
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->key_line, list->key_column,
                                "'%.*s' must be a whole number, -4 to 4",
                                LYT_STR_ARG(lyt_str_slice(list->key, 0, 32)));
        if (lyt_field_kind(r->file, list, LYT_YAML_LIST, "the words of a value", r->err))
            return LYT_EFORMAT;
        for (const lyt_yaml_node *node = list->first; node; node = node->next) {
            lyt_status status = lyt_field_text(r->file, node, r->err);

            if (status)
                return status;
            status =
                failed(r, node, lyt_lexis_add_polarity(r->lexis, r->language, node->text, value),
                       "this word is not valid; is it here twice?");
            if (status)
                return status;
        }
    }
    return LYT_OK;
}

/* Each concept's name with the words that speak of it. */
static lyt_status read_concepts(const reading *r, const lyt_yaml_node *map)
{
    if (!map)
        return LYT_OK;
    for (const lyt_yaml_node *list = map->first; list; list = list->next) {
        if (lyt_field_kind(r->file, list, LYT_YAML_LIST, "the words of a concept", r->err))
            return LYT_EFORMAT;
        for (const lyt_yaml_node *node = list->first; node; node = node->next) {
            lyt_status status = lyt_field_text(r->file, node, r->err);

            if (status)
                return status;
            status = lyt_lexis_add_concept(r->lexis, r->language, list->key, node->text);
            if (status == LYT_ELIMIT)
                return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->key_line, list->key_column,
                                    "over %d concepts in all languages", lyt_concepts_max);
            status = failed(r, node, status, "no word can be made of this");
            if (status)
                return status;
        }
    }
    return LYT_OK;
}

static lyt_status read_place(const reading *r, const lyt_yaml_node *place)
{
    static const lyt_field fields[] = {
        {"words", LYT_YAML_LIST, true},
        {"suffixes", LYT_YAML_LIST, true},
        {"never_before", LYT_YAML_LIST, true},
        {"never_after", LYT_YAML_LIST, true},
    };
    static const lyt_word_role roles[] = {LYT_WORD_PLACE, LYT_WORD_PLACE_SUFFIX,
                                          LYT_WORD_NEVER_BEFORE, LYT_WORD_NEVER_AFTER};
    lyt_status status = lyt_fields_check(r->file, place, fields, 4, r->err);

    for (size_t i = 0; status == LYT_OK && i < 4; i++)
        status = read_words(r, lyt_yaml_get(place, fields[i].key), roles[i]);
    return status;
}

static lyt_status read_optional(const reading *r, const lyt_yaml_node *node)
{
    static const char *const names[] = {"false", "true"};
    size_t which = 0;
    lyt_status status = lyt_field_choice(r->file, node, names, 2, &which, r->err);

    if (status == LYT_OK && which)
        status = failed(r, node, lyt_lexis_spare_dictionary(r->lexis, r->language), "");
    return status;
}

static lyt_status add_language(reading *r, const lyt_yaml_node *root, lyt_str code)
{
    const lyt_yaml_node *language = lyt_yaml_get(root, "language");
    const lyt_yaml_node *stemmer = lyt_yaml_get(root, "stemmer");
    const lyt_yaml_node *dictionary = lyt_yaml_get(root, "dictionary");
    const lyt_yaml_node *optional = lyt_yaml_get(root, "dictionary_optional");
    const char *usual = lyt_stemmer_of(code);
    lyt_status status;

    if (!stemmer && !usual)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, language->line, language->column,
                            "libstemmer has none for '%.*s'; name a stemmer", LYT_STR_ARG(code));
    if (!lyt_str_equal(language->text, code))
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, language->line, language->column,
                            "language must be '%.*s', as the file's name", LYT_STR_ARG(code));
    status =
        lyt_lexis_add_language(r->lexis, code, stemmer ? stemmer->text : lyt_str_of(usual),
                               dictionary ? dictionary->text : (lyt_str){NULL, 0}, &r->language);
    if (status == LYT_ELIMIT)
        return lyt_error_at(r->err, LYT_ELIMIT, r->file, 1, 1, "over %d languages",
                            lyt_languages_max);
    if (status)
        return failed(r, stemmer ? stemmer : language, status,
                      "libstemmer has no stemmer of this name");
    return optional ? read_optional(r, optional) : LYT_OK;
}

static lyt_status read_kinds(const reading *r, const lyt_yaml_node *kinds)
{
    static const lyt_field fields[] = {
        {"complaint", LYT_YAML_LIST, false}, {"request", LYT_YAML_LIST, false},
        {"question", LYT_YAML_LIST, false},  {"praise", LYT_YAML_LIST, false},
        {"wish", LYT_YAML_LIST, false},      {"other", LYT_YAML_LIST, false},
    };
    static const lyt_word_role roles[] = {LYT_WORD_COMPLAINS, LYT_WORD_REQUESTS, LYT_WORD_ASKS,
                                          LYT_WORD_PRAISES,   LYT_WORD_WISHES,   LYT_WORD_CHATS};
    lyt_status status;

    if (!kinds)
        return LYT_OK;
    status = lyt_fields_check(r->file, kinds, fields, 6, r->err);
    for (size_t i = 0; status == LYT_OK && i < 6; i++)
        status = read_words(r, lyt_yaml_get(kinds, fields[i].key), roles[i]);
    return status;
}

static lyt_status read_lists(const reading *r, const lyt_yaml_node *root)
{
    static const struct {
        const char *key;
        lyt_word_role role;
    } lists[] = {
        {"negators", LYT_WORD_NEGATOR}, {"breakers", LYT_WORD_BREAKER},
        {"stop", LYT_WORD_STOP},        {"intensifiers", LYT_WORD_INTENSIFIER},
        {"hedges", LYT_WORD_HEDGE},     {"safety", LYT_WORD_SAFETY},
        {"times", LYT_WORD_TIME},       {"opt_out", LYT_WORD_OPT_OUT},
        {"aside", LYT_WORD_ASIDE},      {"courtesies", LYT_WORD_COURTESY},
    };
    lyt_status status = LYT_OK;

    for (size_t i = 0; status == LYT_OK && i < sizeof lists / sizeof *lists; i++)
        status = read_words(r, lyt_yaml_get(root, lists[i].key), lists[i].role);
    return status;
}

static lyt_status read_tree(reading *r, const lyt_yaml_node *root, lyt_str code)
{
    static const lyt_field fields[] = {
        {"language", LYT_YAML_SCALAR, true},    {"stemmer", LYT_YAML_SCALAR, false},
        {"dictionary", LYT_YAML_SCALAR, false}, {"negators", LYT_YAML_LIST, true},
        {"breakers", LYT_YAML_LIST, true},      {"stop", LYT_YAML_LIST, true},
        {"lemmas", LYT_YAML_MAP, false},        {"abbreviations", LYT_YAML_MAP, false},
        {"polarity", LYT_YAML_MAP, false},      {"place", LYT_YAML_MAP, false},
        {"concepts", LYT_YAML_MAP, false},      {"emoji", LYT_YAML_MAP, false},
        {"intensifiers", LYT_YAML_LIST, false}, {"hedges", LYT_YAML_LIST, false},
        {"safety", LYT_YAML_LIST, false},       {"times", LYT_YAML_LIST, false},
        {"opt_out", LYT_YAML_LIST, false},      {"aside", LYT_YAML_LIST, false},
        {"kinds", LYT_YAML_MAP, false},         {"dictionary_optional", LYT_YAML_SCALAR, false},
        {"courtesies", LYT_YAML_LIST, false},
    };
    const lyt_yaml_node *place = lyt_yaml_get(root, "place");
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (status == LYT_OK)
        status = add_language(r, root, code);
    if (status == LYT_OK)
        status = read_lists(r, root);
    if (status == LYT_OK)
        status = read_pairs(r, lyt_yaml_get(root, "lemmas"), lyt_lexis_add_lemma);
    if (status == LYT_OK)
        status = read_pairs(r, lyt_yaml_get(root, "abbreviations"), lyt_lexis_add_abbreviation);
    if (status == LYT_OK)
        status = read_polarity(r, lyt_yaml_get(root, "polarity"));
    if (status == LYT_OK)
        status = read_polarity(r, lyt_yaml_get(root, "emoji"));
    if (status == LYT_OK)
        status = read_concepts(r, lyt_yaml_get(root, "concepts"));
    if (status == LYT_OK && place)
        status = read_place(r, place);
    if (status == LYT_OK)
        status = read_kinds(r, lyt_yaml_get(root, "kinds"));
    return status;
}

static bool is_wanted(const reading *r, lyt_str code)
{
    for (size_t i = 0; i < r->n_wanted; i++)
        if (lyt_str_equal(r->wanted[i], code))
            return true;
    return !r->wanted;
}

static lyt_status read_file(void *user, const char *name)
{
    reading *r = user;
    lyt_str whole = lyt_str_of(name), code;
    lyt_yaml *yaml = NULL;
    lyt_status status;
    lyt_buf path;

    if (!lyt_str_ends(whole, LYT_STR(".yaml")))
        return LYT_OK;
    code = lyt_str_slice(whole, 0, whole.len - 5);
    r->n_files++;
    if (!is_wanted(r, code))
        return LYT_OK;
    lyt_buf_init(&path, r->alloc);
    lyt_fs_join(&path, r->folder, name);
    status = lyt_buf_status(&path);
    if (status == LYT_OK)
        status = lyt_yaml_read(&yaml, r->alloc, r->fs, path.data, r->err);
    else
        status = lyt_error_set(r->err, status, "%s", lyt_status_text(status));
    if (status == LYT_OK) {
        r->file = lyt_yaml_name(yaml);
        status = read_tree(r, lyt_yaml_root(yaml), code);
    }
    lyt_yaml_free(yaml);
    lyt_buf_deinit(&path);
    return status;
}

const lyt_str lyt_usual_languages[2] = {{"da", 2}, {"en", 2}};

lyt_status lyt_lexis_read(lyt_lexis **out, const lyt_alloc *alloc, const lyt_fs *fs,
                          const char *folder, const lyt_str *codes, size_t n_codes, lyt_error *err)
{
    reading r = {.alloc = alloc,
                 .fs = fs,
                 .folder = folder,
                 .wanted = codes,
                 .n_wanted = n_codes,
                 .err = err};
    lyt_status status = lyt_lexis_new(&r.lexis, alloc);

    if (status)
        return lyt_error_set(err, status, "%s", lyt_status_text(status));
    status = lyt_fs_list(fs, folder, read_file, &r, err);
    if (status == LYT_OK && r.n_files == 0)
        status = lyt_error_at(err, LYT_ENOTFOUND, folder, 0, 0,
                              "no language lexicon (<language>.yaml) in this folder");
    if (status == LYT_OK) {
        status = lyt_lexis_seal(r.lexis);
        if (status)
            lyt_error_set(err, status, "%s", lyt_status_text(status));
    }
    if (status) {
        lyt_lexis_free(r.lexis);
        return status;
    }
    *out = r.lexis;
    return LYT_OK;
}
