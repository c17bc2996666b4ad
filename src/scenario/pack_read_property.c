#include <string.h>

#include "hash.h"
#include "packfile.h"

/* properties/<id>.yaml: what is different at one property; and the versions of scenarios. */

/* Everything but the sentences and the model, which all scenarios share. */
static void add_versions(lyt_pack *pack)
{
    for (size_t i = 0; i < lyt_rules_size(pack->rules); i++) {
        const lyt_rule *rule = lyt_rules_at(pack->rules, i);
        uint64_t *version = &pack->scenarios[rule->scenario].version;
        int32_t said[] = {(int32_t)rule->kind, rule->language, rule->to};

        *version = lyt_hash_pair(*version, lyt_hash64(said, sizeof said, 0));
        *version = lyt_hash_pair(*version, lyt_hash64(&rule->weight, sizeof rule->weight, 0));
        *version = lyt_hash_pair(*version, lyt_hash_str(rule->name, 0));
    }
    for (size_t i = 0; i < pack->n_scenarios; i++) {
        lyt_scenario *scenario = &pack->scenarios[i];
        uint64_t own = lyt_hash64(&scenario->threshold, sizeof scenario->threshold, 0);

        scenario->version =
            lyt_hash_pair(scenario->version, lyt_hash_pair(own, (uint64_t)scenario->window_min));
    }
}

static lyt_status override(lyt_pack_reader *r, const lyt_yaml_node *node, lyt_scenario *out)
{
    static const lyt_field fields[] = {
        {"team", LYT_YAML_SCALAR, false},      {"person", LYT_YAML_SCALAR, false},
        {"severity", LYT_YAML_SCALAR, false},  {"shadow", LYT_YAML_SCALAR, false},
        {"threshold", LYT_YAML_SCALAR, false}, {"window_min", LYT_YAML_SCALAR, false},
        {"score", LYT_YAML_MAP, false},
    };
    const lyt_yaml_node *team, *person, *given, *shadow, *threshold, *window;
    int64_t severity = out->severity;
    lyt_status status = lyt_fields_check(r->file, node, fields, 7, r->err);

    if (status)
        return status;
    team = lyt_yaml_get(node, "team");
    person = lyt_yaml_get(node, "person");
    given = lyt_yaml_get(node, "severity");
    shadow = lyt_yaml_get(node, "shadow");
    threshold = lyt_yaml_get(node, "threshold");
    window = lyt_yaml_get(node, "window_min");
    if (team)
        status = lyt_pack_team_id(r, team, &out->team);
    if (status == LYT_OK && person)
        status = lyt_field_id(r->file, person, r->err);
    if (status == LYT_OK && person)
        status = lyt_pack_copy(r, person->text, &out->person);
    if (status == LYT_OK && given)
        status = lyt_field_int(r->file, given, 0, lyt_severity_max, &severity, r->err);
    if (status == LYT_OK && shadow)
        status = lyt_pack_flag(r, shadow, &out->shadow);
    if (status == LYT_OK && threshold)
        status = lyt_field_real(r->file, threshold, 0.001, 0.999, &out->threshold, r->err);
    if (status == LYT_OK && window)
        status = lyt_field_int(r->file, window, 0, 100000, &out->window_min, r->err);
    if (status == LYT_OK)
        status = lyt_pack_read_score(r, lyt_yaml_get(node, "score"), out->score);
    out->severity = (int)severity;
    return status;
}

static uint64_t hash_score(uint64_t hash, const lyt_score_rule *rules)
{
    for (int band = 0; band < LYT_SCORE_BANDS; band++) {
        const int64_t said[] = {band, rules[band].is_set, rules[band].severity};

        hash = lyt_hash_pair(hash, lyt_hash64(said, sizeof said, 0));
        hash = lyt_hash_pair(hash, lyt_hash64(rules[band].upto, sizeof rules[band].upto, 0));
        hash = lyt_hash_pair(hash,
                             lyt_hash64(&rules[band].threshold, sizeof rules[band].threshold, 0));
    }
    return hash;
}

/* Of what it says now, so that the order of the keys and a comment make no other version. */
static void add_override(lyt_scenario *scenario, bool has_score)
{
    int64_t numbers[] = {scenario->severity, scenario->shadow, scenario->window_min};
    uint64_t hash = lyt_hash64(numbers, sizeof numbers, 0);

    hash = lyt_hash_pair(hash, lyt_hash64(&scenario->threshold, sizeof scenario->threshold, 0));
    hash = lyt_hash_pair(hash, lyt_hash_str(lyt_str_of(scenario->team), 0));
    if (scenario->person)
        hash = lyt_hash_pair(hash, lyt_hash_str(lyt_str_of(scenario->person), 0));
    if (has_score)
        hash = hash_score(hash, scenario->score);
    scenario->version = lyt_hash_pair(scenario->version, hash);
}

static lyt_status read_root(lyt_pack_reader *r, const lyt_yaml_node *root, lyt_str stem,
                            lyt_property *out)
{
    static const lyt_field fields[] = {
        {"property", LYT_YAML_SCALAR, true},
        {"scenarios", LYT_YAML_MAP, true},
    };
    const lyt_yaml_node *id = lyt_yaml_get(root, "property");
    lyt_pack *pack = r->pack;
    lyt_scenario *scenarios;
    lyt_status status = lyt_fields_check(r->file, root, fields, 2, r->err);

    if (status == LYT_OK)
        status = lyt_field_id(r->file, id, r->err);
    if (status == LYT_OK && !lyt_str_equal(id->text, stem))
        status = lyt_error_at(r->err, LYT_EFORMAT, r->file, id->line, id->column,
                              "property must be '%.*s', as the file's name", LYT_STR_ARG(stem));
    if (status == LYT_OK)
        status = lyt_pack_copy(r, id->text, &out->id);
    if (status)
        return status;
    scenarios = lyt_arena_array(pack->arena, pack->n_scenarios, sizeof *scenarios);
    if (!scenarios)
        return lyt_pack_short(r);
    memcpy(scenarios, pack->scenarios, pack->n_scenarios * sizeof *scenarios);
    for (const lyt_yaml_node *node = lyt_yaml_get(root, "scenarios")->first;
         node && status == LYT_OK; node = node->next) {
        size_t index = 0;

        status = lyt_pack_scenario_of(r, node, &index);
        if (status == LYT_OK)
            status = override(r, node, &scenarios[index]);
        if (status == LYT_OK)
            add_override(&scenarios[index], lyt_yaml_get(node, "score") != NULL);
    }
    out->scenarios = scenarios;
    return status;
}

static lyt_status read_property(lyt_pack_reader *r, const char *name, lyt_property *out)
{
    lyt_str file = lyt_str_of(name);
    lyt_yaml *yaml = NULL;
    lyt_status status =
        lyt_pack_yaml(r, lyt_pack_path(r, "properties", name), &r->pack->files_hash, &yaml);

    if (status == LYT_OK)
        status = read_root(r, lyt_yaml_root(yaml), lyt_str_slice(file, 0, file.len - 5), out);
    lyt_yaml_free(yaml);
    return status;
}

lyt_status lyt_pack_read_properties(lyt_pack_reader *r)
{
    lyt_pack *pack = r->pack;
    const char *folder = lyt_pack_path(r, "properties", NULL);
    const char **list = NULL;
    lyt_status status;
    size_t n = 0;

    add_versions(pack);
    if (!folder)
        return lyt_pack_short(r);
    status = lyt_pack_names(r, folder, &list, &n);
    if (status == LYT_ENOTFOUND) /* most packs have none */
        return LYT_OK;
    if (status || !n)
        return status;
    pack->properties = lyt_arena_array(pack->arena, n, sizeof *pack->properties);
    if (!pack->properties)
        return lyt_pack_short(r);
    for (size_t i = 0; status == LYT_OK && i < n; i++) {
        status = read_property(r, list[i], &pack->properties[i]);
        if (status == LYT_OK)
            pack->n_properties++;
    }
    return status;
}
