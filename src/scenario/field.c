#include "field.h"

#include <string.h>

#include "buf.h"

enum { word_max = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) between two short words. */
static size_t distance(lyt_str a, lyt_str b)
{
    size_t rows[3][word_max + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b.len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *spare = before;

        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            now[j] =
                least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]));
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[b.len];
}

const char *lyt_nearest_name(lyt_str word, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t best_distance = word.len / 3 + 2;

    if (word.len == 0 || word.len > word_max)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        lyt_str name = lyt_str_of(names[i]);
        size_t d;

        if (name.len > word_max)
            continue;
        d = distance(word, name);
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}

static const char *kind_name(lyt_yaml_kind kind)
{
    switch (kind) {
    case LYT_YAML_SCALAR:
        return "a text or number";
    case LYT_YAML_LIST:
        return "a list";
    case LYT_YAML_MAP:
        return "a map (key: value)";
    }
    return "";
}

lyt_status lyt_field_kind(const char *file, const lyt_yaml_node *node, lyt_yaml_kind kind,
                          const char *what, lyt_error *err)
{
    if (node->kind == kind)
        return LYT_OK;
    return lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column, "%s must be %s, not %s",
                        what, kind_name(kind), kind_name(node->kind));
}

static const lyt_field *field_find(const lyt_field *fields, size_t n, lyt_str key)
{
    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(key, lyt_str_of(fields[i].key)))
            return &fields[i];
    return NULL;
}

static lyt_status unknown_key(const char *file, const lyt_yaml_node *node, const lyt_field *fields,
                              size_t n, lyt_error *err)
{
    const char *names[32];
    const char *near;
    size_t n_names = n < 32 ? n : 32;

    for (size_t i = 0; i < n_names; i++)
        names[i] = fields[i].key;
    near = lyt_nearest_name(node->key, names, n_names);
    if (near)
        return lyt_error_at(err, LYT_EFORMAT, file, node->key_line, node->key_column,
                            "unknown key '%.*s'; did you mean '%s'?",
                            LYT_STR_ARG(lyt_str_slice(node->key, 0, word_max)), near);
    return lyt_error_at(err, LYT_EFORMAT, file, node->key_line, node->key_column,
                        "unknown key '%.*s'; docs/formats.md has those that there are",
                        LYT_STR_ARG(lyt_str_slice(node->key, 0, word_max)));
}

lyt_status lyt_fields_check(const char *file, const lyt_yaml_node *node, const lyt_field *fields,
                            size_t n, lyt_error *err)
{
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_MAP, "this", err);

    if (status)
        return status;
    for (const lyt_yaml_node *child = node->first; child; child = child->next) {
        const lyt_field *field = field_find(fields, n, child->key);

        if (!field)
            return unknown_key(file, child, fields, n, err);
        status = lyt_field_kind(file, child, field->kind, field->key, err);
        if (status)
            return status;
    }
    for (size_t i = 0; i < n; i++)
        if (fields[i].required && !lyt_yaml_get(node, fields[i].key))
            return lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column,
                                "key '%s' is missing; add it", fields[i].key);
    return LYT_OK;
}

bool lyt_is_id(lyt_str text)
{
    if (text.len == 0 || text.len > lyt_id_bytes_max || text.ptr[0] < 'a' || text.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

lyt_status lyt_field_id(const char *file, const lyt_yaml_node *node, lyt_error *err)
{
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_SCALAR, "an id", err);

    if (status)
        return status;
    if (lyt_is_id(node->text))
        return LYT_OK;
    return lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column,
                        "'%.*s' is no id; use a-z, 0-9 and -, a letter first, at most %d bytes",
                        LYT_STR_ARG(lyt_str_slice(node->text, 0, word_max)), lyt_id_bytes_max);
}

lyt_status lyt_field_text(const char *file, const lyt_yaml_node *node, lyt_error *err)
{
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_SCALAR, "this", err);

    if (status)
        return status;
    if (lyt_str_trim(node->text).len)
        return LYT_OK;
    return lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column,
                        "the text is empty; write one");
}

/* Digits with at most one point: 12, -4, 0.25. No exponent, nothing of the locale. */
static bool number(lyt_str text, bool whole, double *out)
{
    bool negative = text.len && text.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    double value = 0, unit = 1;
    bool point = false;

    if (i == text.len || text.len > 18)
        return false;
    for (; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '.' && !whole && !point && i + 1 < text.len && i > negative) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
        unit *= point ? 10 : 1;
    }
    *out = (negative ? -value : value) / unit;
    return true;
}

static lyt_status bad_number(const char *file, const lyt_yaml_node *node, const char *what,
                             double range[2], lyt_error *err)
{
    char text[64];
    lyt_buf buf;
    lyt_status status;

    lyt_buf_init(&buf, NULL);
    lyt_buf_add_real(&buf, range[0], 3);
    lyt_buf_add_text(&buf, " to ");
    lyt_buf_add_real(&buf, range[1], 3);
    memset(text, 0, sizeof text);
    if (lyt_buf_status(&buf) == LYT_OK)
        memcpy(text, buf.data, least(buf.len, sizeof text - 1));
    lyt_buf_deinit(&buf);
    status = lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column,
                          "'%.*s' must be a %s number, %s",
                          LYT_STR_ARG(lyt_str_slice(node->text, 0, word_max)), what, text);
    return status;
}

lyt_status lyt_field_int(const char *file, const lyt_yaml_node *node, int64_t min, int64_t max,
                         int64_t *out, lyt_error *err)
{
    double value = 0;
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_SCALAR, "a number", err);

    if (status)
        return status;
    if (!number(node->text, true, &value) || value < (double)min || value > (double)max)
        return bad_number(file, node, "whole", (double[]){(double)min, (double)max}, err);
    *out = (int64_t)value;
    return LYT_OK;
}

lyt_status lyt_field_real(const char *file, const lyt_yaml_node *node, double min, double max,
                          double *out, lyt_error *err)
{
    double value = 0;
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_SCALAR, "a number", err);

    if (status)
        return status;
    if (!number(node->text, false, &value) || value < min || value > max)
        return bad_number(file, node, "decimal", (double[]){min, max}, err);
    *out = value;
    return LYT_OK;
}

lyt_status lyt_field_choice(const char *file, const lyt_yaml_node *node, const char *const *names,
                            size_t n, size_t *out, lyt_error *err)
{
    lyt_status status = lyt_field_kind(file, node, LYT_YAML_SCALAR, "this", err);
    lyt_buf all;

    if (status)
        return status;
    for (size_t i = 0; i < n; i++)
        if (lyt_str_equal(node->text, lyt_str_of(names[i]))) {
            *out = i;
            return LYT_OK;
        }
    lyt_buf_init(&all, NULL);
    for (size_t i = 0; i < n; i++)
        lyt_buf_addf(&all, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", names[i]);
    status = lyt_error_at(err, LYT_EFORMAT, file, node->line, node->column, "'%.*s' must be %.*s",
                          LYT_STR_ARG(lyt_str_slice(node->text, 0, word_max)),
                          LYT_STR_ARG(lyt_buf_str(&all)));
    lyt_buf_deinit(&all);
    return status;
}
