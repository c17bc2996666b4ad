#include "formdata.h"

#include <stdlib.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

lyt_str lyt_percent_decode(lyt_str text, bool plus_is_blank, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, text.len + 1, 1);
    size_t n = 0;

    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' && i + 2 < text.len) {
            int high = hex_digit(text.ptr[i + 1]), low = hex_digit(text.ptr[i + 2]);

            if (high >= 0 && low >= 0) {
                c = (char)(high << 4 | low);
                i += 2;
            }
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = '\0';
    return (lyt_str){out, n};
}

static lyt_status add_field(lyt_webform *out, lyt_str pair, lyt_arena *arena)
{
    lyt_webform_field *field = &out->fields[out->n];
    size_t equals = lyt_str_find(pair, '=', 0);

    field->name = lyt_percent_decode(lyt_str_slice(pair, 0, equals), true, arena);
    field->value = lyt_percent_decode(lyt_str_slice(pair, equals + 1, pair.len), true, arena);
    if (!field->name.ptr || !field->value.ptr)
        return lyt_arena_status(arena);
    out->n++;
    return LYT_OK;
}

lyt_status lyt_webform_parse(lyt_webform *out, lyt_str text, size_t max_fields, lyt_arena *arena)
{
    lyt_status status = LYT_OK;
    size_t cap = 0;

    *out = (lyt_webform){NULL, 0};
    for (size_t at = 0; at < text.len && !status;) {
        size_t end = lyt_str_find(text, '&', at);
        lyt_str pair = lyt_str_slice(text, at, end);

        at = end + 1;
        if (!pair.len)
            continue;
        if (out->n == max_fields)
            return LYT_ELIMIT;
        status = lyt_arena_grow(arena, &out->fields, &cap, out->n + 1, sizeof *out->fields);
        if (!status)
            status = add_field(out, pair, arena);
    }
    return status;
}

static const lyt_webform_field *find(const lyt_webform *form, const char *name)
{
    for (size_t i = 0; i < form->n; i++)
        if (lyt_str_equal(form->fields[i].name, lyt_str_of(name)))
            return &form->fields[i];
    return NULL;
}

lyt_str lyt_webform_get(const lyt_webform *form, const char *name)
{
    const lyt_webform_field *field = find(form, name);

    return field ? field->value : (lyt_str){"", 0};
}

bool lyt_webform_has(const lyt_webform *form, const char *name)
{
    return find(form, name) != NULL;
}

static int by_name(const void *a, const void *b)
{
    const lyt_webform_field *left = a, *right = b;
    int order = lyt_str_compare(left->name, right->name);

    return order ? order : lyt_str_compare(left->value, right->value);
}

void lyt_webform_sort(lyt_webform *form)
{
    if (form->n)
        qsort(form->fields, form->n, sizeof *form->fields, by_name);
}
