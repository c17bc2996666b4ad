#include <string.h>

#include "json.h"
#include "mem.h"
#include "testing.h"

LYT_SUITE(json);

Test(json, what_is_refused_and_where)
{
    static const struct {
        int line;
        const char *text;
        lyt_status status;
        uint32_t at_line;
    } rows[] = {
        {__LINE__, "{\"a\":1}", LYT_OK, 0},
        {__LINE__, "{\"a\":1,\"a\":2}", LYT_EFORMAT, 1},
        {__LINE__, "{\"a\":1} x", LYT_EFORMAT, 1},
        {__LINE__, "{\n\"a\":\n}", LYT_EFORMAT, 3},
        {__LINE__, "", LYT_EFORMAT, 1},
        {__LINE__, "{\"a\":\"\xff\"}", LYT_EFORMAT, 1},
        {__LINE__, "{\"a\":\"\\u0000\"}", LYT_EFORMAT, 1},
        {__LINE__, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
         LYT_ELIMIT, 0},
        {__LINE__, "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[\"", LYT_EFORMAT, 1},
        {__LINE__, "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[\"]", LYT_OK, 0},
        {__LINE__,
         "{\"long\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456789\"}",
         LYT_ELIMIT, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *json = NULL;
        lyt_error err;
        lyt_status got = lyt_json_parse(&json, lyt_str_of(rows[i].text), 80, &err);

        cr_expect_eq(got, rows[i].status, "row at line %d: %s", rows[i].line, lyt_status_name(got));
        if (got == LYT_EFORMAT)
            cr_expect_eq(err.line, rows[i].at_line, "row at line %d: %u", rows[i].line, err.line);
        cr_expect((got == LYT_OK) == (json != NULL));
        lyt_json_free(json);
    }
}

Test(json, ten_thousand_deep_is_refused)
{
    char *deep = lyt_mem_new(NULL, 20001);
    lyt_json *json = NULL;

    memset(deep, '[', 10000);
    memset(deep + 10000, ']', 10000);
    cr_expect_eq(lyt_json_parse(&json, lyt_str_of(deep), 1 << 20, NULL), LYT_ELIMIT);
    lyt_mem_free(NULL, deep);
}

Test(json, a_tree_inside_a_tree)
{
    static const char text[] = "{\"a\":{\"b\":[1]},\"c\":\"x\"}";
    char deep[2 * lyt_json_depth_max + 1];
    lyt_json *json = NULL, *deepest = NULL;
    lyt_buf out;
    lyt_jw jw;

    memset(deep, '[', lyt_json_depth_max);
    memset(deep + lyt_json_depth_max, ']', lyt_json_depth_max);
    deep[2 * lyt_json_depth_max] = '\0';
    cr_assert_eq(lyt_json_parse(&json, lyt_str_of(text), 100, NULL), LYT_OK);
    cr_assert_eq(lyt_json_parse(&deepest, lyt_str_of(deep), 1000, NULL), LYT_OK);
    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_members(&jw, json);
    lyt_jw_members(&jw, NULL);
    lyt_jw_kint(&jw, "d", 2);
    lyt_jw_key(&jw, "e");
    lyt_jw_value(&jw, lyt_json_get(json, "a"));
    lyt_jw_key(&jw, "f");
    lyt_jw_value(&jw, NULL);
    lyt_jw_object_end(&jw);
    cr_expect_str_eq(out.data, "{\"a\":{\"b\":[1]},\"c\":\"x\",\"d\":2,\"e\":{\"b\":[1]},"
                               "\"f\":null}");
    /* as deep as can be read, and yet inside something */
    lyt_buf_reset(&out);
    lyt_jw_init(&jw, &out);
    lyt_jw_array(&jw);
    lyt_jw_value(&jw, deepest);
    lyt_jw_array_end(&jw);
    cr_expect_eq(out.len, strlen(deep) + 2);
    lyt_json_free(json);
    lyt_json_free(deepest);
    lyt_buf_deinit(&out);
}

Test(json, what_is_written_reads_back)
{
    static const char text[] =
        "{\"s\":\"\xc3\xa6 \\\"q\\\" \\\\ \\n\\u0001\",\"i\":-9223372036854775808,"
        "\"r\":0.25,\"b\":[true,false,null],\"o\":{}}";
    lyt_json *json = NULL;
    const lyt_json *value;
    lyt_buf out;
    lyt_str s;
    int64_t n = 0;
    double real = 0;
    bool flag = false;

    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_json_parse(&json, lyt_str_of(text), 1000, NULL), LYT_OK);
    lyt_json_write(&out, json);
    cr_expect_str_eq(out.data, text);
    cr_expect(lyt_json_str(lyt_json_get(json, "s"), &s) && s.len == 11);
    cr_expect(lyt_json_int(lyt_json_get(json, "i"), &n) && n == INT64_MIN);
    cr_expect(lyt_json_real(lyt_json_get(json, "r"), &real) && real == 0.25);
    cr_expect_not(lyt_json_int(lyt_json_get(json, "r"), &n));
    value = lyt_json_get(json, "b");
    cr_expect_eq(lyt_json_len(value), 3);
    cr_expect(lyt_json_bool(lyt_json_at(value, 0), &flag) && flag);
    cr_expect_eq(lyt_json_typeof(lyt_json_at(value, 2)), LYT_JSON_NULL);
    cr_expect_eq(lyt_json_typeof(lyt_json_get(json, "nothing")), LYT_JSON_NONE);
    cr_expect_null(lyt_json_get(NULL, "x"));
    cr_expect_eq(lyt_json_number(json, "i"), INT64_MIN);
    cr_expect_eq(lyt_json_number(json, "s"), 0);
    cr_expect_eq(lyt_json_text(json, "s").len, 11);
    cr_expect_eq(lyt_json_text(json, "nothing").len, 0);
    lyt_json_free(json);
    lyt_buf_deinit(&out);
}

/* what a parser quotes of bad bytes, and what a damaged row holds, goes into answers */
Test(json, CH_18_what_is_no_text_is_written_as_one)
{
    static const struct {
        int line;
        lyt_str bytes;
        const char *json;
    } rows[] = {
        {__LINE__,
         {"r\xc3\xb8"
          "d \xf0\x9f\x98\x80",
          9},
         "\"r\xc3\xb8"
         "d \xf0\x9f\x98\x80\""},
        {__LINE__,
         {"a\xff"
          "b",
          3},
         "\"a\\ufffdb\""},
        {__LINE__, {"\xc3", 1}, "\"\\ufffd\""},
        {__LINE__, {"\xe2\x82", 2}, "\"\\ufffd\\ufffd\""},
        {__LINE__, {"\xf0\x9f\x98x", 4}, "\"\\ufffd\\ufffd\\ufffdx\""},
        {__LINE__, {"\xc0\x80", 2}, "\"\\ufffd\\ufffd\""},
        {__LINE__, {"\xe0\x9f\xbf", 3}, "\"\\ufffd\\ufffd\\ufffd\""},
        {__LINE__, {"\xed\xa0\x80", 3}, "\"\\ufffd\\ufffd\\ufffd\""},
        {__LINE__, {"\xf4\x90\x80\x80", 4}, "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {__LINE__, {"\xf5\x80\x80\x80", 4}, "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {__LINE__, {"\0\x1b\x7f", 3}, "\"\\u0000\\u001b\\u007f\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;
        lyt_jw jw;

        lyt_buf_init(&out, NULL);
        lyt_jw_init(&jw, &out);
        lyt_jw_str(&jw, rows[i].bytes);
        cr_expect_str_eq(out.data, rows[i].json, "row at line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}

Test(json, CH_18_an_error_quotes_nothing_that_moves_a_terminal)
{
    static const struct {
        int line;
        lyt_str json;
        const char *part;
    } rows[] = {
        {__LINE__, {"{\"a\":\x1b[31m}", 11}, "near '?'"},
        {__LINE__, {"{\"req\\\\\\\xff\xff", 10}, "near"},
        {__LINE__, {"{\"a\":\"\\u0000\"}", 14}, "a text may not hold NUL"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *tree = NULL;
        lyt_error err;

        cr_expect_eq(lyt_json_parse(&tree, rows[i].json, 100, &err), LYT_EFORMAT);
        cr_expect_not_null(strstr(err.text, rows[i].part), "row at line %d: %s", rows[i].line,
                           err.text);
        for (const char *c = err.text; *c; c++)
            cr_expect((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7F, "row at line %d: %s",
                      rows[i].line, err.text);
    }
}

Test(json, a_number_of_any_size_is_written_as_one)
{
    static const struct {
        int line;
        const char *text, *written;
    } rows[] = {
        {__LINE__, "[0.123456789]", "[0.123456789]"},
        {__LINE__, "[9007198.5]", "[9007198.5]"},
        {__LINE__, "[12345678.5]", "[12345678.5]"},
        {__LINE__, "[-12345678901.25]", "[-12345678901.25]"},
        {__LINE__, "[10000000.0]", "[10000000]"},
        {__LINE__, "[9007199254740991.0]", "[9007199254740991]"},
        {__LINE__, "[9007199254740992.0]", "[9007199254740992.0]"},
        {__LINE__, "[-1e20]", "[-100000000000000000000.0]"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_json *json = NULL, *again = NULL;
        double before = 0, after = 1;
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_assert_eq(lyt_json_parse(&json, lyt_str_of(rows[i].text), 100, NULL), LYT_OK);
        lyt_json_write(&out, json);
        cr_expect_str_eq(out.data, rows[i].written, "line %d: %s", rows[i].line, out.data);
        cr_assert_eq(lyt_json_parse(&again, lyt_buf_str(&out), 100, NULL), LYT_OK);
        (void)lyt_json_real(lyt_json_at(json, 0), &before);
        (void)lyt_json_real(lyt_json_at(again, 0), &after);
        cr_expect(!(before < after) && !(before > after), "line %d", rows[i].line);
        lyt_json_free(json);
        lyt_json_free(again);
        lyt_buf_deinit(&out);
    }
}
