/* The file that says how long what is kept. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "store_keep.h"

enum { days_max = 36500 };

static lyt_status read_days(const char *file, const lyt_yaml_node *map, lyt_keep_row *row,
                            lyt_error *err)
{
    for (unsigned i = 0; i < LYT_KEEP_KIND_COUNT; i++) {
        const lyt_yaml_node *node = lyt_yaml_get(map, lyt_keep_name((lyt_keep_kind)i));
        lyt_status status;

        if (!node)
            continue;
        if (node->kind == LYT_YAML_SCALAR && lyt_str_equal(node->text, LYT_STR("always"))) {
            row->days[i] = 0;
            continue;
        }
        status = lyt_field_int(file, node, 1, days_max, &row->days[i], err);
        if (status)
            return status;
    }
    if (row->days[LYT_KEEP_VERDICTS] && (!row->days[LYT_KEEP_TEXT] ||
                                         row->days[LYT_KEEP_TEXT] > row->days[LYT_KEEP_VERDICTS]))
        return lyt_error_at(err, LYT_EFORMAT, file, map->line, map->column,
                            "verdicts would go before the words that they are of; give text as "
                            "many days as verdicts, or fewer");
    if (row->days[LYT_KEEP_SPECIAL] && row->days[LYT_KEEP_TEXT] &&
        row->days[LYT_KEEP_SPECIAL] > row->days[LYT_KEEP_TEXT])
        return lyt_error_at(err, LYT_EFORMAT, file, map->line, map->column,
                            "special (what tells of somebody's health) would be kept longer than "
                            "text; give it as many days as text, or fewer");
    return LYT_OK;
}

static lyt_status read_access(const char *file, const lyt_yaml_node *node, int64_t *out,
                              lyt_error *err)
{
    if (!node || (node->kind == LYT_YAML_SCALAR && lyt_str_equal(node->text, LYT_STR("always"))))
        return LYT_OK;
    return lyt_field_int(file, node, 1, days_max, out, err);
}

static lyt_status read_property(const char *file, const lyt_yaml_node *node, lyt_keep_rules *out,
                                lyt_error *err)
{
    static const lyt_field fields[] = {{"text", LYT_YAML_SCALAR, false},
                                       {"special", LYT_YAML_SCALAR, false},
                                       {"verdicts", LYT_YAML_SCALAR, false},
                                       {"incidents", LYT_YAML_SCALAR, false},
                                       {"stays", LYT_YAML_SCALAR, false}};
    lyt_keep_row *row = &out->rows[out->n];
    lyt_status status;

    if (out->n > lyt_keep_properties_max)
        return lyt_error_at(err, LYT_ELIMIT, file, node->key_line, node->key_column,
                            "at most %d properties have days of their own",
                            lyt_keep_properties_max);
    status = lyt_fields_check(file, node, fields, sizeof fields / sizeof *fields, err);
    if (status)
        return status;
    *row = out->rows[0];
    if (!node->key.len || node->key.len >= sizeof row->property)
        return lyt_error_at(err, LYT_EFORMAT, file, node->key_line, node->key_column,
                            "a property's name has 1 to %zu bytes", sizeof row->property - 1);
    snprintf(row->property, sizeof row->property, "%.*s", LYT_STR_ARG(node->key));
    status = read_days(file, node, row, err);
    out->n += !status;
    return status;
}

static lyt_status read_rules(const lyt_yaml *yaml, lyt_keep_rules *out, lyt_error *err)
{
    static const lyt_field fields[] = {
        {"retention", LYT_YAML_MAP, true},
        {"properties", LYT_YAML_MAP, false},
    };
    static const lyt_field kinds[] = {
#define X(name, text) {text, LYT_YAML_SCALAR, false},
        LYT_KEEP_KINDS(X)
#undef X
        {"access", LYT_YAML_SCALAR, false},
    };
    const lyt_yaml_node *root = lyt_yaml_root(yaml), *days, *properties;
    const char *file = lyt_yaml_name(yaml);
    lyt_status status = lyt_fields_check(file, root, fields, 2, err);

    if (status)
        return status;
    days = lyt_yaml_get(root, "retention");
    properties = lyt_yaml_get(root, "properties");
    status = lyt_fields_check(file, days, kinds, sizeof kinds / sizeof *kinds, err);
    if (!status)
        status = read_days(file, days, &out->rows[0], err);
    if (!status)
        status = read_access(file, lyt_yaml_get(days, "access"), &out->access_days, err);
    out->n = 1;
    for (const lyt_yaml_node *node = properties ? properties->first : NULL; !status && node;
         node = node->next)
        status = read_property(file, node, out, err);
    return status;
}

lyt_status lyt_keep_parse(lyt_keep_rules *out, const lyt_alloc *alloc, lyt_str data,
                          const char *name, lyt_error *err)
{
    lyt_yaml *yaml = NULL;
    lyt_status status = lyt_yaml_parse(&yaml, alloc, data, name, err);

    memset(out, 0, sizeof *out);
    if (!status)
        status = read_rules(yaml, out, err);
    lyt_yaml_free(yaml);
    return status;
}

lyt_status lyt_keep_read(lyt_keep_rules *out, const lyt_alloc *alloc, const lyt_fs *fs,
                         const char *path, lyt_error *err)
{
    lyt_yaml *yaml = NULL;
    lyt_status status = lyt_yaml_read(&yaml, alloc, fs, path, err);

    memset(out, 0, sizeof *out);
    if (!status)
        status = read_rules(yaml, out, err);
    lyt_yaml_free(yaml);
    return status;
}
