/* drills of the settings file. */
#include "settings_file.h"

enum { text_max = 500, weeks_max = 52, end_max_min = 1440, end_default_min = 30 };

static lyt_status read_drill(lyt_settings_reader *r, const lyt_yaml_node *list,
                             const lyt_yaml_node *node, lyt_drill_rule *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},           {"text", LYT_YAML_SCALAR, true},
        {"place", LYT_YAML_SCALAR, false},       {"property", LYT_YAML_SCALAR, false},
        {"days", LYT_YAML_LIST, false},          {"at", LYT_YAML_SCALAR, true},
        {"every_weeks", LYT_YAML_SCALAR, false}, {"end_min", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *text = lyt_yaml_get(node, "text");
    lyt_status status =
        lyt_fields_check(r->file, node, fields, sizeof fields / sizeof *fields, r->err);

    *out = (lyt_drill_rule){.place = "", .weeks = 1, .end_us = end_default_min * lyt_rs_minute_us};
    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status && (!text->text.len || text->text.len > text_max))
        status = lyt_rs_bad(r, text, "write what a guest would say, in 1 to %d bytes", text_max);
    if (!status)
        status = lyt_rs_text(r, node, "text", &out->text);
    if (!status)
        status = lyt_rs_text(r, node, "place", &out->place);
    if (!status)
        status = lyt_rs_text(r, node, "property", &out->property);
    if (!status)
        status = lyt_rs_days(r, lyt_yaml_get(node, "days"), &out->days);
    if (!status)
        status = lyt_rs_minute(r, node, "at", &out->at_min);
    if (!status && out->at_min == lyt_day_minutes)
        status = lyt_rs_bad(r, lyt_yaml_get(node, "at"), "midnight is \"00:00\" of the next day");
    if (!status)
        status = lyt_rs_int(r, node, "every_weeks", 1, weeks_max, &out->weeks);
    return status ? status
                  : lyt_rs_time(r, node, "end_min", end_max_min, lyt_rs_minute_us, &out->end_us);
}

lyt_status lyt_rs_drills(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_drill_rule *all = n ? lyt_arena_array(r->to->arena, n, sizeof *all) : NULL;

    if (n && !all)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next, i++) {
        lyt_status status = read_drill(r, list, node, &all[i]);

        if (status)
            return status;
    }
    r->to->drills = all;
    r->to->n_drills = n;
    return LYT_OK;
}
