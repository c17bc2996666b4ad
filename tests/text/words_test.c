#include <stdio.h>
#include <string.h>

#include "testing.h"
#include "wordbook.h"
#include "words.h"

LYT_SUITE(words);

static const char rules[] = "SET UTF-8\nCOMPOUNDBEGIN b\nCOMPOUNDEND e\nONLYINCOMPOUND o\n"
                            "COMPOUNDPERMITFLAG p\nFORBIDDENWORD f\n"
                            "SFX S Y 1\nSFX S 0 s/bop .\nSFX E Y 2\nSFX E 0 0/e .\nSFX E 0 en/e .\n"
                            "SFX P Y 1\nSFX P 0 er .\n";
static const char list[] =
    "8\nsang/SEP\nbog/E\nAnders\nNATO\nsangsbog\nsanger/f\nOslo\nbordsang/P\n";
static const char text[] = "En sang, to SANGE; sang og bog. Sang!\n";

static lyt_str built(lyt_buf *out)
{
    lyt_words_text texts[] = {{lyt_str_of(text), false}};
    lyt_words_source source = {"xx_XX", lyt_str_of(rules), lyt_str_of(list), texts, 1};
    lyt_error err = {0};

    lyt_buf_init(out, NULL);
    cr_assert_eq(lyt_words_build(&source, NULL, out, &err), LYT_OK, "%s", err.text);
    return lyt_buf_str(out);
}

Test(words, knows_what_each_form_may_do)
{
    static const struct {
        int line;
        const char *word;
        unsigned roles, link, text_rank;
    } rows[] = {
        {__LINE__, "sang", LYT_WORDS_WORD | LYT_WORDS_END | LYT_WORDS_ENTRY, 0, 2},
        {__LINE__, "sangs", LYT_WORDS_BEGIN, 1, 0},
        {__LINE__, "sangen", LYT_WORDS_WORD | LYT_WORDS_END, 0, 0},
        {__LINE__, "sanger", 0, 0, 0}, /* forbidden, though the rules make it */
        {__LINE__, "bog", LYT_WORDS_WORD | LYT_WORDS_END | LYT_WORDS_ENTRY, 0, 1},
        {__LINE__, "anders", LYT_WORDS_WORD | LYT_WORDS_NAME | LYT_WORDS_ENTRY, 0, 0},
        {__LINE__, "nato", LYT_WORDS_WORD | LYT_WORDS_NAME | LYT_WORDS_ENTRY, 0, 0},
        {__LINE__, "sangsbog", LYT_WORDS_WORD | LYT_WORDS_ENTRY, 0, 0},
        {__LINE__, "sangsboger", 0, 0, 0},
        {__LINE__, "", 0, 0, 0},
    };
    lyt_words *words = NULL;
    lyt_buf out;

    cr_assert_eq(lyt_words_of(&words, NULL, built(&out), "xx", NULL), LYT_OK);
    cr_expect_str_eq(lyt_words_name(words), "xx_XX");
    cr_expect_eq(lyt_words_size(words), 11);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_word_info info = lyt_words_get(words, lyt_str_of(rows[i].word));
        unsigned roles = info & (LYT_WORDS_WORD | LYT_WORDS_NAME | LYT_WORDS_BEGIN | LYT_WORDS_END |
                                 LYT_WORDS_ENTRY);

        cr_expect_eq(roles, rows[i].roles, "line %d: %x", rows[i].line, roles);
        cr_expect_eq(lyt_words_link(info), rows[i].link, "line %d", rows[i].line);
        cr_expect_eq(lyt_words_text_rank(info), rows[i].text_rank, "line %d: %u", rows[i].line,
                     lyt_words_text_rank(info));
    }
    cr_expect_eq(lyt_words_last_rank(lyt_words_get(words, LYT_STR("bog"))), 1, "sangsbog");
    cr_expect_eq(lyt_words_first_rank(lyt_words_get(words, LYT_STR("sangs"))), 1, "sangsbog");
    lyt_words_free(words);
    lyt_buf_deinit(&out);
}

/* Twice as long a text has each of its words, and each of its slips, twice as often. */
Test(words, of_long_texts_have_counts_in_proportion)
{
    static char longer[400000 * 2 + 1];
    static const char rare[] = "sang x sang x bog x slipp x slipp x slipp x slipp x slipp x slipp ";
    lyt_words_text texts[] = {{{longer, sizeof longer - 1}, false}};
    lyt_words_source source = {"xx_XX", lyt_str_of(rules), lyt_str_of(list), texts, 1};
    lyt_words *words = NULL;
    lyt_buf out;

    for (size_t i = 0; i + 1 < sizeof longer; i += 2)
        memcpy(longer + i, "x ", 2);
    memcpy(longer, rare, sizeof rare - 1);
    lyt_buf_init(&out, NULL);
    cr_assert_eq(lyt_words_build(&source, NULL, &out, NULL), LYT_OK);
    cr_assert_eq(lyt_words_of(&words, NULL, lyt_buf_str(&out), "xx", NULL), LYT_OK);
    cr_expect_eq(lyt_words_text_rank(lyt_words_get(words, LYT_STR("sang"))), 1);
    cr_expect_eq(lyt_words_text_rank(lyt_words_get(words, LYT_STR("bog"))), 0);
    cr_expect_eq(lyt_words_get(words, LYT_STR("slipp")), 0, "six in 400,000 words are three");
    lyt_words_free(words);
    lyt_buf_reset(&out);
    texts[0].utf8 = lyt_str_of(rare);
    cr_assert_eq(lyt_words_build(&source, NULL, &out, NULL), LYT_OK);
    cr_assert_eq(lyt_words_of(&words, NULL, lyt_buf_str(&out), "xx", NULL), LYT_OK);
    cr_expect_eq(lyt_words_text_rank(lyt_words_get(words, LYT_STR("sang"))), 2);
    cr_expect_neq(lyt_words_get(words, LYT_STR("slipp")), 0);
    lyt_words_free(words);
    lyt_buf_deinit(&out);
}

Test(words, same_source_same_bytes)
{
    lyt_buf a, b;

    cr_expect(lyt_str_equal(built(&a), built(&b)));
    lyt_buf_deinit(&a);
    lyt_buf_deinit(&b);
}

Test(words, a_damaged_file_is_refused)
{
    lyt_words *words = NULL;
    char folder[64], path[128];
    lyt_buf out;
    lyt_str bytes = built(&out);
    lyt_error err;

    testing_folder(folder);
    snprintf(path, sizeof path, "%s/xx_XX.lytw", folder);
    for (size_t i = 0; i < bytes.len; i++) {
        out.data[i] ^= 0x10;
        cr_expect_eq(lyt_words_of(&words, NULL, bytes, "xx", &err), LYT_EFORMAT, "byte %zu", i);
        out.data[i] ^= 0x10;
    }
    for (size_t n = 0; n < bytes.len; n += 7)
        cr_expect_eq(lyt_words_of(&words, NULL, lyt_str_slice(bytes, 0, n), "xx", &err),
                     LYT_EFORMAT);
    testing_write(folder, "xx_XX.lytw", lyt_str_slice(bytes, 0, 100));
    cr_expect_eq(lyt_words_open(&words, NULL, lyt_fs_system(), path, &err), LYT_EFORMAT);
    cr_expect_str_eq(err.file, path);
    testing_write(folder, "xx_XX.lytw", (lyt_str){NULL, 0});
    cr_expect_eq(lyt_words_open(&words, NULL, lyt_fs_system(), path, &err), LYT_EFORMAT);
    cr_expect_eq(lyt_words_open(&words, NULL, lyt_fs_system(), "/nowhere/x", &err), LYT_ENOTFOUND);
    cr_expect_null(words);
    testing_folder_remove(folder);
    lyt_buf_deinit(&out);
}

static lyt_lexis *lexis_of(const char *dictionary)
{
    lyt_lexis *lexis = NULL;
    lyt_language language;

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"),
                                        lyt_str_of(dictionary), &language),
                 LYT_OK);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    return lexis;
}

/* A file where there is one, a table made in memory where there is none or a broken one. */
Test(words, a_book_takes_what_there_is)
{
    char folder[64];
    lyt_buf out;
    lyt_lexis *lexis = lexis_of("xx_XX");
    static const struct {
        int line;
        bool table, broken, dictionary;
        lyt_wordbook_origin origin;
    } rows[] = {
        {__LINE__, true, false, false, LYT_WORDBOOK_MAPPED},
        {__LINE__, true, true, false, LYT_WORDBOOK_NONE},
        {__LINE__, false, false, false, LYT_WORDBOOK_NONE},
        {__LINE__, true, false, true, LYT_WORDBOOK_MAPPED},
        {__LINE__, true, true, true, LYT_WORDBOOK_MADE},
        {__LINE__, false, false, true, LYT_WORDBOOK_MADE},
    };
    lyt_str bytes = built(&out);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_wordbook *book = NULL;

        testing_folder(folder);
        if (rows[i].table)
            testing_write(folder, "xx_XX.lytw",
                          lyt_str_slice(bytes, 0, bytes.len - rows[i].broken));
        if (rows[i].dictionary) {
            testing_write(folder, "xx_XX.aff", lyt_str_of(rules));
            testing_write(folder, "xx_XX.dic", lyt_str_of(list));
        }
        cr_assert_eq(lyt_wordbook_open(&book,
                                       &(lyt_wordbook_options){.fs = lyt_fs_system(),
                                                               .lexis = lexis,
                                                               .languages = 1,
                                                               .words_folder = folder,
                                                               .dictionary_folder = folder},
                                       NULL),
                     LYT_OK);
        cr_expect_eq(lyt_wordbook_origin_of(book, 0), rows[i].origin, "line %d", rows[i].line);
        cr_expect_eq(lyt_wordbook_knows(book, LYT_STR("sangen")),
                     rows[i].origin != LYT_WORDBOOK_NONE, "line %d", rows[i].line);
        cr_expect_eq(lyt_wordbook_hash(book) != 0, rows[i].origin != LYT_WORDBOOK_NONE);
        lyt_wordbook_free(book);
        testing_folder_remove(folder);
    }
    cr_expect(!lyt_wordbook_knows(NULL, LYT_STR("sang")));
    lyt_lexis_free(lexis);
    lyt_buf_deinit(&out);
}

Test(words, every_failing_allocation)
{
    char folder[64];
    lyt_lexis *lexis = lexis_of("xx_XX");
    testing_alloc failing = {.fail_at = 0};

    testing_folder(folder);
    testing_write(folder, "xx_XX.aff", lyt_str_of(rules));
    testing_write(folder, "xx_XX.dic", lyt_str_of(list));
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_wordbook *book = NULL;
        lyt_status status = lyt_wordbook_open(&book,
                                              &(lyt_wordbook_options){.alloc = &failing.alloc,
                                                                      .fs = lyt_fs_system(),
                                                                      .lexis = lexis,
                                                                      .languages = 1,
                                                                      .words_folder = folder,
                                                                      .dictionary_folder = folder},
                                              NULL);

        cr_expect(status == LYT_OK || status == LYT_ENOMEM, "%s", lyt_status_name(status));
        lyt_wordbook_free(book);
    }
    lyt_lexis_free(lexis);
    testing_folder_remove(folder);
}
