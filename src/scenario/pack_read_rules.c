#include "packfile.h"

/* lexicons/<lang>.yaml of a pack, and the `raise` patterns of a scenario. */

enum { weight_max = 20 };

static const double default_weight[] = {
    [LYT_RULE_FAILURE] = 4, [LYT_RULE_TOPIC] = 2, [LYT_RULE_AGAINST] = 4, [LYT_RULE_RAISE] = 1};

/* Characters, not bytes: that is what an editor shows. */
static uint32_t columns(lyt_str text, size_t bytes)
{
    uint32_t n = 0;

    for (size_t i = 0; i < bytes && i < text.len; i++)
        n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return n;
}

static lyt_status add_pattern(lyt_pack_reader *r, const lyt_yaml_node *node, const lyt_rule *rule)
{
    lyt_error inner = {0};
    size_t bad = 0;
    lyt_status status = lyt_field_text(r->file, node, r->err);

    if (status)
        return status;
    status = lyt_rules_add(r->pack->rules, r->space, rule, node->text, &bad, &inner);
    if (status == LYT_OK)
        return LYT_OK;
    if (status != LYT_EFORMAT)
        return lyt_error_set(r->err, status, "%s", inner.text);
    return lyt_error_at(r->err, status, r->file, node->line,
                        node->text_column ? node->text_column + columns(node->text, bad)
                                          : node->column,
                        "%s", inner.text);
}

/* A pattern, or {match: pattern, weight: w}. */
static lyt_status read_rule(lyt_pack_reader *r, const lyt_yaml_node *node, lyt_rule rule)
{
    static const lyt_field fields[] = {
        {"match", LYT_YAML_SCALAR, true},
        {"weight", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *given = lyt_yaml_get(node, "weight");
    double weight = default_weight[rule.kind];
    lyt_status status = LYT_OK;

    if (node->kind == LYT_YAML_MAP) {
        status = lyt_fields_check(r->file, node, fields, 2, r->err);
        if (status == LYT_OK && given)
            status = lyt_field_real(r->file, given, 0, weight_max, &weight, r->err);
        if (status)
            return status;
        node = lyt_yaml_get(node, "match");
    }
    rule.file = r->file;
    rule.line = node->line;
    rule.column = node->column;
    rule.weight = (float)(rule.kind == LYT_RULE_AGAINST ? -weight : weight);
    return add_pattern(r, node, &rule);
}

static lyt_status read_list(lyt_pack_reader *r, const lyt_yaml_node *list, lyt_rule rule)
{
    lyt_status status = LYT_OK;

    if (!list)
        return LYT_OK;
    for (const lyt_yaml_node *node = list->first; node && status == LYT_OK; node = node->next)
        status = read_rule(r, node, rule);
    return status;
}

static lyt_status read_raise(lyt_pack_reader *r, const lyt_yaml_node *map, uint32_t scenario)
{
    const lyt_yaml_node *to = NULL;
    lyt_rule rule = {.kind = LYT_RULE_RAISE, .scenario = scenario};
    int64_t severity = 0;
    lyt_status status = lyt_pack_keyed(r, map, "an item of raise", "to", &to);

    if (status == LYT_OK)
        status = lyt_field_int(r->file, to, 1, lyt_severity_max, &severity, r->err);
    rule.to = (int)severity;
    for (const lyt_yaml_node *list = map->first; list && status == LYT_OK; list = list->next) {
        if (list == to)
            continue;
        status = lyt_pack_language(r, list, &rule.language);
        if (status == LYT_OK)
            status = lyt_field_kind(r->file, list, LYT_YAML_LIST, "patterns", r->err);
        for (const lyt_yaml_node *node = list->first; node && status == LYT_OK; node = node->next)
            status = read_rule(r, node, rule);
    }
    return status ? status : lyt_pack_all_languages(r, map, "raise");
}

lyt_status lyt_pack_read_raise(lyt_pack_reader *r, const lyt_yaml_node *list, uint32_t scenario)
{
    lyt_status status = LYT_OK;

    for (const lyt_yaml_node *node = list->first; node && status == LYT_OK; node = node->next)
        status = read_raise(r, node, scenario);
    return status;
}

lyt_status lyt_pack_scenario_of(lyt_pack_reader *r, const lyt_yaml_node *node, size_t *out)
{
    const lyt_scenario *scenario = lyt_pack_find(r->pack, node->key);
    const char *names[lyt_scenarios_max];
    const char *near;

    if (scenario) {
        *out = (size_t)(scenario - r->pack->scenarios);
        return LYT_OK;
    }
    for (size_t i = 0; i < r->pack->n_scenarios; i++)
        names[i] = r->pack->scenarios[i].id;
    near = lyt_nearest_name(node->key, names, r->pack->n_scenarios);
    return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->key_line, node->key_column,
                        "unknown scenario '%.*s'; %s%s%s",
                        LYT_STR_ARG(lyt_str_slice(node->key, 0, 64)),
                        near ? "did you mean '" : "there is no file of it in scenarios/",
                        near ? near : "", near ? "'?" : "");
}

static lyt_status read_scenario(lyt_pack_reader *r, const lyt_yaml_node *node,
                                lyt_language language)
{
    static const lyt_field fields[] = {
        {"failure", LYT_YAML_LIST, false},
        {"topic", LYT_YAML_LIST, false},
        {"against", LYT_YAML_LIST, false},
    };
    static const lyt_rule_kind kinds[] = {LYT_RULE_FAILURE, LYT_RULE_TOPIC, LYT_RULE_AGAINST};
    size_t scenario = 0;
    lyt_status status = lyt_pack_scenario_of(r, node, &scenario);

    if (status == LYT_OK)
        status = lyt_fields_check(r->file, node, fields, 3, r->err);
    for (size_t i = 0; i < 3 && status == LYT_OK; i++)
        status = read_list(
            r, lyt_yaml_get(node, fields[i].key),
            (lyt_rule){.kind = kinds[i], .language = language, .scenario = (uint32_t)scenario});
    return status;
}

static lyt_status read_root(lyt_pack_reader *r, const lyt_yaml_node *root, lyt_language language)
{
    static const lyt_field fields[] = {
        {"language", LYT_YAML_SCALAR, true},
        {"scenarios", LYT_YAML_MAP, true},
    };
    const lyt_yaml_node *code = lyt_yaml_get(root, "language");
    const char *wanted = lyt_lexis_code(r->pack->lexis, language);
    lyt_status status = lyt_fields_check(r->file, root, fields, 2, r->err);

    if (status)
        return status;
    if (!lyt_str_equal(code->text, lyt_str_of(wanted)))
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, code->line, code->column,
                            "language must be '%s', as the file's name", wanted);
    for (const lyt_yaml_node *node = lyt_yaml_get(root, "scenarios")->first;
         node && status == LYT_OK; node = node->next)
        status = read_scenario(r, node, language);
    return status;
}

lyt_status lyt_pack_read_rules(lyt_pack_reader *r, lyt_language language)
{
    lyt_yaml *yaml = NULL;
    lyt_status status;
    lyt_buf name;

    lyt_buf_init(&name, r->pack->alloc);
    lyt_buf_addf(&name, "%s.yaml", lyt_lexis_code(r->pack->lexis, language));
    status = lyt_buf_status(&name);
    if (status == LYT_OK)
        status =
            lyt_pack_yaml(r, lyt_pack_path(r, "lexicons", name.data), &r->pack->files_hash, &yaml);
    else
        status = lyt_error_set(r->err, status, "%s", lyt_status_text(status));
    lyt_buf_deinit(&name);
    if (status == LYT_OK)
        status = read_root(r, lyt_yaml_root(yaml), language);
    lyt_yaml_free(yaml);
    return status;
}
