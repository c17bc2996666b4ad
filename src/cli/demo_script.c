#include "demo_script.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

typedef struct filling {
    lyt_script *script;
    lyt_jw jw;
    lyt_error *err;
} filling;

lyt_script_name *lyt_script_name_of(lyt_script *script, lyt_str name)
{
    lyt_script_name *fresh;

    for (size_t i = 0; i < script->n_names; i++)
        if (lyt_str_equal(lyt_str_of(script->names[i].name), name))
            return &script->names[i];
    if (script->n_names == lyt_script_names_max || name.len >= lyt_script_name_bytes)
        return NULL;
    fresh = &script->names[script->n_names++];
    memset(fresh, 0, sizeof *fresh);
    snprintf(fresh->name, sizeof fresh->name, "%.*s", LYT_STR_ARG(name));
    return fresh;
}

/* "-51h", "+20m": microseconds; false: it is no such thing. */
static bool span_of(lyt_str text, int64_t *out)
{
    int64_t n = 0;
    size_t i = 1;

    if (text.len < 3 || (text.ptr[0] != '-' && text.ptr[0] != '+'))
        return false;
    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && n < 100000; i++)
        n = 10 * n + (text.ptr[i] - '0');
    if (i + 1 != text.len || (text.ptr[i] != 'h' && text.ptr[i] != 'm'))
        return false;
    n *= text.ptr[i] == 'h' ? 3600000000LL : 60000000LL;
    *out = text.ptr[0] == '-' ? -n : n;
    return true;
}

static lyt_status unknown(const filling *f, lyt_str word)
{
    return lyt_error_set(f->err, LYT_EINVAL, "nothing is known of \"@%.*s\" at this step",
                         LYT_STR_ARG(lyt_str_slice(word, 0, 60)));
}

static lyt_status fill_named(filling *f, lyt_str word, lyt_str kind, lyt_str name)
{
    const lyt_script_name *n = lyt_script_name_of(f->script, name);
    lyt_status status;
    lyt_buf text;

    if (!n || !n->incident)
        return unknown(f, word);
    if (lyt_str_equal(kind, LYT_STR("incident"))) {
        lyt_jw_int(&f->jw, n->incident);
        return LYT_OK;
    }
    if (lyt_str_equal(kind, LYT_STR("proposal")) && n->proposal[0]) {
        lyt_jw_str(&f->jw, lyt_str_of(n->proposal));
        return LYT_OK;
    }
    if (!lyt_str_equal(kind, LYT_STR("message")) || !f->script->message)
        return unknown(f, word);
    lyt_buf_init(&text, NULL);
    status = f->script->message(f->script->context, n, &text);
    if (!status)
        lyt_jw_str(&f->jw, lyt_buf_str(&text));
    else
        status = lyt_error_set(f->err, status, "the pack has no message for %s", n->scenario);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_status fill_text(filling *f, lyt_str text)
{
    lyt_str word = lyt_str_slice(text, 1, text.len);
    size_t colon = lyt_str_find(word, ':', 0);
    int64_t span = 0;
    lyt_buf time;

    if (!text.len || text.ptr[0] != '@') {
        lyt_jw_str(&f->jw, text);
        return LYT_OK;
    }
    if (!lyt_str_equal(word, LYT_STR("now")) && !span_of(word, &span))
        return colon == word.len ? unknown(f, word)
                                 : fill_named(f, word, lyt_str_slice(word, 0, colon),
                                              lyt_str_slice(word, colon + 1, word.len));
    lyt_buf_init(&time, NULL);
    lyt_clock_format(&time, f->script->now_us + span);
    lyt_jw_str(&f->jw, lyt_buf_str(&time));
    lyt_buf_deinit(&time);
    return LYT_OK;
}

static lyt_status fill(filling *f, const lyt_json *json)
{
    lyt_status status = LYT_OK;
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str text;

    if (lyt_json_str(json, &text))
        return fill_text(f, text);
    if (lyt_json_typeof(json) == LYT_JSON_OBJECT) {
        lyt_jw_object(&f->jw);
        while (!status && lyt_json_each(json, &cursor, &text, &value)) {
            lyt_jw_key_str(&f->jw, text);
            status = fill(f, value);
        }
        if (!status)
            lyt_jw_object_end(&f->jw);
        return status;
    }
    if (lyt_json_typeof(json) == LYT_JSON_ARRAY) {
        lyt_jw_array(&f->jw);
        for (size_t i = 0; !status && i < lyt_json_len(json); i++)
            status = fill(f, lyt_json_at(json, i));
        if (!status)
            lyt_jw_array_end(&f->jw);
        return status;
    }
    {
        lyt_buf plain;

        lyt_buf_init(&plain, NULL);
        lyt_json_write(&plain, json);
        lyt_jw_raw(&f->jw, lyt_buf_str(&plain));
        lyt_buf_deinit(&plain);
    }
    return LYT_OK;
}

lyt_status lyt_script_fill(lyt_script *script, const lyt_json *json, lyt_buf *out, lyt_error *err)
{
    filling f = {.script = script, .err = err};
    lyt_status status;

    lyt_buf_reset(out);
    lyt_jw_init(&f.jw, out);
    status = fill(&f, json);
    return status ? status : lyt_buf_status(out);
}

static bool is_equal(const lyt_json *a, const lyt_json *b)
{
    lyt_str text, other;
    int64_t n, m;
    bool p, q;

    if (lyt_json_str(a, &text))
        return lyt_json_str(b, &other) && lyt_str_equal(text, other);
    if (lyt_json_int(a, &n))
        return lyt_json_int(b, &m) && n == m;
    return lyt_json_bool(a, &p) && lyt_json_bool(b, &q) && p == q;
}

bool lyt_script_is(const lyt_json *there, const lyt_json *pattern)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    if (lyt_json_typeof(there) != LYT_JSON_OBJECT)
        return false;
    while (lyt_json_each(pattern, &cursor, &key, &value)) {
        char name[64];

        if (key.len >= sizeof name)
            return false;
        snprintf(name, sizeof name, "%.*s", LYT_STR_ARG(key));
        if (!is_equal(lyt_json_get(there, name), value))
            return false;
    }
    return true;
}

bool lyt_script_is_in(const lyt_json *there, const lyt_json *pattern)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    if (lyt_script_is(there, pattern))
        return true;
    if (lyt_json_typeof(there) == LYT_JSON_OBJECT)
        while (lyt_json_each(there, &cursor, &key, &value))
            if (lyt_script_is_in(value, pattern))
                return true;
    if (lyt_json_typeof(there) == LYT_JSON_ARRAY)
        for (size_t i = 0; i < lyt_json_len(there); i++)
            if (lyt_script_is_in(lyt_json_at(there, i), pattern))
                return true;
    return false;
}
