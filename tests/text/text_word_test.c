#include <stdio.h>

#include "textbed.h"

LYT_SUITE(text_word);

Test(text_word, norm_stem_and_flags)
{
    enum { U = LYT_TOKEN_UPPER, N = LYT_TOKEN_NEGATOR, S = LYT_TOKEN_STOP, B = LYT_TOKEN_BREAKER };
    static const struct {
        int line;
        lyt_language hint;
        const char *word, *norm, *stem;
        int flags;
    } rows[] = {
        {__LINE__, textbed_da, "Værelset", "værelset", "værelse", 0},
        {__LINE__, textbed_da, "VÆRELSET", "værelset", "værelse", U},
        {__LINE__, textbed_da, "være", "være", "være", 0},
        {__LINE__, textbed_da, "leve", "leve", "leve", 0},
        {__LINE__, textbed_da, "levere", "levere", "levere", 0},
        {__LINE__, textbed_da, "toilettet", "toilettet", "toilet", 0},
        {__LINE__, textbed_da, "toilet", "toilet", "toilet", 0},
        {__LINE__, textbed_da, "køen", "køen", "kø", 0},
        {__LINE__, textbed_da, "kø", "kø", "kø", 0},
        {__LINE__, textbed_da, "larmede", "larmede", "larm", 0},
        {__LINE__, textbed_da, "rengjort", "rengjort", "rengøring", 0},
        {__LINE__, textbed_da, "rengøring", "rengøring", "rengøring", 0},
        {__LINE__, textbed_da, "vær", "vær", "værelse", 0},
        {__LINE__, textbed_da, "pc'en", "pc'en", "pc", 0},
        {__LINE__, textbed_da, "214'eren", "214'eren", "214", 0},
        {__LINE__, textbed_da, "ikke", "ikke", "ikk", N},
        {__LINE__, textbed_da, "men", "men", "men", B},
        {__LINE__, textbed_da, "og", "og", "og", S},
        {__LINE__, textbed_da, "sååååå", "så", "så", S},
        {__LINE__, textbed_da, "214", "214", "214", 0},
        {__LINE__, textbed_en, "Cooool", "cool", "cool", 0},
        {__LINE__, textbed_en, "NOOOO", "no", "no", U | N},
        {__LINE__, textbed_en, "baaaad", "bad", "bad", 0},
        {__LINE__, textbed_en, "baaaaddd", "bad", "bad", 0},
        {__LINE__, textbed_en, "1000", "1000", "1000", 0},
        {__LINE__, textbed_en, "cleaned", "cleaned", "clean", 0},
        {__LINE__, textbed_en, "froze", "froze", "freeze", 0},
        {__LINE__, textbed_en, "rm", "rm", "room", 0},
        {__LINE__, textbed_en, "hotel's", "hotel's", "hotel", 0},
        {__LINE__, textbed_en, "I", "i", "i", 0},
        {__LINE__, textbed_en, "#Dirty", "dirty", "dirti", 0},
        {__LINE__, textbed_en, "www.x.dk", "URL", "URL", 0},
        {__LINE__, textbed_en, "@lyt", "USR", "USR", 0},
        {__LINE__, textbed_en, "&amp;", "&", "&", 0},
        {__LINE__, -1, "værelset", "værelset", "værelse", 0},
        {__LINE__, -1, "froze", "froze", "freeze", 0},
        {__LINE__, -1, "pc'en", "pc'en", "pc", 0},
        {__LINE__, -1, "hotel's", "hotel's", "hotel", 0},
    };
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_token *t;

        textbed_read(&bed, NULL, rows[i].word, rows[i].hint);
        cr_assert_eq(bed.text.n_tokens, 1, "line %d", rows[i].line);
        t = &bed.text.tokens[0];
        cr_expect(lyt_str_equal(t->norm, lyt_str_of(rows[i].norm)), "line %d: %.*s", rows[i].line,
                  LYT_STR_ARG(t->norm));
        cr_expect(lyt_str_equal(t->stem, lyt_str_of(rows[i].stem)), "line %d: %.*s", rows[i].line,
                  LYT_STR_ARG(t->stem));
        cr_expect_eq(t->flags, rows[i].flags, "line %d: %d", rows[i].line, t->flags);
        cr_expect_eq(bed.text.language, rows[i].hint, "line %d", rows[i].line);
    }
    textbed_close(&bed);
}

Test(text_word, one_word_however_it_is_written)
{
    static const struct {
        int line;
        lyt_language hint;
        const char *a, *b;
    } rows[] = {
        {__LINE__, textbed_da, "rengøring på værelset", "RENGØRING PA\xCC\x8A VÆRELSET"},
        {__LINE__, textbed_da, "værelset", "være\xC2\xADlset"},
        {__LINE__, textbed_da, "værelset", "være\xE2\x80\x8Blset"},
        {__LINE__, textbed_da, "pc'en", "pc’en"},
        {__LINE__, textbed_da, "café", "cafe\xCC\x81"},
        {__LINE__, textbed_en, "isn't clean", "isn’t clean"},
        {__LINE__, textbed_en, "isn't clean", "isn`t clean"},
        {__LINE__, textbed_en, "wi-fi 214", "ｗｉ－ｆｉ ２１４"},
        {__LINE__, textbed_en, "check-in", "check‐in"},
        {__LINE__, textbed_en, "a ≠ b", "a =\xCC\xB8 b"},
    };
    textbed bed, other;

    textbed_open(&bed, NULL);
    textbed_open(&other, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&bed, NULL, rows[i].a, rows[i].hint);
        textbed_read(&other, NULL, rows[i].b, rows[i].hint);
        cr_assert_eq(bed.text.n_tokens, other.text.n_tokens, "line %d", rows[i].line);
        for (size_t k = 0; k < bed.text.n_tokens; k++) {
            const lyt_token *a = &bed.text.tokens[k], *b = &other.text.tokens[k];

            cr_expect(lyt_str_equal(a->norm, b->norm), "line %d: %.*s", rows[i].line,
                      LYT_STR_ARG(b->norm));
            cr_expect(lyt_str_equal(a->stem, b->stem), "line %d", rows[i].line);
            cr_expect_eq(a->flags & ~LYT_TOKEN_UPPER, b->flags & ~LYT_TOKEN_UPPER, "line %d",
                         rows[i].line);
        }
    }
    textbed_close(&bed);
    textbed_close(&other);
}

Test(text_word, auxiliaries_have_one_stem_with_and_without_not)
{
    static const struct {
        int line;
        const char *message, *stem;
    } rows[] = {
        {__LINE__, "can't", "can"},    {__LINE__, "won't", "will"}, {__LINE__, "wasn't", "be"},
        {__LINE__, "wasn ' t", "be"},  {__LINE__, "was", "be"},     {__LINE__, "don ' t", "do"},
        {__LINE__, "won ’ t", "will"}, {__LINE__, "DON'T", "do"},
    };
    textbed bed;

    textbed_open(&bed, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_token *last;

        textbed_read(&bed, NULL, rows[i].message, textbed_en);
        last = &bed.text.tokens[bed.text.n_tokens - 1];
        cr_expect(lyt_str_equal(bed.text.tokens[0].stem, lyt_str_of(rows[i].stem)), "line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(bed.text.tokens[0].stem));
        if (bed.text.n_tokens == 1)
            continue;
        cr_expect(lyt_str_equal(last->stem, LYT_STR("n't")), "line %d", rows[i].line);
        cr_expect(last->flags & LYT_TOKEN_NEGATOR, "line %d", rows[i].line);
    }
    textbed_close(&bed);
}

Test(text_word, stems_alone_as_in_a_message)
{
    textbed bed;

    textbed_open(&bed, NULL);
    cr_expect(lyt_str_equal(lyt_textspace_stem(bed.space, textbed_da, LYT_STR("værelset")),
                            LYT_STR("værelse")));
    cr_expect(lyt_str_equal(lyt_textspace_stem(bed.space, textbed_en, LYT_STR("cleaning")),
                            LYT_STR("clean")));
    cr_expect(lyt_str_equal(lyt_textspace_stem(bed.space, textbed_en, LYT_STR("happy")),
                            LYT_STR("happi")));
    cr_expect(lyt_str_equal(lyt_textspace_stem(bed.space, -1, LYT_STR("vær")), LYT_STR("værelse")));
    textbed_close(&bed);
}

static lyt_vocab *small_vocab(void)
{
    static const char *const words[] = {"reception",  "breakfast", "værelset",
                                        "remarkable", "cleaned",   "støj",
                                        "super",      "toilet",    "shower"};
    lyt_vocab *vocab;

    cr_assert_eq(lyt_vocab_new(&vocab, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_assert_eq(lyt_vocab_add(vocab, lyt_str_of(words[i]), 10), LYT_OK);
    cr_assert_eq(lyt_vocab_seal(vocab, 1), LYT_OK);
    return vocab;
}

static void dictionaries(char folder[64])
{
    testing_folder(folder);
    testing_write(folder, "test_en.aff", LYT_STR("SET UTF-8\n"));
    testing_write(folder, "test_en.dic", LYT_STR("3\nroom\nShowes\nbreakfasts\n"));
    testing_write(folder, "test_da.aff", LYT_STR("SET ISO8859-1\n"));
    testing_write(folder, "test_da.dic", LYT_STR("2\nst\xF8jr\ntoilets\n"));
}

Test(text_word, corrects_what_nobody_knows)
{
    static const struct {
        int line;
        const char *message;
        size_t token;
        const char *corrected, *stem; /* "" for not corrected */
    } rows[] = {
        {__LINE__, "recepton", 0, "reception", "recept"},
        {__LINE__, "brekfast", 0, "breakfast", "breakfast"},
        {__LINE__, "cleand", 0, "cleaned", "clean"},
        {__LINE__, "reception", 0, "", NULL},
        {__LINE__, "breakfasts", 0, "", NULL},
        {__LINE__, "støjr", 0, "", NULL},
        {__LINE__, "toilets", 0, "", NULL},
        {__LINE__, "unremarkable", 0, "", NULL},
        {__LINE__, "problemer", 0, "", NULL},
        {__LINE__, "at Shower Recepton", 2, "", NULL},
        {__LINE__, "at RECEPTON", 1, "reception", "recept"},
        {__LINE__, "fine. Recepton", 2, "reception", "recept"},
        {__LINE__, "Showes", 0, "", NULL},
        {__LINE__, "showes", 0, "", NULL}, /* a name, without its capital */
        {__LINE__, "tåilet", 0, "toilet", "toilet"},
        {__LINE__, "rec3pton", 0, "", NULL},
    };
    char folder[64];
    textbed bed, bare;
    lyt_vocab *vocab = small_vocab();

    dictionaries(folder);
    textbed_open(&bed, folder);
    textbed_open(&bare, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_token *t, *own;

        textbed_read(&bed, vocab, rows[i].message, -1);
        textbed_read(&bare, NULL, rows[i].message, -1);
        cr_assert_lt(rows[i].token, bed.text.n_tokens, "line %d", rows[i].line);
        t = &bed.text.tokens[rows[i].token];
        own = &bare.text.tokens[rows[i].token];
        cr_expect(lyt_str_equal(t->corrected, lyt_str_of(rows[i].corrected)), "line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(t->corrected));
        cr_expect_eq((t->flags & LYT_TOKEN_CORRECTED) != 0, rows[i].stem != NULL, "line %d",
                     rows[i].line);
        cr_expect_eq(t->n_extras, rows[i].stem ? 1 : 0, "line %d", rows[i].line);
        cr_expect(lyt_str_equal(t->stem, own->stem), "line %d: the guest's own word is gone",
                  rows[i].line);
        if (t->n_extras == 1 && rows[i].stem) {
            cr_expect_eq(t->extras[0].kind, LYT_EXTRA_MEANT, "line %d", rows[i].line);
            cr_expect(lyt_str_equal(t->extras[0].stem, lyt_str_of(rows[i].stem)), "line %d: %.*s",
                      rows[i].line, LYT_STR_ARG(t->extras[0].stem));
        }
    }
    textbed_close(&bare);
    textbed_close(&bed);
    lyt_vocab_free(vocab);
    testing_folder_remove(folder);
}

/* The same letters on a poorer keyboard are the same word: stem, polarity, everything. */
Test(text_word, NL_08_a_keyboard_without_danish_letters)
{
    static const struct {
        int line;
        const char *poor, *rich;
    } rows[] = {
        {__LINE__, "vaerelset", "værelset"}, {__LINE__, "varelset", "værelset"},
        {__LINE__, "VAERELSET", "værelset"}, {__LINE__, "stoej", "støj"},
        {__LINE__, "stoj", "støj"},          {__LINE__, "STØJ", "støj"},
    };
    textbed poor, rich;
    lyt_vocab *vocab = small_vocab();

    textbed_open(&poor, NULL);
    textbed_open(&rich, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&poor, vocab, rows[i].poor, textbed_da);
        textbed_read(&rich, vocab, rows[i].rich, textbed_da);
        cr_expect(lyt_str_equal(poor.text.tokens[0].stem, rich.text.tokens[0].stem), "line %d",
                  rows[i].line);
        cr_expect_eq(poor.text.tokens[0].polarity, rich.text.tokens[0].polarity, "line %d",
                     rows[i].line);
        cr_expect_eq(poor.text.tokens[0].n_extras, 0, "line %d", rows[i].line);
    }
    textbed_close(&poor);
    textbed_close(&rich);
    lyt_vocab_free(vocab);
}

Test(text_word, a_message_has_only_so_much_work_done_for_it)
{
    static const char *const typos[] = {"recepton",  "recepion",   "receptin",   "receptionn",
                                        "recption",  "reeception", "receptioon", "receptiom",
                                        "recaption", "eception",   "breakfst",   "brakfast"};
    char message[2048] = "";
    textbed bed;
    lyt_vocab *vocab = small_vocab();
    size_t corrected[2] = {0, 0};

    for (size_t i = 0; i < sizeof typos / sizeof *typos; i++) {
        strcat(message, typos[i]);
        strcat(message, " ");
    }
    textbed_open(&bed, NULL);
    for (int round = 0; round < 2; round++) {
        textbed_read(&bed, vocab, message, -1);
        for (size_t i = 0; i < bed.text.n_tokens; i++)
            corrected[round] += (bed.text.tokens[i].flags & LYT_TOKEN_CORRECTED) != 0;
        cr_expect_eq(lyt_textspace_counts(bed.space).corrections, 9, "what is known is kept");
    }
    cr_expect_gt(corrected[0], 6);
    cr_expect_eq(corrected[1], corrected[0], "what is on record does not make room for more");
    textbed_close(&bed);
    lyt_vocab_free(vocab);
}

/* A thousand words of a house that no dictionary has: each is taken apart once, and hardly any
 * again. */
Test(text_word, what_was_taken_apart_stays_on_record)
{
    enum { n_words = 1000, rounds = 3, few = 8 };
    uint64_t before = 0, after = 0;
    lyt_vocab *vocab = small_vocab();
    textbed bed;

    textbed_open(&bed, NULL);
    for (int round = 0; round < rounds; round++) {
        before = lyt_textspace_counts(bed.space).splits;
        for (unsigned i = 0; i < n_words; i++) {
            char word[16];

            snprintf(word, sizeof word, "zq%c%c%cvx", 'a' + i % 10, 'a' + i / 10 % 10,
                     'a' + i / 100);
            textbed_read(&bed, vocab, word, textbed_da);
        }
        after = lyt_textspace_counts(bed.space).splits;
        if (round == 0)
            cr_expect_geq(after - before, n_words);
    }
    cr_expect_leq(after - before, few, "%lu were taken apart again",
                  (unsigned long)(after - before));
    textbed_close(&bed);
    lyt_vocab_free(vocab);
}

Test(text_word, a_missing_dictionary_is_done_without)
{
    textbed bed;

    textbed_open(&bed, "/nowhere");
    cr_expect_null(lyt_wordbook_at(bed.words, textbed_da));
    cr_expect_eq(lyt_wordbook_origin_of(bed.words, textbed_da), LYT_WORDBOOK_NONE);
    textbed_read(&bed, NULL, "værelset", textbed_da);
    cr_expect(lyt_str_equal(bed.text.tokens[0].stem, LYT_STR("værelse")));
    textbed_close(&bed);
}

/* Danish can spare its dictionary here, and has none: only English is corrected. */
Test(text_word, reads_without_a_dictionary_that_the_language_can_spare)
{
    lyt_lexis *lexis;
    lyt_language en, da;
    lyt_vocab *vocab = small_vocab();
    char folder[64];
    textbed bed;

    testing_folder(folder);
    testing_write(folder, "test_en.aff", LYT_STR("SET UTF-8\n"));
    testing_write(folder, "test_en.dic", LYT_STR("1\nroom\n"));
    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), LYT_STR("test_en"), &en),
        LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), LYT_STR("test_da"), &da),
        LYT_OK);
    cr_assert_eq(lyt_lexis_spare_dictionary(lexis, da), LYT_OK);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    bed.lexis = lexis;
    cr_assert_eq(lyt_wordbook_open(&bed.words,
                                   &(lyt_wordbook_options){.fs = lyt_fs_system(),
                                                           .lexis = lexis,
                                                           .languages = UINT32_MAX,
                                                           .dictionary_folder = folder},
                                   NULL),
                 LYT_OK);
    cr_assert_eq(lyt_textspace_new(&bed.space,
                                   &(lyt_textspace_options){.lexis = lexis, .words = bed.words},
                                   NULL),
                 LYT_OK);
    cr_assert_eq(lyt_arena_new(&bed.arena, NULL, "message", 64 << 20), LYT_OK);
    cr_expect(lyt_textspace_lacks_dictionary(bed.space, da));
    cr_expect_not(lyt_textspace_lacks_dictionary(bed.space, en));
    cr_expect_not(lyt_textspace_lacks_dictionary(bed.space, -1));
    textbed_read(&bed, vocab, "recepton", en);
    cr_expect(lyt_str_equal(bed.text.tokens[0].corrected, LYT_STR("reception")));
    textbed_read(&bed, vocab, "recepton", da);
    cr_expect_null(bed.text.tokens[0].corrected.ptr);
    textbed_close(&bed);
    lyt_vocab_free(vocab);
    testing_folder_remove(folder);
}

Test(text_word, trusts_a_hint_until_the_text_says_otherwise)
{
    const lyt_langid_sample samples[] = {
        {.code = "da",
         .text = LYT_STR("værelset var ikke gjort rent og der var larm fra baren hele natten vi er "
                         "meget skuffede over jeres service og maden var kold")},
        {.code = "en",
         .text =
             LYT_STR("the room was not cleaned and there was noise from the bar all night we are "
                     "very disappointed with your service and the food was cold")},
        {.code = "sv",
         .text =
             LYT_STR("rummet var inte städat och det var mycket oväsen från baren hela natten")},
    };
    static const struct {
        int line;
        const char *message;
        lyt_language hint, language;
    } rows[] = {
        {__LINE__, "værelset var ikke gjort rent hele natten", -1, textbed_da},
        {__LINE__, "the room was not cleaned all night", -1, textbed_en},
        {__LINE__, "the room was not cleaned all night", textbed_da, textbed_en},
        {__LINE__, "the room", textbed_da, textbed_da},
        {__LINE__, "the room", -1, -1},
        {__LINE__, "214", -1, -1},
        {__LINE__, "214", textbed_en, textbed_en},
    };
    textbed bed;
    lyt_langid *langid;

    cr_assert_eq(lyt_langid_train(&langid, NULL, samples, 3, NULL), LYT_OK);
    textbed_open(&bed, NULL);
    lyt_textspace_free(bed.space);
    cr_assert_eq(lyt_textspace_new(&bed.space,
                                   &(lyt_textspace_options){.lexis = bed.lexis, .langid = langid},
                                   NULL),
                 LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        textbed_read(&bed, NULL, rows[i].message, rows[i].hint);
        cr_expect_eq(bed.text.language, rows[i].language, "line %d: %d %g", rows[i].line,
                     bed.text.language, bed.text.probability);
        cr_expect(bed.text.probability >= 0 && bed.text.probability <= 1);
    }
    textbed_close(&bed);
    lyt_langid_free(langid);
}
