/* triggers of the settings file. */
#include <string.h>

#include "settings_file.h"

static const char *const kinds[] = {
#define X(name, text) text,
    LYT_TRIGGER_KINDS(X)
#undef X
};

static lyt_status read_each(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_trigger *out)
{
    static const lyt_field fields[] = {
        {"type", LYT_YAML_SCALAR, true},
        {"n", LYT_YAML_SCALAR, true},
    };

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

        if (!status && out->n_each == lyt_trigger_each_max)
            status = lyt_rs_bad(r, node, "at most %d types are counted", lyt_trigger_each_max);
        if (!status)
            status = lyt_rs_text(r, node, "type", &out->each[out->n_each].type);
        if (!status)
            status = lyt_rs_int(r, node, "n", 1, 10000, &out->each[out->n_each].n);
        if (status)
            return status;
        out->n_each++;
    }
    return LYT_OK;
}

static lyt_status read_steps(lyt_settings_reader *r, const lyt_yaml_node *list, lyt_trigger *out)
{
    static const lyt_field fields[] = {
        {"before_h", LYT_YAML_SCALAR, true},
        {"severity", LYT_YAML_SCALAR, true},
    };

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        int64_t severity = 0;
        lyt_status status = lyt_fields_check(r->file, node, fields, 2, r->err);

        if (!status && out->n_steps == lyt_trigger_steps_max)
            status = lyt_rs_bad(r, node, "at most %d steps", lyt_trigger_steps_max);
        if (!status)
            status = lyt_rs_time(r, node, "before_h", 10000, 60 * lyt_rs_minute_us,
                                 &out->steps[out->n_steps].before_us);
        if (!status)
            status = lyt_rs_int(r, node, "severity", 0, 4, &severity);
        if (!status && out->n_steps &&
            out->steps[out->n_steps].before_us >= out->steps[out->n_steps - 1].before_us)
            status = lyt_rs_bad(r, node, "steps go from the furthest to the nearest time");
        if (status)
            return status;
        out->steps[out->n_steps++].severity = (int)severity;
    }
    return LYT_OK;
}

static lyt_status read_words(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_trigger *out)
{
    static const lyt_field fields[] = {
        {"en", LYT_YAML_SCALAR, true},
        {"da", LYT_YAML_SCALAR, true},
    };
    static const char *const keys[] = {"script", "tips"};

    for (size_t i = 0; i < 2; i++) {
        const lyt_yaml_node *map = lyt_yaml_get(node, keys[i]);
        lyt_status status = map ? lyt_fields_check(r->file, map, fields, 2, r->err) : LYT_OK;

        if (!status && map)
            status = lyt_rs_text(r, map, "en", i ? &out->tips_en : &out->script_en);
        if (!status && map)
            status = lyt_rs_text(r, map, "da", i ? &out->tips_da : &out->script_da);
        if (status)
            return status;
    }
    return LYT_OK;
}

/* What each kind cannot do without. */
static lyt_status check_kind(lyt_settings_reader *r, const lyt_yaml_node *node,
                             const lyt_trigger *t)
{
    const char *missing = NULL;

    if (t->kind == LYT_TRIGGER_COUNT)
        missing = !t->n_each ? "each" : !t->within_us ? "within_min" : NULL;
    else if (!t->on)
        missing = "on";
    else if (t->kind == LYT_TRIGGER_DEADLINE)
        missing = !t->need ? "need" : !t->n_steps ? "steps" : NULL;
    else if (t->kind == LYT_TRIGGER_ABSENCE)
        missing = !t->none.n ? "none" : !t->within_us && !t->until ? "within_min" : NULL;
    else if (t->kind == LYT_TRIGGER_NEW_TERM || t->kind == LYT_TRIGGER_CHANGE)
        missing = !t->attr ? "attribute" : NULL;
    else if ((t->kind == LYT_TRIGGER_CARDINALITY || t->kind == LYT_TRIGGER_SHARE ||
              t->kind == LYT_TRIGGER_MEAN) &&
             !t->attr)
        missing = "attribute";
    else if (t->kind == LYT_TRIGGER_MEAN && (t->at_most == INT64_MIN) == (t->at_least == INT64_MIN))
        missing = "at_most' or 'at_least";
    else if (t->kind == LYT_TRIGGER_SHARE && t->at_most == INT64_MIN)
        missing = "at_most";
    else if (t->kind == LYT_TRIGGER_SHARE && !t->percent)
        missing = "percent";
    else if (t->kind == LYT_TRIGGER_MEAN && t->clear == INT64_MIN)
        missing = "clear";
    else
        missing = !t->within_us                               ? "within_min"
                  : !t->n                                     ? "n"
                  : t->kind == LYT_TRIGGER_SPIKE && !t->times ? "times"
                                                              : NULL;
    if (!missing && !t->makes && !t->scenario)
        missing = "scenario";
    if (!missing)
        return LYT_OK;
    return lyt_rs_bad(r, node, "a trigger of kind %s needs '%s'; add it", kinds[t->kind], missing);
}

/* Of share and mean. A share that is not told when it is clear is so where it is not over. */
static lyt_status read_bounds(lyt_settings_reader *r, const lyt_yaml_node *node, lyt_trigger *out)
{
    enum { most = 1000000 };
    lyt_status status = lyt_rs_int(r, node, "percent", 1, 99, &out->percent);

    out->at_most = out->at_least = INT64_MIN;
    out->clear = out->kind == LYT_TRIGGER_SHARE ? out->percent : INT64_MIN;
    if (!status)
        status = lyt_rs_int(r, node, "at_most", -most, most, &out->at_most);
    if (!status)
        status = lyt_rs_int(r, node, "at_least", -most, most, &out->at_least);
    if (!status)
        status = lyt_rs_int(r, node, "clear", -most, most, &out->clear);
    if (!status && out->kind == LYT_TRIGGER_SHARE &&
        (out->clear > out->percent || out->clear < 0))
        status = lyt_rs_bad(r, lyt_yaml_get(node, "clear"),
                            "it is clear at a share of 0 to %lld percent", (long long)out->percent);
    return status;
}

static lyt_status read_what_it_sees(lyt_settings_reader *r, const lyt_yaml_node *node,
                                    lyt_trigger *out)
{
    size_t kind = 0;
    lyt_status status = lyt_field_choice(r->file, lyt_yaml_get(node, "kind"), kinds,
                                         LYT_TRIGGER_KIND_COUNT, &kind, r->err);

    out->kind = (lyt_trigger_kind)kind;
    if (!status)
        status = read_each(r, lyt_yaml_get(node, "each"), out);
    if (!status)
        status = lyt_rs_text(r, node, "on", &out->on);
    if (!status)
        status = lyt_rs_names(r, node, "none", &out->none);
    if (!status)
        status = lyt_rs_text(r, node, "attribute", &out->attr);
    if (!status)
        status = lyt_rs_text(r, node, "need", &out->need);
    if (!status)
        status = lyt_rs_time(r, node, "need_h", 10000, 60 * lyt_rs_minute_us, &out->need_us);
    if (!status)
        status = lyt_rs_text(r, node, "until", &out->until);
    if (!status)
        status = lyt_rs_text(r, node, "makes", &out->makes);
    if (!status)
        status = lyt_rs_bool(r, node, "by_ref", &out->by_ref);
    if (!status)
        status = lyt_rs_time(r, node, "within_min", 1000000, lyt_rs_minute_us, &out->within_us);
    if (!status)
        status = lyt_rs_int(r, node, "n", 1, 1000000, &out->n);
    if (!status)
        status = lyt_rs_int(r, node, "times", 1, 1000, &out->times);
    if (!status)
        status = read_bounds(r, node, out);
    return status ? status : read_steps(r, lyt_yaml_get(node, "steps"), out);
}

static lyt_status read_gesture_named(lyt_settings_reader *r, const lyt_yaml_node *node,
                                     lyt_trigger *out)
{
    const lyt_yaml_node *gesture = lyt_yaml_get(node, "gesture");
    lyt_status status = lyt_rs_text(r, node, "gesture", &out->gesture);

    for (size_t i = 0; !status && gesture && i < r->to->n_gestures; i++) {
        const lyt_gesture *g = &r->to->gestures[i];

        if (strcmp(g->id, out->gesture) != 0)
            continue;
        if (g->is_automatic)
            return LYT_OK;
        return lyt_rs_bad(r, gesture,
                          "Lyt may not give '%s' by itself; say 'automatic: true' in it", g->id);
    }
    if (!status && gesture)
        status = lyt_rs_bad(r, gesture, "there is no gesture '%s'", out->gesture);
    return status;
}

static lyt_status read_what_comes(lyt_settings_reader *r, const lyt_yaml_node *node,
                                  lyt_trigger *out)
{
    const lyt_yaml_node *team = lyt_yaml_get(node, "team");
    int64_t severity = 1, hold_out = 0, again = -1;
    lyt_status status = lyt_rs_text(r, node, "scenario", &out->scenario);

    if (!status && team)
        status = lyt_rs_whom_is(r, team, LYT_RS_TARGET);
    if (!status)
        status = lyt_rs_text(r, node, "team", &out->team);
    if (!status)
        status = lyt_rs_int(r, node, "severity", 0, 4, &severity);
    if (!status)
        status = read_gesture_named(r, node, out);
    if (!status)
        status = lyt_rs_text(r, node, "task", &out->task);
    if (!status)
        status = read_words(r, node, out);
    if (!status)
        status = lyt_rs_names(r, node, "facts", &out->facts);
    if (!status)
        status = lyt_rs_int(r, node, "hold_out_percent", 0, 50, &hold_out);
    if (!status)
        status = lyt_rs_time(r, node, "again_min", 1000000, lyt_rs_minute_us, &again);
    out->severity = (int)severity;
    out->hold_out = (int)hold_out;
    /* what has to be clear first may come back as soon as it was */
    out->again_us = again >= 0                                                        ? again
                    : out->kind == LYT_TRIGGER_SHARE || out->kind == LYT_TRIGGER_MEAN ? 0
                                                                                      : INT64_MAX;
    return status;
}

static lyt_status read_trigger(lyt_settings_reader *r, const lyt_yaml_node *list,
                               const lyt_yaml_node *node, lyt_trigger *out)
{
    static const lyt_field fields[] = {
        {"id", LYT_YAML_SCALAR, true},
        {"kind", LYT_YAML_SCALAR, true},
        {"each", LYT_YAML_LIST, false},
        {"on", LYT_YAML_SCALAR, false},
        {"none", LYT_YAML_LIST, false},
        {"attribute", LYT_YAML_SCALAR, false},
        {"need", LYT_YAML_SCALAR, false},
        {"need_h", LYT_YAML_SCALAR, false},
        {"until", LYT_YAML_SCALAR, false},
        {"makes", LYT_YAML_SCALAR, false},
        {"by_ref", LYT_YAML_SCALAR, false},
        {"within_min", LYT_YAML_SCALAR, false},
        {"n", LYT_YAML_SCALAR, false},
        {"times", LYT_YAML_SCALAR, false},
        {"percent", LYT_YAML_SCALAR, false},
        {"at_most", LYT_YAML_SCALAR, false},
        {"at_least", LYT_YAML_SCALAR, false},
        {"clear", LYT_YAML_SCALAR, false},
        {"steps", LYT_YAML_LIST, false},
        {"again_min", LYT_YAML_SCALAR, false},
        {"scenario", LYT_YAML_SCALAR, false},
        {"team", LYT_YAML_SCALAR, false},
        {"severity", LYT_YAML_SCALAR, false},
        {"gesture", LYT_YAML_SCALAR, false},
        {"task", LYT_YAML_SCALAR, false},
        {"script", LYT_YAML_MAP, false},
        {"tips", LYT_YAML_MAP, false},
        {"facts", LYT_YAML_LIST, false},
        {"hold_out_percent", LYT_YAML_SCALAR, false},
    };
    lyt_status status =
        lyt_fields_check(r->file, node, fields, sizeof fields / sizeof *fields, r->err);

    if (!status)
        status = lyt_rs_id(r, list, node, &out->id);
    if (!status)
        status = read_what_it_sees(r, node, out);
    if (!status)
        status = read_what_comes(r, node, out);
    return status ? status : check_kind(r, node, out);
}

lyt_status lyt_rs_triggers(lyt_settings_reader *r, const lyt_yaml_node *list)
{
    size_t n = list ? lyt_rs_children(list) : 0, i = 0;
    lyt_trigger *triggers = n ? lyt_arena_array(r->to->arena, n, sizeof *triggers) : NULL;

    if (n && !triggers)
        return lyt_rs_no_memory(r);
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = read_trigger(r, list, node, &triggers[i++]);

        if (status)
            return status;
    }
    r->to->triggers = triggers;
    r->to->n_triggers = n;
    return LYT_OK;
}
