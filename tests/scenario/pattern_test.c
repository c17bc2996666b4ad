#include <string.h>

#include "pattern.h"
#include "testing.h"

LYT_SUITE(pattern);

static lyt_arena *arena_new(void)
{
    lyt_arena *arena = NULL;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1 << 20), LYT_OK);
    return arena;
}

Test(pattern, what_is_refused_and_at_which_byte)
{
    static const struct {
        int row;
        const char *text;
        lyt_status status;
        size_t bad;
    } rows[] = {
        {__LINE__, "clean", LYT_OK, 0},
        {__LINE__, "not|never ~4 clean* =room|*alarm !please|need", LYT_OK, 0},
        {__LINE__,
         "doesn't air-con \xc3\xa6"
         "ble 24",
         LYT_OK, 0},
        {__LINE__, "it\xe2\x80\x99s", LYT_OK, 0},
        {__LINE__, "", LYT_EFORMAT, 0},
        {__LINE__, "   ", LYT_EFORMAT, 0},
        {__LINE__, "~3 clean", LYT_EFORMAT, 0},
        {__LINE__, "clean ~3", LYT_EFORMAT, 8},
        {__LINE__, "a ~3 ~2 b", LYT_EFORMAT, 5},
        {__LINE__, "a ~ b", LYT_EFORMAT, 2},
        {__LINE__, "a ~x b", LYT_EFORMAT, 3},
        {__LINE__, "a ~99999999999 b", LYT_EFORMAT, 2},
        {__LINE__, "a ~21 b", LYT_EFORMAT, 2},
        {__LINE__, "a ~3 !b", LYT_EFORMAT, 5},
        {__LINE__, "!b", LYT_EFORMAT, 0},
        {__LINE__, "a !b c", LYT_EFORMAT, 5},
        {__LINE__, "a||b", LYT_EFORMAT, 2},
        {__LINE__, "|a", LYT_EFORMAT, 0},
        {__LINE__, "a|", LYT_EFORMAT, 2},
        {__LINE__, "a !", LYT_EFORMAT, 3},
        {__LINE__, "a*b", LYT_EFORMAT, 1},
        {__LINE__, "*a*", LYT_EFORMAT, 2},
        {__LINE__, "=a*", LYT_EFORMAT, 2},
        {__LINE__, "*", LYT_EFORMAT, 1},
        {__LINE__, "=", LYT_EFORMAT, 1},
        {__LINE__, "a 8.30", LYT_EFORMAT, 3},
        {__LINE__, "\xc3\xa6\xe2\x82\xac", LYT_EFORMAT, 2},
        {__LINE__, "-", LYT_EFORMAT, 0},
        {__LINE__, "1 2 3 4 5 6 7 8 9 10 11 12", LYT_OK, 0},
        {__LINE__, "1 2 3 4 5 6 7 8 9 10 11 12 13", LYT_EFORMAT, 27},
    };
    lyt_arena *arena = arena_new();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_pattern pattern;
        lyt_error err = {0};
        size_t bad = 0;
        lyt_status got = lyt_pattern_parse(&pattern, arena, lyt_str_of(rows[i].text), &bad, &err);

        cr_expect_eq(got, rows[i].status, "row at line %d: %s", rows[i].row, err.text);
        cr_expect_eq(bad, rows[i].bad, "row at line %d: byte %zu: %s", rows[i].row, bad, err.text);
    }
    lyt_arena_free(arena);
}

Test(pattern, what_is_read)
{
    lyt_arena *arena = arena_new();
    lyt_pattern p;

    cr_assert_eq(lyt_pattern_parse(&p, arena, LYT_STR("not|never ~4 =Clean* x"), NULL, NULL),
                 LYT_EFORMAT);
    cr_assert_eq(
        lyt_pattern_parse(&p, arena, LYT_STR("not|=Clean ~4 room* *noise !a|b|c"), NULL, NULL),
        LYT_OK);
    cr_assert_eq(p.n_slots, 3);
    cr_expect(p.slots[0].n_words == 2 && p.slots[0].gap == lyt_gap_none);
    cr_expect_eq(p.slots[0].words[1].form, LYT_FORM_EXACT);
    cr_expect_str_eq(p.slots[0].words[1].text.ptr, "Clean");
    cr_expect(p.slots[1].gap == 4 && p.slots[1].words[0].form == LYT_FORM_PREFIX);
    cr_expect_str_eq(p.slots[1].words[0].text.ptr, "room");
    cr_expect(p.slots[2].gap == lyt_gap_none && p.slots[2].words[0].form == LYT_FORM_SUFFIX);
    cr_expect_eq(p.n_forbidden, 3);
    lyt_arena_free(arena);
}

Test(pattern, hostile_patterns_end)
{
    lyt_arena *arena = arena_new();
    char text[4000];
    lyt_pattern p;

    memset(text, '|', sizeof text);
    cr_expect_eq(lyt_pattern_parse(&p, arena, (lyt_str){text, 1999}, NULL, NULL), LYT_EFORMAT);
    memset(text, 'a', sizeof text);
    cr_expect_eq(lyt_pattern_parse(&p, arena, (lyt_str){text, 4000}, NULL, NULL), LYT_EFORMAT);
    cr_expect_eq(lyt_pattern_parse(&p, arena, (lyt_str){text, 2000}, NULL, NULL), LYT_OK);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = '|';
    cr_expect_eq(lyt_pattern_parse(&p, arena, (lyt_str){text, 1999}, NULL, NULL), LYT_EFORMAT);
    lyt_arena_free(arena);
}
