#include "packfile.h"

#include "lexis_read.h"

/* pack.yaml: name, languages, teams, thresholds. */

typedef struct codes {
    lyt_str items[lyt_languages_max];
    size_t n;
} codes;

static bool has_code(const lyt_yaml_node *list, lyt_str code)
{
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next)
        if (lyt_str_equal(node->text, code))
            return true;
    return false;
}

/* The next code of "sv+nb"; empty at the end. */
static lyt_str next_code(const char *spec, size_t *at)
{
    lyt_str whole = lyt_str_of(spec ? spec : "");
    size_t start = *at < whole.len ? *at : whole.len, end = lyt_str_find(whole, '+', start);

    *at = end + 1;
    return lyt_str_slice(whole, start, end);
}

static lyt_status add_code(lyt_pack_reader *r, const lyt_yaml_node *node, lyt_str code, codes *out)
{
    if (out->n == lyt_languages_max)
        return lyt_error_at(r->err, LYT_ELIMIT, r->file, node->line, node->column,
                            "over %d languages", lyt_languages_max);
    out->items[out->n++] = code;
    return LYT_OK;
}

/* The languages of the pack and those more that it was opened with. */
static lyt_status collect_codes(lyt_pack_reader *r, const lyt_yaml_node *list,
                                const lyt_yaml_node *more, codes *out)
{
    size_t at = 0;
    lyt_str code;

    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);

        if (status == LYT_OK)
            status = add_code(r, node, node->text, out);
        if (status)
            return status;
    }
    while (code = next_code(r->more, &at), code.len) {
        const lyt_yaml_node *where = more ? more : list;

        if (!has_code(more, code))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, where->line, where->column,
                                "the pack is to be read in '%.*s', which is none of its "
                                "more_languages",
                                LYT_STR_ARG(lyt_str_slice(code, 0, 24)));
        if (add_code(r, where, code, out))
            return LYT_ELIMIT;
    }
    return LYT_OK;
}

static lyt_status no_lexicon(lyt_pack_reader *r, const lyt_yaml_node *node)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                        "unknown language '%.*s'; there is no lexicons/%.*s.yaml beside "
                        "the packs",
                        LYT_STR_ARG(lyt_str_slice(node->text, 0, 24)),
                        LYT_STR_ARG(lyt_str_slice(node->text, 0, 24)));
}

static lyt_status twice(lyt_pack_reader *r, const lyt_yaml_node *node)
{
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                        "language '%s' is here a second time", node->text.ptr);
}

static lyt_status read_languages(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_language language = lyt_lexis_find(r->pack->lexis, node->text);

        if (language < 0)
            return no_lexicon(r, node);
        if (r->pack->languages & (1u << language))
            return twice(r, node);
        r->pack->languages |= 1u << language;
        r->pack->declared[r->pack->n_declared++] = language;
    }
    if (!r->pack->languages)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->line, list->column,
                            "a pack speaks at least one language; write one, as [en]");
    return LYT_OK;
}

static bool has_lexicon(lyt_pack_reader *r, lyt_str code)
{
    lyt_map map = {NULL, 0};
    bool found = false;
    lyt_buf path;

    lyt_buf_init(&path, r->pack->alloc);
    lyt_buf_addf(&path, "%s/%.*s.yaml", r->lexicons, LYT_STR_ARG(code));
    if (lyt_buf_status(&path) == LYT_OK &&
        lyt_fs_map(r->pack->fs, path.data, &map, NULL) == LYT_OK) {
        lyt_fs_unmap(r->pack->fs, &map);
        found = true;
    }
    lyt_buf_deinit(&path);
    return found;
}

/* Checked whether or not they are in use, so that a typo shows before somebody needs one. */
static lyt_status read_more_languages(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    lyt_pack *pack = r->pack;
    size_t at = 0;
    lyt_str code;

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);
        lyt_language language;

        if (status)
            return status;
        for (const lyt_yaml_node *before = list->first; before != node; before = before->next)
            if (lyt_str_equal(before->text, node->text))
                return twice(r, node);
        language = lyt_lexis_find(pack->lexis, node->text);
        if (language >= 0 && pack->languages & (1u << language))
            return twice(r, node);
        if (language < 0 && !has_lexicon(r, node->text))
            return no_lexicon(r, node);
    }
    while (code = next_code(r->more, &at), code.len) {
        const lyt_language language = lyt_lexis_find(pack->lexis, code);

        pack->more |= 1u << language;
        pack->declared[pack->n_declared++] = language;
    }
    pack->languages |= pack->more;
    return LYT_OK;
}

/* "+de+sv": how the pack's model is told from that of its own languages. */
static lyt_status name_languages(lyt_pack_reader *r)
{
    lyt_pack *pack = r->pack;
    lyt_status status;
    lyt_buf name;

    lyt_buf_init(&name, pack->alloc);
    for (int i = 0; i < lyt_languages_max; i++)
        if (pack->more & (1u << i))
            lyt_buf_addf(&name, "+%s", lyt_lexis_code(pack->lexis, i));
    status = lyt_buf_status(&name);
    if (status)
        status = lyt_error_set(r->err, status, "out of memory");
    else
        status = lyt_pack_copy(r, lyt_buf_str(&name), &pack->suffix);
    lyt_buf_deinit(&name);
    return status;
}

static lyt_status read_all_languages(lyt_pack_reader *r, const lyt_yaml_node *root)
{
    const lyt_yaml_node *list = lyt_yaml_get(root, "languages");
    const lyt_yaml_node *more = lyt_yaml_get(root, "more_languages");
    codes wanted = {.n = 0};
    lyt_status status = collect_codes(r, list, more, &wanted);

    if (status == LYT_OK)
        status = lyt_lexis_read(&r->pack->lexis, r->pack->alloc, r->pack->fs, r->lexicons,
                                wanted.items, wanted.n, r->err);
    if (status == LYT_OK)
        status = read_languages(r, list);
    if (status == LYT_OK)
        status = read_more_languages(r, more);
    return status ? status : name_languages(r);
}

static lyt_status read_named(lyt_pack_reader *r, const lyt_yaml_node *list,
                             const lyt_yaml_node *node, lyt_team *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"name", LYT_YAML_MAP, true},
    };
    const lyt_yaml_node *id = lyt_yaml_get(node, "id");
    lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK)
        status = lyt_pack_unique(r, list, id);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &out->id);
    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(node, "name"), "name", 0, &out->name);
    return status;
}

/* Teams, or the steps of the journey. what: for an empty list. */
static lyt_status read_list(lyt_pack_reader *r, const lyt_yaml_node *list, const char *what,
                            lyt_team **out, size_t *n_out)
{
    size_t n = lyt_yaml_children(list);

    if (n == 0)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->line, list->column, "%s", what);
    if (n > lyt_steps_max && out == &r->pack->steps)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->line, list->column,
                            "at most %d steps", lyt_steps_max);
    *out = lyt_arena_array(r->pack->arena, n, sizeof **out);
    if (!*out)
        return lyt_pack_short(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_named(r, list, node, &(*out)[*n_out]);

        if (status)
            return status;
        ++*n_out;
    }
    return LYT_OK;
}

static lyt_status read_root(lyt_pack_reader *r, const lyt_yaml_node *root)
{
    static const lyt_field fields[] = {
        {"pack", LYT_YAML_SCALAR, true},       {"languages", LYT_YAML_LIST, true},
        {"name", LYT_YAML_MAP, true},          {"description", LYT_YAML_MAP, true},
        {"threshold", LYT_YAML_SCALAR, false}, {"window_min", LYT_YAML_SCALAR, false},
        {"teams", LYT_YAML_LIST, true},        {"more_languages", LYT_YAML_LIST, false},
        {"journey", LYT_YAML_LIST, false},
    };
    lyt_pack *pack = r->pack;
    const lyt_yaml_node *id = lyt_yaml_get(root, "pack");
    const lyt_yaml_node *threshold = lyt_yaml_get(root, "threshold");
    const lyt_yaml_node *window = lyt_yaml_get(root, "window_min");
    const lyt_yaml_node *journey = lyt_yaml_get(root, "journey");
    lyt_status status =
        lyt_fields_check(r->file, root, fields, sizeof fields / sizeof *fields, r->err);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &pack->id);
    if (status == LYT_OK)
        status = read_all_languages(r, root);
    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(root, "name"), "name", 0, &pack->name);
    if (status == LYT_OK)
        status = lyt_pack_texts(r, lyt_yaml_get(root, "description"), "description", 0,
                                &pack->description);
    if (status == LYT_OK && threshold)
        status = lyt_field_real(r->file, threshold, 0.001, 0.999, &pack->threshold, r->err);
    if (status == LYT_OK && window)
        status = lyt_field_int(r->file, window, 0, 100000, &pack->window_min, r->err);
    if (status == LYT_OK)
        status = read_list(r, lyt_yaml_get(root, "teams"), "a pack has at least one team; add one",
                           &pack->teams, &pack->n_teams);
    if (status == LYT_OK && journey)
        status = read_list(r, journey, "name the steps of the journey, or leave it out",
                           &pack->steps, &pack->n_steps);
    return status;
}

lyt_status lyt_pack_read_main(lyt_pack_reader *r)
{
    lyt_yaml *yaml = NULL;
    lyt_status status;

    r->pack->threshold = 0.5;
    r->pack->window_min = 120;
    status = lyt_pack_yaml(r, lyt_pack_path(r, "pack.yaml", NULL), &r->pack->files_hash, &yaml);
    if (status == LYT_OK)
        status = read_root(r, lyt_yaml_root(yaml));
    else if (status == LYT_ENOTFOUND)
        status =
            lyt_error_at(r->err, status, r->pack->folder, 0, 0,
                         "there is no pack here: a pack is a folder with pack.yaml in it, or one "
                         "that comes with Lyt (lyt pack list)");
    lyt_yaml_free(yaml);
    return status;
}
