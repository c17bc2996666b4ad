/* digests of the settings file; after the ways, by which they go. */
#include <string.h>

#include "settings_file.h"

static lyt_status read_times(lyt_settings_reader *r, const lyt_yaml_node *node,
                             lyt_digest_rule *out)
{
    const lyt_yaml_node *list = lyt_yaml_get(node, "at");

    for (const lyt_yaml_node *at = list->first; at; at = at->next) {
        int minute = 0;
        lyt_status status;

        if (out->n_at == lyt_digest_times_max)
            return lyt_rs_bad(r, at, "at most %d times a day", lyt_digest_times_max);
        status = lyt_rs_minute_of(r, at, &minute);
        if (status)
            return status;
        if (minute == lyt_day_minutes)
            return lyt_rs_bad(r, at, "midnight is \"00:00\" of the next day");
        if (out->n_at && minute <= out->at_min[out->n_at - 1])
            return lyt_rs_bad(r, at, "each time must be after the one before it");
        out->at_min[out->n_at++] = minute;
    }
    return out->n_at ? LYT_OK : lyt_rs_bad(r, list, "'at' is empty; write when shifts end");
}

static bool is_name(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

/* Whether that person may be on that duty. */
static bool is_on(const lyt_rota *duty, const char *person)
{
    bool is_one = is_name(duty->holiday, person) || is_name(duty->otherwise, person);

    for (size_t i = 0; i < duty->n_covers; i++)
        is_one = is_one || is_name(duty->covers[i].who, person);
    for (size_t i = 0; i < duty->n_shifts; i++)
        for (size_t k = 0; k < duty->shifts[i].n_who; k++)
            is_one = is_one || is_name(duty->shifts[i].who[k], person);
    return is_one;
}

/* Whom the way could not reach would hear nothing, and nobody would know. */
static lyt_status check_reach(lyt_settings_reader *r, const lyt_yaml_node *node,
                              const lyt_digest_rule *rule)
{
    const lyt_settings *s = r->to;
    const lyt_way *way = lyt_settings_way(s, lyt_str_of(rule->way));
    const lyt_yaml_node *to = lyt_yaml_get(node, "to"), *by = lyt_yaml_get(node, "way");
    const lyt_rota *duty = lyt_settings_duty(s, lyt_str_of(rule->to));

    if (!way)
        return lyt_rs_bad(r, by, "there is no way '%s' in 'ways'", rule->way);
    if (!lyt_way_is_addressed(way->kind))
        return lyt_rs_bad(r, by, "'%s' has no receivers; a digest goes by SMS or mail", rule->way);
    if (!duty && !lyt_way_address(way, lyt_str_of(rule->to)))
        return lyt_rs_bad(r, to, "'%s' has no address for '%s'; add one to its 'to'", way->id,
                          rule->to);
    /* of a duty: everybody who may be on it */
    for (size_t i = 0; duty && i < s->n_people; i++)
        if (is_on(duty, s->people[i].id) &&
            !lyt_way_address(way, lyt_str_of(s->people[i].id)))
            return lyt_rs_bad(r, to, "'%s' has no address for '%s', who may be on '%s'; add one to "
                              "its 'to'", way->id, s->people[i].id, rule->to);
    return LYT_OK;
}

static lyt_status read_language(lyt_settings_reader *r, const lyt_yaml_node *node,
                                lyt_digest_rule *out)
{
    static const char *const names[] = {[LYT_WAY_DA] = "da", [LYT_WAY_EN] = "en"};
    const lyt_yaml_node *language = lyt_yaml_get(node, "language");
    size_t index = 0;
    lyt_status status;

    if (!language)
        return LYT_OK;
    status = lyt_field_choice(r->file, language, names, LYT_WAY_LANGUAGES, &index, r->err);
    out->has_language = !status;
    out->language = (lyt_way_language)index;
    return status;
}

static lyt_status read_digest(lyt_settings_reader *r, const lyt_yaml_node *list,
                              const lyt_yaml_node *node, lyt_digest_rule *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},   {"at", LYT_YAML_LIST, true},
        {"days", LYT_YAML_LIST, false},  {"to", LYT_YAML_SCALAR, true},
        {"way", LYT_YAML_SCALAR, true}, {"language", LYT_YAML_SCALAR, false},
    };
    lyt_status status =
        lyt_fields_check(r->file, node, fields, sizeof fields / sizeof *fields, r->err);

    memset(out, 0, sizeof *out);
    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = read_times(r, node, out);
    if (!status)
        status = lyt_rs_days(r, lyt_yaml_get(node, "days"), &out->days);
    if (!status)
        status = lyt_rs_whom_is(r, lyt_yaml_get(node, "to"), LYT_RS_TARGET);
    if (!status)
        status = lyt_rs_text(r, node, "to", &out->to);
    if (!status)
        status = lyt_rs_text(r, node, "way", &out->way);
    if (!status)
        status = read_language(r, node, out);
    return status ? status : check_reach(r, node, out);
}

lyt_status lyt_rs_digests(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_digest_rule *all = n ? lyt_arena_array(r->to->arena, n, sizeof *all) : NULL;

    if (n && !all)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = read_digest(r, list, node, &all[i]);

        if (status)
            return status;
    }
    r->to->digests = all;
    r->to->n_digests = n;
    return LYT_OK;
}
