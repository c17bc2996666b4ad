#include "experiencefile.h"

#include <string.h>

#include "field.h"

typedef struct reader {
    lyt_experience *to;
    const char *file;
    const lyt_showing *showings;
    size_t n_showings;
    lyt_arena *arena;
    lyt_error *err;
} reader;

static lyt_status no_memory(const reader *r)
{
    return lyt_error_at(r->err, LYT_ENOMEM, r->file, 0, 0, "no memory for the steps");
}

static size_t children(const lyt_yaml_node *list)
{
    size_t n = 0;

    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next)
        n++;
    return n;
}

static lyt_status read_show(const reader *r, const lyt_yaml_node *node, lyt_experience_step *out)
{
    const char *names[lyt_showings_max];
    size_t index = 0;
    lyt_status status;

    for (size_t i = 0; i < r->n_showings; i++)
        names[i] = r->showings[i].id;
    status = lyt_field_choice(r->file, node, names, r->n_showings, &index, r->err);
    if (!status)
        out->showing = &r->showings[index];
    return status;
}

static lyt_status read_name(const reader *r, const lyt_yaml_node *map, lyt_experience_step *out)
{
    static const lyt_field fields[] = {{"en", LYT_YAML_SCALAR, true}, {"da", LYT_YAML_SCALAR, true}};
    lyt_status status = lyt_fields_check(r->file, map, fields, 2, r->err);

    if (!status)
        status = lyt_field_text(r->file, lyt_yaml_get(map, "en"), r->err);
    if (!status)
        status = lyt_field_text(r->file, lyt_yaml_get(map, "da"), r->err);
    if (status)
        return status;
    out->name_en = lyt_yaml_get(map, "en")->text.ptr;
    out->name_da = lyt_yaml_get(map, "da")->text.ptr;
    return LYT_OK;
}

static lyt_status read_can(const reader *r, const lyt_yaml_node *list, lyt_experience_step *out)
{
    const char *names[LYT_CAN_COUNT];

    for (int i = 0; i < LYT_CAN_COUNT; i++)
        names[i] = lyt_guest_can_name((lyt_guest_can)i);
    out->can_node = list;
    for (const lyt_yaml_node *node = list->first; node; node = node->next) {
        size_t index = 0;
        lyt_status status = lyt_field_choice(r->file, node, names, LYT_CAN_COUNT, &index, r->err);

        if (status)
            return status;
        out->can |= 1U << index;
    }
    return LYT_OK;
}

static lyt_status read_step(const reader *r, const lyt_yaml_node *node, lyt_experience_step *out)
{
    static const lyt_field fields[] = {{"show", LYT_YAML_SCALAR, true},
                                       {"name", LYT_YAML_MAP, true},
                                       {"can", LYT_YAML_LIST, true}};
    lyt_status status = lyt_fields_check(r->file, node, fields, 3, r->err);

    *out = (lyt_experience_step){.node = node};
    if (!status)
        status = read_show(r, lyt_yaml_get(node, "show"), out);
    if (!status)
        status = read_name(r, lyt_yaml_get(node, "name"), out);
    return status ? status : read_can(r, lyt_yaml_get(node, "can"), out);
}

static lyt_status read_steps(const reader *r, const lyt_yaml_node *list)
{
    lyt_experience_step *steps =
        lyt_arena_array(r->arena, children(list) + 1, sizeof *steps);
    size_t n = 0;

    if (!steps)
        return no_memory(r);
    for (const lyt_yaml_node *node = list->first; node; node = node->next, n++) {
        lyt_status status = read_step(r, node, &steps[n]);

        if (status)
            return status;
        for (size_t i = 0; i < n; i++)
            if (steps[i].showing == steps[n].showing)
                return lyt_error_at(r->err, LYT_EFORMAT, r->file, node->line, node->column,
                                    "'%s' is a step already, on line %u", steps[n].showing->id,
                                    steps[i].node->line);
    }
    r->to->steps = steps;
    r->to->n = n;
    return LYT_OK;
}

static lyt_status read_languages(const reader *r, const lyt_yaml_node *list)
{
    const char **names = lyt_arena_array(r->arena, children(list) + 1, sizeof *names);

    if (!names)
        return no_memory(r);
    r->to->languages = (lyt_names){names, 0};
    for (const lyt_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lyt_status status = lyt_field_id(r->file, node, r->err);

        if (status)
            return status;
        names[r->to->languages.n++] = node->text.ptr;
    }
    return LYT_OK;
}

lyt_status lyt_experiencefile_read(lyt_experience *out, const lyt_yaml *yaml,
                                   const lyt_showing *showings, size_t n_showings,
                                   lyt_arena *arena, lyt_error *err)
{
    static const lyt_field fields[] = {{"experience", LYT_YAML_SCALAR, true},
                                       {"languages", LYT_YAML_LIST, false},
                                       {"steps", LYT_YAML_LIST, true}};
    const lyt_yaml_node *root = lyt_yaml_root(yaml);
    reader r = {out, lyt_yaml_name(yaml), showings, n_showings, arena, err};
    lyt_status status = lyt_fields_check(r.file, root, fields, 3, err);

    memset(out, 0, sizeof *out);
    out->root = root;
    out->file = r.file;
    if (!status)
        status = lyt_field_id(r.file, lyt_yaml_get(root, "experience"), err);
    if (status)
        return status;
    out->desk = lyt_yaml_get(root, "experience")->text.ptr;
    status = read_languages(&r, lyt_yaml_get(root, "languages"));
    return status ? status : read_steps(&r, lyt_yaml_get(root, "steps"));
}
