#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "json.h"
#include "utf8seq.h"

/* lyt_json is json_t by another name, so that jansson's header stays here. */
static const json_t *inner(const lyt_json *json)
{
    return (const json_t *)json;
}

static const lyt_json *outer(const json_t *json)
{
    return (const lyt_json *)json;
}

/*
 * jansson recurses with the nesting and its own limit is a constant of its
 * build, so depth is counted first; strings are skipped, escapes with them.
 */
static bool too_deep(lyt_str text, size_t *where)
{
    unsigned depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > lyt_json_depth_max) {
                *where = i;
                return true;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* It quotes what it could not read: nothing of that may move a terminal, or be no text. */
static void tidy(char *text)
{
    lyt_str s = lyt_str_of(text);

    for (size_t i = 0, n; i < s.len; i += n ? n : 1) {
        n = lyt_utf8_seq(s, i);
        if (n == 0 || (unsigned char)text[i] < ' ' || text[i] == 0x7F)
            text[i] = '?';
    }
}

lyt_status lyt_json_parse(lyt_json **out, lyt_str text, size_t limit_bytes, lyt_error *err)
{
    json_error_t why;
    json_t *tree;
    size_t where = 0;

    if (text.len > limit_bytes)
        return lyt_error_set(err, LYT_ELIMIT, "%zu bytes of JSON, at most %zu are taken", text.len,
                             limit_bytes);
    if (too_deep(text, &where)) {
        lyt_error_set(err, LYT_ELIMIT, "JSON nested deeper than %d levels", lyt_json_depth_max);
        if (err)
            err->offset = where;
        return LYT_ELIMIT;
    }
    tree = json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &why);
    if (!tree) {
        if (json_error_code(&why) == json_error_out_of_memory)
            return lyt_error_set(err, LYT_ENOMEM, "no memory for %zu bytes of JSON", text.len);
        if (json_error_code(&why) == json_error_null_character)
            snprintf(why.text, sizeof why.text, "a text may not hold NUL (\\u0000)");
        tidy(why.text);
        lyt_error_at(err, LYT_EFORMAT, NULL, why.line > 0 ? (uint32_t)why.line : 0,
                     why.column > 0 ? (uint32_t)why.column : 0, "not valid JSON: %s", why.text);
        if (err)
            err->offset = why.position > 0 ? (uint64_t)why.position : 0;
        return LYT_EFORMAT;
    }
    *out = (lyt_json *)tree;
    return LYT_OK;
}

void lyt_json_free(lyt_json *json)
{
    json_decref((json_t *)json);
}

lyt_json_type lyt_json_typeof(const lyt_json *json)
{
    if (!json)
        return LYT_JSON_NONE;
    switch (json_typeof(inner(json))) {
    case JSON_OBJECT:
        return LYT_JSON_OBJECT;
    case JSON_ARRAY:
        return LYT_JSON_ARRAY;
    case JSON_STRING:
        return LYT_JSON_STRING;
    case JSON_INTEGER:
        return LYT_JSON_INT;
    case JSON_REAL:
        return LYT_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return LYT_JSON_BOOL;
    case JSON_NULL:
        return LYT_JSON_NULL;
    }
    return LYT_JSON_NONE;
}

const char *lyt_json_type_name(lyt_json_type type)
{
    static const char *const names[] = {"nothing",  "null",   "true or false", "a whole number",
                                        "a number", "a text", "a list",        "an object"};

    return names[type];
}

const lyt_json *lyt_json_get(const lyt_json *json, const char *key)
{
    return json ? outer(json_object_get(inner(json), key)) : NULL;
}

size_t lyt_json_len(const lyt_json *json)
{
    if (json_is_array(inner(json)))
        return json_array_size(inner(json));
    return json_is_object(inner(json)) ? json_object_size(inner(json)) : 0;
}

const lyt_json *lyt_json_at(const lyt_json *json, size_t index)
{
    return outer(json_array_get(inner(json), index));
}

bool lyt_json_str(const lyt_json *json, lyt_str *out)
{
    if (!json_is_string(inner(json)))
        return false;
    *out = (lyt_str){json_string_value(inner(json)), json_string_length(inner(json))};
    return true;
}

bool lyt_json_int(const lyt_json *json, int64_t *out)
{
    if (!json_is_integer(inner(json)))
        return false;
    *out = json_integer_value(inner(json));
    return true;
}

bool lyt_json_real(const lyt_json *json, double *out)
{
    if (!json_is_number(inner(json)))
        return false;
    *out = json_number_value(inner(json));
    return true;
}

bool lyt_json_bool(const lyt_json *json, bool *out)
{
    if (!json_is_boolean(inner(json)))
        return false;
    *out = json_is_true(inner(json));
    return true;
}

lyt_str lyt_json_text(const lyt_json *json, const char *key)
{
    lyt_str text = {NULL, 0};

    (void)lyt_json_str(lyt_json_get(json, key), &text);
    return text;
}

int64_t lyt_json_number(const lyt_json *json, const char *key)
{
    int64_t value = 0;

    (void)lyt_json_int(lyt_json_get(json, key), &value);
    return value;
}

bool lyt_json_each(const lyt_json *json, void **cursor, lyt_str *key, const lyt_json **value)
{
    json_t *object = (json_t *)(uintptr_t)json;

    if (!json_is_object(object))
        return false;
    *cursor = *cursor ? json_object_iter_next(object, *cursor) : json_object_iter(object);
    if (!*cursor)
        return false;
    *key = lyt_str_of(json_object_iter_key(*cursor));
    *value = outer(json_object_iter_value(*cursor));
    return true;
}
