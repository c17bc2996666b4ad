#include "packfile.h"

/* pack.yaml: name, languages, teams, thresholds. */

static lyt_status read_languages(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = lyt_field_text(r->file, node, r->err);
        lyt_language language;

        if (status)
            return status;
        language = lyt_lexis_find(r->pack->lexis, node->text);
        if (language < 0)
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                                "unknown language '%.*s'; there is no lexicons/%.*s.yaml beside "
                                "the packs",
                                LYT_STR_ARG(lyt_str_slice(node->text, 0, 24)),
                                LYT_STR_ARG(lyt_str_slice(node->text, 0, 24)));
        if (r->pack->languages & (1u << language))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                                "language '%s' is here a second time", node->text.ptr);
        r->pack->languages |= 1u << language;
        r->pack->declared[r->pack->n_declared++] = language;
    }
    if (!r->pack->languages)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->line, list->column,
                            "a pack speaks at least one language; write one, as [en]");
    return LYT_OK;
}

static lyt_status read_team(lyt_pack_reader *r, const lyt_yaml_node *list,
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

static lyt_status read_teams(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    size_t n = lyt_yaml_children(list);

    if (n == 0)
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, list->line, list->column,
                            "a pack has at least one team; add one");
    r->pack->teams = lyt_arena_array(r->pack->arena, n, sizeof *r->pack->teams);
    if (!r->pack->teams)
        return lyt_pack_short(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        lyt_status status = read_team(r, list, node, &r->pack->teams[r->pack->n_teams]);

        if (status)
            return status;
        r->pack->n_teams++;
    }
    return LYT_OK;
}

static lyt_status read_root(lyt_pack_reader *r, const lyt_yaml_node *root)
{
    static const lyt_field fields[] = {
        {"pack", LYT_YAML_SCALAR, true},       {"languages", LYT_YAML_LIST, true},
        {"name", LYT_YAML_MAP, true},          {"description", LYT_YAML_MAP, true},
        {"threshold", LYT_YAML_SCALAR, false}, {"window_min", LYT_YAML_SCALAR, false},
        {"teams", LYT_YAML_LIST, true},
    };
    lyt_pack *pack = r->pack;
    const lyt_yaml_node *id = lyt_yaml_get(root, "pack");
    const lyt_yaml_node *threshold = lyt_yaml_get(root, "threshold");
    const lyt_yaml_node *window = lyt_yaml_get(root, "window_min");
    lyt_status status = lyt_fields_check(r->file, root, fields, 7, r->err);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &pack->id);
    if (status == LYT_OK)
        status = read_languages(r, lyt_yaml_get(root, "languages"));
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
        status = read_teams(r, lyt_yaml_get(root, "teams"));
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
    lyt_yaml_free(yaml);
    return status;
}
