#include "testing.h"
#include "utf8.h"

LYT_SUITE(utf8);

Test(utf8, says_where_bytes_go_wrong)
{
    const struct {
        int line;
        lyt_str bytes;
        size_t bad; /* the length: nothing wrong */
    } rows[] = {
        {__LINE__, {NULL, 0}, 0},
        {__LINE__, LYT_STR("a"), 1},
        {__LINE__, LYT_STR("værelset var ikke rent"), 23},
        {__LINE__, LYT_STR("a\0b"), 1},
        {__LINE__, LYT_STR("12345678\0"), 8},
        {__LINE__, LYT_STR("1234567\x80"), 7},
        {__LINE__, LYT_STR("\xC3"), 0},
        {__LINE__, LYT_STR("ab\xC3"), 2},
        {__LINE__, LYT_STR("\xC0\x80"), 0},
        {__LINE__, LYT_STR("\xC1\xBF"), 0},
        {__LINE__, LYT_STR("\xC2\x80"), 2},
        {__LINE__, LYT_STR("\xE0\x9F\xBF"), 0},
        {__LINE__, LYT_STR("\xE0\xA0\x80"), 3},
        {__LINE__, LYT_STR("\xED\x9F\xBF"), 3},
        {__LINE__, LYT_STR("\xED\xA0\x80"), 0},
        {__LINE__, LYT_STR("\xEF\xBF\xBF"), 3},
        {__LINE__, LYT_STR("\xE2\x82"), 0},
        {__LINE__, LYT_STR("x\xE2\x82y"), 1},
        {__LINE__, LYT_STR("\xE2\x82\x41"), 0},
        {__LINE__, LYT_STR("\xF0\x8F\xBF\xBF"), 0},
        {__LINE__, LYT_STR("\xF0\x90\x80\x80"), 4},
        {__LINE__, LYT_STR("\xF4\x8F\xBF\xBF"), 4},
        {__LINE__, LYT_STR("\xF4\x90\x80\x80"), 0},
        {__LINE__, LYT_STR("\xF5\x80\x80\x80"), 0},
        {__LINE__, LYT_STR("\xF0\x9F\x98"), 0},
        {__LINE__, LYT_STR("\xFF"), 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t bad = rows[i].bytes.len;
        lyt_status want = rows[i].bad < rows[i].bytes.len ? LYT_EFORMAT : LYT_OK;

        cr_expect_eq(lyt_utf8_check(rows[i].bytes, &bad), want, "line %d", rows[i].line);
        cr_expect_eq(bad, rows[i].bad, "line %d: %zu", rows[i].line, bad);
        cr_expect_eq(lyt_utf8_check(rows[i].bytes, NULL), want, "line %d", rows[i].line);
    }
}

Test(utf8, writes_and_reads_every_code_point)
{
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t n = lyt_utf8_put(bytes, c), at = 0;
        lyt_str s = {bytes, n};
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;

        cr_assert_eq(lyt_utf8_check(s, NULL), surrogate ? LYT_EFORMAT : LYT_OK, "%x", c);
        cr_assert_eq(lyt_utf8_next(s, &at), c);
        cr_assert_eq(at, n);
    }
}
