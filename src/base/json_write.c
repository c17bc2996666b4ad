#include <assert.h>
#include <math.h>

#include "json.h"
#include "utf8seq.h"

void lyt_jw_init(lyt_jw *jw, lyt_buf *out)
{
    *jw = (lyt_jw){.out = out};
}

static void before_item(lyt_jw *jw)
{
    if (jw->key_open)
        jw->key_open = false;
    else if (jw->has_item[jw->depth])
        lyt_buf_add_char(jw->out, ',');
    jw->has_item[jw->depth] = true;
}

static void open(lyt_jw *jw, char c)
{
    before_item(jw);
    lyt_buf_add_char(jw->out, c);
    assert(jw->depth < lyt_json_depth_max);
    jw->has_item[++jw->depth] = false;
}

static void close(lyt_jw *jw, char c)
{
    assert(jw->depth > 0 && !jw->key_open);
    jw->depth--;
    lyt_buf_add_char(jw->out, c);
}

void lyt_jw_object(lyt_jw *jw)
{
    open(jw, '{');
}

void lyt_jw_object_end(lyt_jw *jw)
{
    close(jw, '}');
}

void lyt_jw_array(lyt_jw *jw)
{
    open(jw, '[');
}

void lyt_jw_array_end(lyt_jw *jw)
{
    close(jw, ']');
}

/* What is no UTF-8 becomes U+FFFD: whoever reads this refuses all of it otherwise. */
static void add_quoted(lyt_buf *out, lyt_str s)
{
    size_t from = 0;

    lyt_buf_add_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c >= ' ' && c != '"' && c != '\\' && c < 0x7F)
            continue;
        if (c >= 0x80) {
            size_t n = lyt_utf8_seq(s, i);

            if (n) {
                i += n - 1;
                continue;
            }
        }
        lyt_buf_add(out, lyt_str_slice(s, from, i));
        from = i + 1;
        if (c == '"' || c == '\\')
            lyt_buf_addf(out, "\\%c", c);
        else if (c == '\n')
            lyt_buf_add(out, LYT_STR("\\n"));
        else if (c == '\t')
            lyt_buf_add(out, LYT_STR("\\t"));
        else if (c == '\r')
            lyt_buf_add(out, LYT_STR("\\r"));
        else
            lyt_buf_addf(out, "\\u%04x", c < 0x80 ? c : 0xFFFD);
    }
    lyt_buf_add(out, lyt_str_slice(s, from, s.len));
    lyt_buf_add_char(out, '"');
}

void lyt_jw_key_str(lyt_jw *jw, lyt_str key)
{
    assert(!jw->key_open);
    before_item(jw);
    add_quoted(jw->out, key);
    lyt_buf_add_char(jw->out, ':');
    jw->key_open = true;
}

void lyt_jw_key(lyt_jw *jw, const char *key)
{
    lyt_jw_key_str(jw, lyt_str_of(key));
}

void lyt_jw_str(lyt_jw *jw, lyt_str value)
{
    before_item(jw);
    add_quoted(jw->out, value);
}

void lyt_jw_int(lyt_jw *jw, int64_t value)
{
    before_item(jw);
    lyt_buf_add_int(jw->out, value);
}

void lyt_jw_real(lyt_jw *jw, double value, int decimals)
{
    before_item(jw);
    lyt_buf_add_real(jw->out, value, decimals);
}

void lyt_jw_bool(lyt_jw *jw, bool value)
{
    before_item(jw);
    lyt_buf_add_text(jw->out, value ? "true" : "false");
}

void lyt_jw_null(lyt_jw *jw)
{
    before_item(jw);
    lyt_buf_add(jw->out, LYT_STR("null"));
}

void lyt_jw_raw(lyt_jw *jw, lyt_str json)
{
    before_item(jw);
    lyt_buf_add(jw->out, json);
}

void lyt_jw_kstr(lyt_jw *jw, const char *key, lyt_str value)
{
    lyt_jw_key(jw, key);
    lyt_jw_str(jw, value);
}

void lyt_jw_kint(lyt_jw *jw, const char *key, int64_t value)
{
    lyt_jw_key(jw, key);
    lyt_jw_int(jw, value);
}

void lyt_jw_kreal(lyt_jw *jw, const char *key, double value, int decimals)
{
    lyt_jw_key(jw, key);
    lyt_jw_real(jw, value, decimals);
}

void lyt_jw_kbool(lyt_jw *jw, const char *key, bool value)
{
    lyt_jw_key(jw, key);
    lyt_jw_bool(jw, value);
}

/*
 * As many of nine decimals as a double of that size has; beyond its whole numbers none, and a
 * point, so that it is read as a number again: what was sent as one never comes out as null.
 */
static void write_real(lyt_jw *jw, double value)
{
    static const double exact = 9007199254740992.0;
    double scale = 1e9;
    int decimals = 9;

    if (!(fabs(value) < exact)) {
        before_item(jw);
        lyt_buf_addf(jw->out, "%.0f.0", value);
        return;
    }
    while (decimals > 0 && fabs(value) * scale >= exact) {
        decimals--;
        scale /= 10;
    }
    lyt_jw_real(jw, value, decimals);
}

static void write_tree(lyt_jw *jw, const lyt_json *json)
{
    lyt_str text = {NULL, 0};
    const lyt_json *value;
    void *cursor = NULL;
    int64_t number = 0;
    double real = 0;
    bool flag = false;

    switch (lyt_json_typeof(json)) {
    case LYT_JSON_NONE:
    case LYT_JSON_NULL:
        lyt_jw_null(jw);
        break;
    case LYT_JSON_BOOL:
        (void)lyt_json_bool(json, &flag);
        lyt_jw_bool(jw, flag);
        break;
    case LYT_JSON_INT:
        (void)lyt_json_int(json, &number);
        lyt_jw_int(jw, number);
        break;
    case LYT_JSON_REAL:
        (void)lyt_json_real(json, &real);
        write_real(jw, real);
        break;
    case LYT_JSON_STRING:
        (void)lyt_json_str(json, &text);
        lyt_jw_str(jw, text);
        break;
    case LYT_JSON_ARRAY:
        lyt_jw_array(jw);
        for (size_t i = 0; i < lyt_json_len(json); i++)
            write_tree(jw, lyt_json_at(json, i));
        lyt_jw_array_end(jw);
        break;
    case LYT_JSON_OBJECT:
        lyt_jw_object(jw);
        while (lyt_json_each(json, &cursor, &text, &value)) {
            lyt_jw_key_str(jw, text);
            write_tree(jw, value);
        }
        lyt_jw_object_end(jw);
        break;
    }
}

void lyt_json_write(lyt_buf *out, const lyt_json *json)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    write_tree(&jw, json);
}

void lyt_jw_value(lyt_jw *jw, const lyt_json *value)
{
    /* with a writer of its own: the two together may be deeper than one can count */
    before_item(jw);
    lyt_json_write(jw->out, value);
}

void lyt_jw_members(lyt_jw *jw, const lyt_json *object)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;

    while (lyt_json_each(object, &cursor, &key, &value)) {
        lyt_jw_key_str(jw, key);
        lyt_jw_value(jw, value);
    }
}
