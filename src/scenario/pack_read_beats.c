#include "packfile.h"

#include <string.h>

/* scenarios/<id>.yaml, `beats`: which scenarios give way to this one. */

static lyt_status add(lyt_pack_reader *r, const lyt_yaml_node *list, const lyt_yaml_node *node)
{
    lyt_beaten *beaten;
    lyt_status status = lyt_field_id(r->file, node, r->err);

    if (status)
        return status;
    for (const lyt_yaml_node *before = list->first; before != node; before = before->next)
        if (lyt_str_equal(before->text, node->text))
            return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                                "'%s' is here a second time", node->text.ptr);
    if (lyt_str_equal(node->text, lyt_str_of(r->scenario->id)))
        return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                            "a scenario cannot beat itself; take it away");
    if (lyt_arena_grow(r->pack->arena, &r->beaten, &r->beaten_cap, r->n_beaten + 1,
                       sizeof *r->beaten))
        return lyt_pack_short(r);
    beaten = &r->beaten[r->n_beaten];
    *beaten =
        (lyt_beaten){.by = r->scenario->id, .file = r->file, .at = {node->line, node->column}};
    status = lyt_pack_copy(r, node->text, &beaten->id);
    r->n_beaten += status == LYT_OK;
    return status;
}

lyt_status lyt_pack_read_beats(lyt_pack_reader *r, const lyt_yaml_node *list)
{
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = add(r, list, node);

        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status unknown(lyt_pack_reader *r, const lyt_beaten *beaten)
{
    const char *names[lyt_scenarios_max];
    const char *near;

    for (size_t i = 0; i < r->pack->n_scenarios; i++)
        names[i] = r->pack->scenarios[i].id;
    near = lyt_nearest_name(lyt_str_of(beaten->id), names, r->pack->n_scenarios);
    return lyt_error_at(r->err, LYT_EFORMAT, beaten->file, beaten->at.line, beaten->at.column,
                        "unknown scenario '%s'; %s%s%s", beaten->id,
                        near ? "did you mean '" : "there is no file of it in scenarios/",
                        near ? near : "", near ? "'?" : "");
}

static lyt_status bind(lyt_pack_reader *r, const lyt_beaten *beaten, size_t *out)
{
    const lyt_scenario *scenario = lyt_pack_find(r->pack, lyt_str_of(beaten->id));

    if (!scenario)
        return unknown(r, beaten);
    if (scenario->severity == lyt_severity_max)
        return lyt_error_at(r->err, LYT_EFORMAT, beaten->file, beaten->at.line, beaten->at.column,
                            "'%s' is danger to people (severity 4) and gives way to nothing; take "
                            "it away",
                            beaten->id);
    for (size_t i = 0; i < scenario->n_beats; i++)
        if (strcmp(r->pack->scenarios[scenario->beats[i]].id, beaten->by) == 0)
            return lyt_error_at(
                r->err, LYT_EFORMAT, beaten->file, beaten->at.line, beaten->at.column,
                "'%s' beats '%s' already; one of them must give way", beaten->id, beaten->by);
    *out = (size_t)(scenario - r->pack->scenarios);
    return LYT_OK;
}

/* Those that one scenario names stand together: it was read in one go. */
lyt_status lyt_pack_bind_beats(lyt_pack_reader *r)
{
    uint16_t *list = lyt_arena_array(r->pack->arena, r->n_beaten + 1, sizeof *list);

    if (!list)
        return lyt_pack_short(r);
    for (size_t i = 0; i < r->n_beaten; i++) {
        const lyt_scenario *found = lyt_pack_find(r->pack, lyt_str_of(r->beaten[i].by));
        lyt_scenario *by = &r->pack->scenarios[found - r->pack->scenarios];
        size_t index = 0;
        lyt_status status = bind(r, &r->beaten[i], &index);

        if (status)
            return status;
        list[i] = (uint16_t)index;
        if (!by->n_beats)
            by->beats = &list[i];
        by->n_beats++;
    }
    return LYT_OK;
}
