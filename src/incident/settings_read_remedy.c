/* authority and gestures of the settings file. */
#include <string.h>

#include "settings_file.h"

static lyt_status read_role(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_role role)
{
    static const lyt_field fields[] = {
        {"incident", LYT_YAML_SCALAR, true}, {"guest", LYT_YAML_SCALAR, true},
        {"month", LYT_YAML_SCALAR, true},    {"needs_training", LYT_YAML_SCALAR, false},
        {"ask", LYT_YAML_SCALAR, false},
    };
    lyt_authority_rules *to = &r->to->authority;
    const lyt_yaml_node *ask = lyt_yaml_get(node, "ask");
    lyt_limits *limits = &to->limits[role];
    lyt_status status = lyt_fields_check(r->file, node, fields, 5, r->err);

    if (!status)
        status = lyt_rs_money(r, node, "incident", &limits->incident);
    if (!status)
        status = lyt_rs_money(r, node, "guest", &limits->guest);
    if (!status)
        status = lyt_rs_money(r, node, "month", &limits->month);
    if (!status)
        status = lyt_rs_bool(r, node, "needs_training", &to->needs_training[role]);
    if (!status && ask)
        status = lyt_rs_whom_is(r, ask, LYT_RS_TARGET);
    return status ? status : lyt_rs_text(r, node, "ask", &to->ask[role]);
}

static lyt_status read_roles(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    const char *names[LYT_ROLE_COUNT];

    for (unsigned i = 0; i < LYT_ROLE_COUNT; i++)
        names[i] = lyt_role_name((lyt_role)i);
    for (const lyt_yaml_node *node = map->first; node; node = node->next) {
        lyt_yaml_node key = {.kind = LYT_YAML_SCALAR,
                             .line = node->key_line,
                             .column = node->key_column,
                             .text = node->key};
        size_t role = 0;
        lyt_status status = lyt_field_choice(r->file, &key, names, LYT_ROLE_COUNT, &role, r->err);

        if (!status)
            status = read_role(r, node, (lyt_role)role);
        if (status)
            return status;
    }
    return LYT_OK;
}

lyt_status lyt_rs_authority(lyt_settings_reader *r, const lyt_yaml_node *map)
{
    static const lyt_field fields[] = {
        {"currency", LYT_YAML_SCALAR, true},
        {"ore_per_eur", LYT_YAML_SCALAR, false},
        {"approval_min", LYT_YAML_SCALAR, false},
        {"roles", LYT_YAML_MAP, true},
    };
    lyt_authority_rules *to = &r->to->authority;
    int64_t minutes = 15;
    lyt_status status;

    to->ore_per_eur = 746;
    to->approval_us = minutes * lyt_rs_minute_us;
    if (!map)
        return LYT_OK;
    status = lyt_fields_check(r->file, map, fields, 4, r->err);
    if (!status)
        status = lyt_rs_currency(r, map, &to->currency);
    if (!status)
        status = lyt_rs_int(r, map, "ore_per_eur", 1, 100000, &to->ore_per_eur);
    if (!status)
        status = lyt_rs_int(r, map, "approval_min", 1, 10080, &minutes);
    to->approval_us = minutes * lyt_rs_minute_us;
    return status ? status : read_roles(r, lyt_yaml_get(map, "roles"));
}

static lyt_status read_gesture_name(lyt_settings_reader *r, const lyt_yaml_node *node,
                                    lyt_gesture *out)
{
    static const lyt_field fields[] = {
        {"en", LYT_YAML_SCALAR, true},
        {"da", LYT_YAML_SCALAR, true},
    };
    const lyt_yaml_node *name = lyt_yaml_get(node, "name");
    lyt_status status = lyt_fields_check(r->file, name, fields, 2, r->err);

    if (!status)
        status = lyt_rs_text(r, name, "en", &out->name_en);
    return status ? status : lyt_rs_text(r, name, "da", &out->name_da);
}

static lyt_status read_gesture_kind(lyt_settings_reader *r, const lyt_yaml_node *node,
                                    lyt_gesture *out)
{
    static const char *const kinds[] = {"apology", "waiver", "extra", "credit", "top-up"};
    size_t kind = 0;
    lyt_status status = lyt_field_choice(r->file, lyt_yaml_get(node, "kind"), kinds,
                                         LYT_GESTURE_KIND_COUNT, &kind, r->err);

    out->kind = (lyt_gesture_kind)kind;
    return status;
}

static lyt_status read_gesture(lyt_settings_reader *r, const lyt_yaml_node *list,
                               const lyt_yaml_node *node, lyt_gesture *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},         {"name", LYT_YAML_MAP, true},
        {"kind", LYT_YAML_SCALAR, true},       {"cost", LYT_YAML_SCALAR, false},
        {"currency", LYT_YAML_SCALAR, false},  {"scenarios", LYT_YAML_LIST, false},
        {"for", LYT_YAML_LIST, false},         {"contains", LYT_YAML_LIST, false},
        {"per_guest", LYT_YAML_SCALAR, false}, {"per_month", LYT_YAML_SCALAR, false},
        {"automatic", LYT_YAML_SCALAR, false}, {"per_stay", LYT_YAML_SCALAR, false},
    };
    lyt_status status = lyt_fields_check(r->file, node, fields, 12, r->err);

    out->currency = r->to->authority.currency;
    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = read_gesture_name(r, node, out);
    if (!status)
        status = read_gesture_kind(r, node, out);
    if (!status)
        status = lyt_rs_money(r, node, "cost", &out->cost);
    if (!status)
        status = lyt_rs_currency(r, node, &out->currency);
    if (!status)
        status = lyt_rs_names(r, node, "scenarios", &out->scenarios);
    if (!status)
        status = lyt_rs_names(r, node, "for", &out->items);
    if (!status)
        status = lyt_rs_names(r, node, "contains", &out->contains);
    if (!status)
        status = lyt_rs_int(r, node, "per_guest", 1, 1000, &out->per_guest);
    if (!status)
        status = lyt_rs_int(r, node, "per_stay", 1, 1000, &out->per_stay);
    if (!status)
        status = lyt_rs_int(r, node, "per_month", 1, 1000, &out->per_month);
    if (!status)
        status = lyt_rs_bool(r, node, "automatic", &out->is_automatic);
    if (!status && out->kind == LYT_GESTURE_APOLOGY && out->cost)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "cost"), "an apology costs nothing");
    return status;
}

lyt_status lyt_rs_gestures(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_gesture *gestures = n ? lyt_arena_array(r->to->arena, n, sizeof *gestures) : NULL;

    if (n && !gestures)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_gesture(r, list, node, &gestures[i++]);

        if (status)
            return status;
    }
    r->to->gestures = gestures;
    r->to->n_gestures = n;
    return LYT_OK;
}
