/*
 * JSON from both sides: what is read can be written and read again to the same bytes, and bytes of
 * any kind are written as a text that can be read, unchanged where they were text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "utf8seq.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { limit_bytes = 1 << 16 };

static volatile unsigned sum;

static void see(lyt_str text)
{
    for (size_t i = 0; i < text.len; i++)
        sum += (unsigned char)text.ptr[i];
}

/* Every value by every way in; depth is bounded by what is read at all. */
static void walk(const lyt_json *json, int depth)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key, text;
    int64_t whole;
    double real;
    bool yes;

    if (depth > lyt_json_depth_max)
        abort();
    if (lyt_json_str(json, &text))
        see(text);
    if (lyt_json_int(json, &whole) && !lyt_json_real(json, &real))
        abort();
    (void)lyt_json_bool(json, &yes);
    see(lyt_json_text(json, "text"));
    sum += (unsigned)lyt_json_number(json, "seq");
    for (size_t i = 0; lyt_json_typeof(json) == LYT_JSON_ARRAY && i < lyt_json_len(json); i++)
        walk(lyt_json_at(json, i), depth + 1);
    while (lyt_json_typeof(json) == LYT_JSON_OBJECT && lyt_json_each(json, &cursor, &key, &value)) {
        see(key);
        walk(value, depth + 1);
    }
}

static void check_error(const lyt_error *err)
{
    lyt_str text = lyt_str_of(err->text);

    if (!text.len)
        abort();
    for (size_t i = 0, n; i < text.len; i += n) {
        n = lyt_utf8_seq(text, i);
        if (!n || (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            abort();
    }
}

static void read_it(lyt_str text)
{
    lyt_json *tree = NULL, *again = NULL;
    lyt_buf once, twice;
    lyt_error err = {.text = ""};

    if (lyt_json_parse(&tree, text, limit_bytes, &err)) {
        check_error(&err);
        return;
    }
    walk(tree, 0);
    lyt_buf_init(&once, NULL);
    lyt_buf_init(&twice, NULL);
    lyt_json_write(&once, tree);
    /* numbers and escapes may be longer than they were written */
    if (lyt_buf_status(&once) || lyt_json_parse(&again, lyt_buf_str(&once), SIZE_MAX, NULL))
        abort();
    lyt_json_write(&twice, again);
    if (!lyt_str_equal(lyt_buf_str(&once), lyt_buf_str(&twice)))
        abort();
    lyt_buf_deinit(&once);
    lyt_buf_deinit(&twice);
    lyt_json_free(tree);
    lyt_json_free(again);
}

static bool is_text(lyt_str s)
{
    for (size_t i = 0, n; i < s.len; i += n) {
        n = lyt_utf8_seq(s, i);
        if (!n || !s.ptr[i])
            return false;
    }
    return true;
}

/* A NUL is written, and read by nobody: then it is refused whole. */
static void write_it(lyt_str bytes)
{
    lyt_json *tree = NULL;
    lyt_str back;
    lyt_buf out;
    lyt_jw jw;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "text", bytes);
    lyt_jw_object_end(&jw);
    if (lyt_json_parse(&tree, lyt_buf_str(&out), SIZE_MAX, NULL)) {
        if (!bytes.len || !memchr(bytes.ptr, 0, bytes.len))
            abort();
    } else if (!lyt_json_str(lyt_json_get(tree, "text"), &back) ||
               (is_text(bytes) && !lyt_str_equal(back, bytes))) {
        abort();
    }
    lyt_json_free(tree);
    lyt_buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {(const char *)data, size};

    read_it(text);
    write_it(text);
    return 0;
}
