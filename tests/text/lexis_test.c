#include <stdio.h>

#include "textbed.h"

LYT_SUITE(lexis);

Test(lexis, answers_for_folded_words)
{
    lyt_lexis *lexis;
    lyt_language en, da;

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), LYT_STR("en_US"), &en),
        LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), (lyt_str){NULL, 0}, &da),
        LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, da, LYT_WORD_NEGATOR, LYT_STR("IKKE")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, da, LYT_WORD_STOP, LYT_STR("ikke")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_NEVER_AFTER, LYT_STR(" No  later\tTHAN ")),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_add_lemma(lexis, da, LYT_STR("V\xC3\x86RELSET"), LYT_STR("Værelse")),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_add_abbreviation(lexis, en, LYT_STR("rm"), LYT_STR("room")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_polarity(lexis, en, LYT_STR("bad"), -2), LYT_OK);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);

    cr_expect(lyt_lexis_has(lexis, da, LYT_WORD_NEGATOR, LYT_STR("ikke")));
    cr_expect(lyt_lexis_has(lexis, da, LYT_WORD_STOP, LYT_STR("ikke")));
    cr_expect_not(lyt_lexis_has(lexis, da, LYT_WORD_BREAKER, LYT_STR("ikke")));
    cr_expect_not(lyt_lexis_has(lexis, en, LYT_WORD_NEGATOR, LYT_STR("ikke")));
    cr_expect(lyt_lexis_has(lexis, -1, LYT_WORD_NEGATOR, LYT_STR("ikke")));
    cr_expect(lyt_lexis_has(lexis, en, LYT_WORD_NEVER_AFTER, LYT_STR("no later than")));
    cr_expect(lyt_str_equal(lyt_lexis_lemma(lexis, da, LYT_STR("værelset")), LYT_STR("værelse")));
    cr_expect_null(lyt_lexis_lemma(lexis, en, LYT_STR("værelset")).ptr);
    cr_expect(lyt_str_equal(lyt_lexis_abbreviation(lexis, -1, LYT_STR("rm")), LYT_STR("room")));
    cr_expect_eq(lyt_lexis_polarity(lexis, -1, LYT_STR("bad")), -2);
    cr_expect_eq(lyt_lexis_polarity(lexis, da, LYT_STR("bad")), 0);
    cr_expect_eq(lyt_lexis_languages(lexis), 2);
    cr_expect_eq(lyt_lexis_find(lexis, LYT_STR("da")), da);
    cr_expect_eq(lyt_lexis_find(lexis, LYT_STR("sv")), -1);
    cr_expect_str_eq(lyt_lexis_code(lexis, -1), "und");
    cr_expect_str_eq(lyt_lexis_code(lexis, da), "da");
    cr_expect_str_eq(lyt_lexis_stemmer(lexis, en), "english");
    cr_expect_str_eq(lyt_lexis_dictionary(lexis, en), "en_US");
    cr_expect_null(lyt_lexis_dictionary(lexis, da));
    lyt_lexis_free(lexis);
}

Test(lexis, words_speak_of_concepts_and_so_do_their_forms)
{
    lyt_lexis *lexis;
    lyt_lexis_word w;
    lyt_language en, da;
    char name[16];

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), (lyt_str){NULL, 0}, &en),
        LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), (lyt_str){NULL, 0}, &da),
        LYT_OK);
    cr_assert_eq(lyt_lexis_add_concept(lexis, en, LYT_STR("staff"), LYT_STR("waiter")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_concept(lexis, da, LYT_STR("staff"), LYT_STR("tjener")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_concept(lexis, da, LYT_STR("time"), LYT_STR("tjener")), LYT_OK);
    for (int i = 2; i < lyt_concepts_max; i++) {
        snprintf(name, sizeof name, "c%d", i);
        cr_assert_eq(lyt_lexis_add_concept(lexis, en, lyt_str_of(name), LYT_STR("x")), LYT_OK);
    }
    cr_expect_eq(lyt_lexis_add_concept(lexis, en, LYT_STR("one more"), LYT_STR("x")), LYT_ELIMIT);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    cr_expect_eq(lyt_lexis_concepts(lexis), lyt_concepts_max);
    cr_assert(lyt_lexis_get(lexis, en, LYT_STR("waiter"), &w));
    cr_expect_eq(lyt_lexis_concept_set(lexis, w.concepts), 1);
    cr_assert(lyt_lexis_get(lexis, da, LYT_STR("tjener"), &w));
    cr_expect_eq(lyt_lexis_concept_set(lexis, w.concepts), 3);
    /* "tjeneren" is not listed, its stem is that of "tjener" */
    cr_expect_eq(lyt_lexis_concept_set(lexis, lyt_lexis_stem_concepts(lexis, da, LYT_STR("tjen"))),
                 3);
    cr_expect_eq(lyt_lexis_stem_concepts(lexis, en, LYT_STR("tjen")), 0);
    cr_expect_str_eq(lyt_lexis_concept_name(lexis, 0), "staff");
    lyt_lexis_free(lexis);
}

Test(lexis, says_how_long_a_row_of_words_can_be)
{
    lyt_lexis *lexis;
    lyt_lexis_word w;
    lyt_language en;

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), LYT_STR("en_US"), &en),
        LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_SAFETY, LYT_STR("on fire")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_WISHES, LYT_STR("on  my wish LIST")),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_CHATS, LYT_STR("hello")), LYT_OK);
    cr_expect_not(lyt_lexis_spares_dictionary(lexis, en));
    cr_expect_eq(lyt_lexis_spare_dictionary(lexis, en + 1), LYT_EINVAL);
    cr_expect_eq(lyt_lexis_spare_dictionary(lexis, en), LYT_OK);
    cr_expect(lyt_lexis_spares_dictionary(lexis, en));
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    cr_expect_eq(lyt_lexis_spare_dictionary(lexis, en), LYT_ESTATE);

    cr_assert(lyt_lexis_get(lexis, en, LYT_STR("on"), &w));
    cr_expect(w.longest == 4 && w.roles == 0);
    cr_assert(lyt_lexis_get(lexis, en, LYT_STR("on my wish list"), &w));
    cr_expect(w.longest == 0 && w.roles == 1u << LYT_WORD_WISHES);
    cr_assert(lyt_lexis_get(lexis, en, LYT_STR("hello"), &w));
    cr_expect(w.longest == 0 && w.roles == 1u << LYT_WORD_CHATS);
    cr_expect_not(lyt_lexis_get(lexis, en, LYT_STR("fire"), &w));
    lyt_lexis_free(lexis);
}

static unsigned row_tells(const lyt_lexis *lexis, uint16_t first, uint16_t second)
{
    return lyt_lexis_row_tells(lexis, lyt_row_with(lyt_row_of(first), second));
}

/* What the records of words say of cues and rows, so that few words are looked up. */
Test(lexis, tells_what_a_word_may_begin)
{
    lyt_lexis *lexis;
    lyt_language en, da;
    uint16_t on, fire, rip, off, artist;

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), LYT_STR("en_US"), &en),
        LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), LYT_STR("da_DK"), &da),
        LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_SAFETY, LYT_STR("on fire")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_polarity(lexis, en, LYT_STR("rip off"), -3), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_COMPLAINS, LYT_STR("rip off artist")),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_STOP, LYT_STR("please")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, da, LYT_WORD_REQUESTS, LYT_STR("please")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_ASIDE, LYT_STR("now")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, da, LYT_WORD_TIME, LYT_STR("now")), LYT_OK);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    on = lyt_lexis_row_word(lexis, LYT_STR("on"));
    fire = lyt_lexis_row_word(lexis, LYT_STR("fire"));
    rip = lyt_lexis_row_word(lexis, LYT_STR("rip"));
    off = lyt_lexis_row_word(lexis, LYT_STR("off"));
    artist = lyt_lexis_row_word(lexis, LYT_STR("artist"));
    cr_assert(on && fire && rip && off && artist);
    cr_expect_eq(row_tells(lexis, on, fire), LYT_ROW_IS(LYT_ROW_CUE));
    cr_expect_eq(row_tells(lexis, fire, on), 0);
    cr_expect_eq(row_tells(lexis, rip, off),
                 LYT_ROW_IS(LYT_ROW_IDIOM) | LYT_ROW_BEGINS(LYT_ROW_CUE));
    cr_expect_eq(
        lyt_lexis_row_tells(lexis, lyt_row_with(lyt_row_with(lyt_row_of(rip), off), artist)),
        LYT_ROW_IS(LYT_ROW_CUE));
    cr_expect_eq(lyt_lexis_row_word(lexis, LYT_STR("please")), 0);

    cr_expect(lyt_lexis_may_be_cue(lexis, LYT_STR("please")));
    cr_expect_eq(lyt_lexis_cue_roles(lexis, lyt_lexis_cue_set(lexis, LYT_STR("please"))),
                 1u << LYT_WORD_REQUESTS);
    cr_expect_eq(lyt_lexis_cue_roles(lexis, lyt_lexis_cue_set(lexis, LYT_STR("now"))),
                 1u << LYT_WORD_ASIDE | 1u << LYT_WORD_TIME);
    cr_expect_not(lyt_lexis_may_be_cue(lexis, LYT_STR("fire")));
    cr_expect_eq(lyt_lexis_cue_set(lexis, LYT_STR("fire")), 0);
    lyt_lexis_free(lexis);
}

Test(lexis, refuses_what_its_header_says)
{
    lyt_lexis *lexis;
    lyt_language at;
    lyt_str none = {NULL, 0};

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_expect_eq(lyt_lexis_add_language(lexis, LYT_STR("xx"), LYT_STR("klingon"), none, &at),
                 LYT_EINVAL);
    cr_assert_eq(lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), none, &at),
                 LYT_OK);
    cr_expect_eq(lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), none, &at),
                 LYT_EEXISTS);
    cr_expect_eq(lyt_lexis_add_word(lexis, 0, LYT_WORD_STOP, LYT_STR("")), LYT_EFORMAT);
    cr_expect_eq(lyt_lexis_add_word(lexis, 0, LYT_WORD_STOP, LYT_STR(" ")), LYT_EFORMAT);
    cr_expect_eq(lyt_lexis_add_word(lexis, 0, LYT_WORD_STOP, LYT_STR("\xC2\xAD")), LYT_EFORMAT);
    cr_expect_eq(lyt_lexis_add_word(lexis, 0, LYT_WORD_STOP, LYT_STR("\xFF")), LYT_EFORMAT);
    cr_expect_eq(lyt_lexis_add_lemma(lexis, 0, LYT_STR("a"), LYT_STR("")), LYT_EFORMAT);
    cr_expect_eq(lyt_lexis_add_word(lexis, 1, LYT_WORD_STOP, LYT_STR("a")), LYT_EINVAL);
    cr_expect_eq(lyt_lexis_add_polarity(lexis, 0, LYT_STR("a"), 5), LYT_EINVAL);
    for (int i = 1; i < lyt_languages_max; i++) {
        char code[16];

        snprintf(code, sizeof code, "l%d", i);
        cr_assert_eq(lyt_lexis_add_language(lexis, lyt_str_of(code), LYT_STR("danish"), none, &at),
                     LYT_OK);
    }
    cr_expect_eq(lyt_lexis_add_language(lexis, LYT_STR("zz"), LYT_STR("danish"), none, &at),
                 LYT_ELIMIT);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    cr_expect_eq(lyt_lexis_add_word(lexis, 0, LYT_WORD_STOP, LYT_STR("a")), LYT_ESTATE);
    cr_expect_eq(lyt_lexis_seal(lexis), LYT_ESTATE);
    lyt_lexis_free(lexis);
}

static uint64_t hash_of(int order, int value)
{
    lyt_lexis *lexis;
    lyt_language at;
    uint64_t hash;
    const char *codes[] = {"da", "en"}, *stemmers[] = {"danish", "english"};

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(lyt_lexis_add_language(lexis, lyt_str_of(codes[i ^ order]),
                                            lyt_str_of(stemmers[i ^ order]), (lyt_str){NULL, 0},
                                            &at),
                     LYT_OK);
    for (int i = 0; i < 1000; i++) {
        char word[16];

        snprintf(word, sizeof word, "ord%d", order ? 999 - i : i);
        cr_assert_eq(lyt_lexis_add_polarity(lexis, lyt_lexis_find(lexis, LYT_STR("da")),
                                            lyt_str_of(word), value),
                     LYT_OK);
    }
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    for (int i = 0; i < 1000; i++) {
        char word[16];

        snprintf(word, sizeof word, "ord%d", i);
        cr_assert_eq(lyt_lexis_polarity(lexis, -1, lyt_str_of(word)), value);
    }
    hash = lyt_lexis_hash(lexis);
    lyt_lexis_free(lexis);
    return hash;
}

Test(lexis, its_hash_is_of_the_content_alone)
{
    cr_expect_eq(hash_of(0, 2), hash_of(1, 2));
    cr_expect_neq(hash_of(0, 2), hash_of(0, -2));
}

Test(lexis, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_lexis *lexis;

        if (textbed_lexis(&lexis, &failing.alloc, false) == LYT_OK)
            lyt_lexis_free(lexis);
    }
}
