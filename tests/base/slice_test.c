#include "testing.h"

LYT_SUITE(slice);

Test(slice, cuts_stay_inside)
{
    static const struct {
        int line;
        const char *text;
        size_t from, to;
        const char *want;
    } rows[] = {
        {__LINE__, "havnen", 0, 6, "havnen"}, {__LINE__, "havnen", 2, 4, "vn"},
        {__LINE__, "havnen", 4, 99, "en"},    {__LINE__, "havnen", 6, 6, ""},
        {__LINE__, "havnen", 5, 2, ""},       {__LINE__, "", 0, 1, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str got = lyt_str_slice(lyt_str_of(rows[i].text), rows[i].from, rows[i].to);

        cr_expect(lyt_str_equal(got, lyt_str_of(rows[i].want)), "row at line %d", rows[i].line);
    }
}

Test(slice, order_puts_a_prefix_first)
{
    cr_expect_lt(lyt_str_compare(LYT_STR("kold"), LYT_STR("koldt")), 0);
    cr_expect_gt(lyt_str_compare(LYT_STR("kolde"), LYT_STR("koldt")), -1000);
    cr_expect_lt(lyt_str_compare(LYT_STR("kolde"), LYT_STR("koldt")), 0);
    cr_expect_eq(lyt_str_compare((lyt_str){NULL, 0}, LYT_STR("")), 0);
    cr_expect_gt(lyt_str_compare(LYT_STR("\xc3\xa6"), LYT_STR("z")), 0);
}

Test(slice, trims_and_finds)
{
    cr_expect(lyt_str_equal(lyt_str_trim(LYT_STR(" \t a b \r\n")), LYT_STR("a b")));
    cr_expect(lyt_str_equal(lyt_str_trim(LYT_STR("  ")), LYT_STR("")));
    cr_expect_eq(lyt_str_find(LYT_STR("abc"), 'c', 0), 2);
    cr_expect_eq(lyt_str_find(LYT_STR("abc"), 'a', 1), 3);
    cr_expect_eq(lyt_str_find(LYT_STR("abc"), 'a', 9), 3);
    cr_expect(lyt_str_begins(LYT_STR("abc"), LYT_STR("ab")));
    cr_expect_not(lyt_str_begins(LYT_STR("ab"), LYT_STR("abc")));
    cr_expect(lyt_str_ends(LYT_STR("abc"), LYT_STR("bc")));
    cr_expect(lyt_str_ends(LYT_STR("abc"), LYT_STR("")));
}

Test(slice, has_what_stands_anywhere)
{
    static const struct {
        int line;
        const char *text, *part;
        bool has;
    } rows[] = {
        {__LINE__, "havnen", "havnen", true},
        {__LINE__, "havnen", "hav", true},
        {__LINE__, "havnen", "nen", true},
        {__LINE__, "havnen", "n", true},
        {__LINE__, "havnen", "havnene", false},
        {__LINE__, "havnen", "nn", false},
        {__LINE__, "aaab", "aab", true},
        {__LINE__, "ababac", "abac", true},
        {__LINE__, "havnen", "", true},
        {__LINE__, "", "", true},
        {__LINE__, "", "a", false},
        {__LINE__, "s\xc3\xb8", "\xc3\xb8", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_str_has(lyt_str_of(rows[i].text), lyt_str_of(rows[i].part)), rows[i].has,
                     "row at line %d", rows[i].line);
    cr_expect_not(lyt_str_has((lyt_str){NULL, 0}, LYT_STR("a")));
}
