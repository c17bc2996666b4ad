/* What the house knows of numbers and words: the sections of channels.yaml beside the gateways. */
#include <string.h>

#include "channelfile_inside.h"
#include "field.h"
#include "phone.h"
#include "wordfold.h"

static lyt_status read_number(const lyt_channel_reader *r, const lyt_yaml_node *map, bool whole,
                              lyt_str *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, "number");
    lyt_status status = node ? lyt_field_text(r->file, node, r->err) : LYT_OK;

    if (status || !node)
        return status;
    *out = lyt_phone(node->text, (lyt_str){"", 0}, r->to->arena);
    if (!out->ptr)
        return lyt_cf_no_memory(r);
    if (whole && !lyt_phone_is(*out))
        return lyt_cf_bad(
            r, node, "'%.40s' is no number of a phone; write it like \"+4520202020\", in quotes",
            node->text.ptr);
    return LYT_OK;
}

static lyt_status read_numbers(const lyt_channel_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"number", LYT_YAML_SCALAR, true},
        {"property", LYT_YAML_SCALAR, false},
        {"place", LYT_YAML_SCALAR, false},
        {"lang", LYT_YAML_SCALAR, false},
    };
    size_t n = lyt_cf_children(list), i = 0;
    lyt_own_number *numbers = lyt_arena_array(r->to->arena, n + 1, sizeof *numbers);

    if (!numbers)
        return lyt_cf_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 4, r->err);

        if (!status)
            status = read_number(r, node, false, &numbers[i].number);
        if (!status)
            status = lyt_cf_property(r, node, &numbers[i].property);
        if (!status)
            status = lyt_cf_place(r, node, &numbers[i].place);
        if (!status)
            status = lyt_cf_lang(r, node, &numbers[i].lang);
        for (size_t k = 0; k < i && !status; k++)
            if (lyt_str_equal(numbers[k].number, numbers[i].number))
                status = lyt_cf_bad(r, node, "%.*s is here a second time",
                                    LYT_STR_ARG(numbers[i].number));
        if (status)
            return status;
    }
    r->to->channels.book.numbers = numbers;
    r->to->channels.book.n_numbers = n;
    return LYT_OK;
}

static lyt_status read_word(const lyt_channel_reader *r, const lyt_yaml_node *map, lyt_str *out)
{
    const lyt_yaml_node *node = lyt_yaml_get(map, "word");
    lyt_status status = lyt_field_text(r->file, node, r->err);

    if (status)
        return status;
    *out = lyt_word_fold(node->text, r->to->arena);
    if (!out->ptr)
        return lyt_cf_no_memory(r);
    if (!out->len || lyt_str_find(*out, ' ', 0) < out->len)
        return lyt_cf_bad(r, node, "'%.40s' is not one word; a message begins with it",
                          node->text.ptr);
    return LYT_OK;
}

static lyt_status read_keywords(const lyt_channel_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"word", LYT_YAML_SCALAR, true},      {"number", LYT_YAML_SCALAR, false},
        {"property", LYT_YAML_SCALAR, false}, {"place", LYT_YAML_SCALAR, false},
        {"lang", LYT_YAML_SCALAR, false},
    };
    size_t n = lyt_cf_children(list), i = 0;
    lyt_keyword *keywords = lyt_arena_array(r->to->arena, n + 1, sizeof *keywords);

    if (!keywords)
        return lyt_cf_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

        if (!status)
            status = read_word(r, node, &keywords[i].word);
        if (!status)
            status = read_number(r, node, false, &keywords[i].number);
        if (!status)
            status = lyt_cf_property(r, node, &keywords[i].property);
        if (!status)
            status = lyt_cf_place(r, node, &keywords[i].place);
        if (!status)
            status = lyt_cf_lang(r, node, &keywords[i].lang);
        for (size_t k = 0; k < i && !status; k++)
            if (lyt_str_equal(keywords[k].word, keywords[i].word) &&
                lyt_str_equal(keywords[k].number, keywords[i].number))
                status = lyt_cf_bad(r, node, "the word '%.*s' is here a second time",
                                    LYT_STR_ARG(keywords[i].word));
        if (status)
            return status;
    }
    r->to->channels.book.keywords = keywords;
    r->to->channels.book.n_keywords = n;
    return LYT_OK;
}

static lyt_status read_staff(const lyt_channel_reader *r, const lyt_yaml_node *list)
{
    static const lyt_field fields[] = {
        {"number", LYT_YAML_SCALAR, true},
        {"person", LYT_YAML_SCALAR, true},
        {"property", LYT_YAML_SCALAR, false},
    };
    size_t n = lyt_cf_children(list), i = 0;
    lyt_staff_number *staff = lyt_arena_array(r->to->arena, n + 1, sizeof *staff);

    if (!staff)
        return lyt_cf_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);

        if (!status)
            status = read_number(r, node, true, &staff[i].number);
        if (!status)
            status = lyt_field_id(r->file, lyt_yaml_get(node, "person"), r->err);
        if (!status)
            status = lyt_cf_text(r, node, "person", &staff[i].person);
        if (!status)
            status = lyt_cf_property(r, node, &staff[i].property);
        for (size_t k = 0; k < i && !status; k++)
            if (lyt_str_equal(staff[k].number, staff[i].number))
                status = lyt_cf_bad(r, node, "%.*s has two persons", LYT_STR_ARG(staff[i].number));
        if (status)
            return status;
    }
    r->to->channels.book.staff = staff;
    r->to->channels.book.n_staff = n;
    return LYT_OK;
}

typedef struct word_list {
    lyt_opt_word *items;
    size_t n, cap;
} word_list;

static lyt_status add_words(const lyt_channel_reader *r, word_list *to, lyt_str lang,
                            const lyt_yaml_node *list)
{
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_str folded;

        if (node->kind != LYT_YAML_SCALAR)
            return lyt_cf_bad(r, node, "write a word, or a few that are a whole message");
        folded = lyt_word_fold(node->text, r->to->arena);
        if (!folded.ptr ||
            lyt_arena_grow(r->to->arena, &to->items, &to->cap, to->n + 1, sizeof *to->items))
            return lyt_cf_no_memory(r);
        if (!folded.len)
            return lyt_cf_bad(r, node, "there is no word in '%.40s'", node->text.ptr);
        to->items[to->n++] = (lyt_opt_word){lang, folded};
    }
    return LYT_OK;
}

static bool is_language(lyt_str code)
{
    return code.len == 2 && code.ptr[0] >= 'a' && code.ptr[0] <= 'z' && code.ptr[1] >= 'a' &&
           code.ptr[1] <= 'z';
}

/* words: {da: [farvel], en: [bye]} */
static lyt_status add_own_words(const lyt_channel_reader *r, word_list *to,
                                const lyt_yaml_node *map)
{
    for (const lyt_yaml_node *node = map ? map->first : NULL; node; node = node->next) {
        lyt_status status =
            lyt_field_kind(r->file, node, LYT_YAML_LIST, "the words of a language", r->err);

        if (!status && !is_language(node->key))
            status = lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                                  "'%.40s' is no language; write it like da", node->key.ptr);
        if (!status)
            status = add_words(r, to, node->key, node);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status add_lexicon(const lyt_channel_reader *r, word_list *to, lyt_str lang)
{
    const lyt_yaml *tree = NULL;
    const lyt_yaml_node *list;
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, r->options->lexicons, lang.ptr);
    lyt_buf_add_text(&path, ".yaml");
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_cf_tree(r, path.data, &tree);
    lyt_buf_deinit(&path);
    if (status)
        return status;
    list = lyt_yaml_get(lyt_yaml_root(tree), "opt_out");
    return add_words(r, to, lang, list && list->kind == LYT_YAML_LIST ? list : NULL);
}

static lyt_status add_languages(const lyt_channel_reader *r, word_list *to,
                                const lyt_yaml_node *list)
{
    static const lyt_str usual[] = {{"da", 2}, {"en", 2}};
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < 2 && !list && !status && r->options->lexicons; i++)
        status = add_lexicon(r, to, usual[i]);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node && !status;
         node = node->next) {
        status = lyt_field_text(r->file, node, r->err);
        if (!status && !is_language(node->text))
            status =
                lyt_cf_bad(r, node, "'%.40s' is no language; write it like da", node->text.ptr);
        if (!status && r->options->lexicons)
            status = add_lexicon(r, to, node->text);
        if (status == LYT_ENOTFOUND)
            status = lyt_cf_bad(r, node, "there is no lexicon of '%.40s'; give its words yourself",
                                node->text.ptr);
    }
    return status;
}

/* What carriers and gateways take for STOP themselves, whatever language a house speaks. */
static lyt_status add_carriers(const lyt_channel_reader *r, word_list *to)
{
    static const char *const words[] = {"stop",   "stopall", "unsubscribe", "cancel",
                                        "end",    "quit",    "revoke",      "optout"};

    if (lyt_arena_grow(r->to->arena, &to->items, &to->cap, to->n + sizeof words / sizeof *words,
                       sizeof *to->items))
        return lyt_cf_no_memory(r);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        to->items[to->n++] = (lyt_opt_word){LYT_STR("en"), lyt_str_of(words[i])};
    return LYT_OK;
}

static lyt_status read_opt_out(const lyt_channel_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"languages", LYT_YAML_LIST, false},
        {"words", LYT_YAML_MAP, false},
        {"again", LYT_YAML_MAP, false},
    };
    word_list out = {NULL, 0, 0}, in = {NULL, 0, 0};
    lyt_status status = map ? lyt_fields_check(r->file, map, fields, 3, r->err) : LYT_OK;

    if (!status)
        status = add_languages(r, &out, lyt_yaml_get(map, "languages"));
    if (!status)
        status = add_carriers(r, &out);
    if (!status)
        status = add_own_words(r, &out, lyt_yaml_get(map, "words"));
    if (!status)
        status = add_own_words(r, &in, lyt_yaml_get(map, "again"));
    r->to->channels.book.opt_out = out.items;
    r->to->channels.book.n_opt_out = out.n;
    r->to->channels.book.opt_in = in.items;
    r->to->channels.book.n_opt_in = in.n;
    return status;
}

static lyt_status read_country(const lyt_channel_reader *r, const lyt_yaml_node *root)
{
    const lyt_yaml_node *node = lyt_yaml_get(root, "country");
    int64_t prefix;
    lyt_status status;

    if (!node)
        return LYT_OK;
    status = lyt_field_int(r->file, node, 1, 999, &prefix, r->err);
    if (!status)
        r->to->channels.book.country = node->text;
    return status;
}

lyt_status lyt_cf_book(const lyt_channel_reader *r, const lyt_yaml_node *root)
{
    lyt_status status = read_numbers(r, lyt_yaml_get(root, "numbers"));

    if (!status)
        status = read_keywords(r, lyt_yaml_get(root, "keywords"));
    if (!status)
        status = read_staff(r, lyt_yaml_get(root, "staff"));
    if (!status)
        status = read_country(r, root);
    if (!status)
        status = lyt_cf_secrets(r, root, "pseudonyms", &r->to->channels.book.pseudonyms);
    return status ? status : read_opt_out(r, lyt_yaml_get(root, "opt_out"));
}
