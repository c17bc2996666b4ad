#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "normal.h"
#include "testing.h"
#include "utf8.h"

LYT_SUITE(normal);

Test(normal, gives_one_form_for_many)
{
    static const struct {
        int line;
        const char *written, *form;
    } rows[] = {
        {__LINE__, "", ""},
        {__LINE__, "rent", "rent"},
        {__LINE__, "RENT", "rent"},
        {__LINE__, "VÆRELSET ÅÆØ", "værelset åæø"},
        {__LINE__, "A\xCC\x8A\x65\xCC\x81", "åé"},
        {__LINE__, "va\xC2\xADre\xE2\x80\x8Blse", "varelse"},
        {__LINE__, "isn’t", "isn't"},
        {__LINE__, "isn‘t", "isn't"},
        {__LINE__, "isn´t", "isn't"},
        {__LINE__, "isn`t", "isn't"},
        {__LINE__, "isn＇t", "isn't"},
        {__LINE__, "“fint” „fint‟", "\"fint\" \"fint\""},
        {__LINE__, "ｗｉ－ｆｉ ２１４", "wi-fi 214"},
        {__LINE__, "wi‐fi wi‑fi", "wi-fi wi-fi"},
        {__LINE__, "Straße STRASSE", "strasse strasse"},
        {__LINE__, "ﬁn ½ m²", "fin 1⁄2 m2"},
        {__LINE__, "\xC5\x92uvre ŒUVRE", "œuvre œuvre"},
        {__LINE__, "ΣΑΣ ΠΡΙΒΕΤ", "σασ πριβετ"},
        {__LINE__, "❤️ 👩‍💻", "❤ 👩💻"},
        {__LINE__, "a – b — c…", "a – b — c..."},
    };
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1 << 20), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str out;

        cr_assert_eq(lyt_normal_fold(arena, lyt_str_of(rows[i].written), &out), LYT_OK);
        cr_expect(lyt_str_equal(out, lyt_str_of(rows[i].form)), "line %d: %.*s", rows[i].line,
                  LYT_STR_ARG(out));
    }
    lyt_arena_free(arena);
}

Test(normal, returns_folded_text_itself)
{
    const char *text = "værelset er ikke rent, 214";
    lyt_arena *arena;
    lyt_str out;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1 << 20), LYT_OK);
    cr_assert_eq(lyt_normal_fold(arena, lyt_str_of(text), &out), LYT_OK);
    cr_expect_eq(out.ptr, text);
    cr_expect_eq(lyt_arena_used(arena), 0);
    lyt_arena_free(arena);
}

/* Code points that we make straight where Unicode leaves them, or takes them for a space and
 * accent. */
static bool is_ours(uint32_t c)
{
    return c == 0x60 || c == 0xB4 || c == 0x149 || c == 0x2BC || (c >= 0x2010 && c <= 0x2011) ||
           (c >= 0x2018 && c <= 0x201F) || (c >= 0x2032 && c <= 0x2037) || c == 0x2057 ||
           c == 0x1FEF || c == 0x1FFD || c == 0xFF40;
}

Test(normal, agrees_with_unicode_on_every_letter_and_is_stable)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *oracle = unorm2_getNFKCCasefoldInstance(&code);
    lyt_arena *arena;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1 << 20), LYT_OK);
    for (uint32_t c = 1; c < 0x20000; c++) {
        char bytes[4], expected[128];
        lyt_str once, twice;
        UChar in[2], out[64];
        int32_t n = 0, len, folded;

        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        lyt_arena_reset(arena);
        cr_assert_eq(lyt_normal_fold(arena, (lyt_str){bytes, lyt_utf8_put(bytes, c)}, &once),
                     LYT_OK);
        cr_assert_eq(lyt_normal_fold(arena, once, &twice), LYT_OK);
        cr_assert(lyt_str_equal(once, twice), "U+%04X", c);
        if (is_ours(c))
            continue;
        U16_APPEND_UNSAFE(in, n, c);
        folded = unorm2_normalize(oracle, in, n, out, 64, &code);
        u_strToUTF8(expected, sizeof expected, &len, out, folded, &code);
        cr_assert(U_SUCCESS(code));
        cr_assert(lyt_str_equal(once, (lyt_str){expected, (size_t)len}), "U+%04X", c);
    }
    lyt_arena_free(arena);
}

Test(normal, long_text_and_hostile_marks_cost_linear_time)
{
    static const char *const pieces[] = {"Æ\xCC\x81", "\xCC\x81\xCC\xA3", "\xEF\xB7\xBA", "x", "ﬁ",
                                         "’"};
    lyt_arena *arena;
    char *text = malloc(65536);

    cr_assert_not_null(text);
    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 16 << 20), LYT_OK);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t n = strlen(pieces[i]), len = 0;
        lyt_str out;

        for (; len + n <= 65536; len += n)
            memcpy(text + len, pieces[i], n);
        lyt_arena_reset(arena);
        cr_assert_eq(lyt_normal_fold(arena, (lyt_str){text, len}, &out), LYT_OK);
        cr_expect_eq(lyt_utf8_check(out, NULL), LYT_OK);
        cr_expect_gt(out.len, 0);
    }
    free(text);
    lyt_arena_free(arena);
}

Test(normal, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};
    char text[40000];

    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xC5\x92", 2);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_arena *arena;
        lyt_str out;
        lyt_status status;

        if (lyt_arena_new(&arena, &failing.alloc, "test", 1 << 20))
            continue;
        status = lyt_normal_fold(arena, (lyt_str){text, sizeof text}, &out);
        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        lyt_arena_free(arena);
    }
}

Test(normal, stops_at_the_cap)
{
    lyt_arena *arena;
    lyt_str out;
    char text[3000];

    memset(text, 'A', sizeof text);
    cr_assert_eq(lyt_arena_new(&arena, NULL, "test", 1000), LYT_OK);
    cr_expect_eq(lyt_normal_fold(arena, (lyt_str){text, sizeof text}, &out), LYT_ELIMIT);
    lyt_arena_free(arena);
}
