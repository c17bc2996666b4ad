/*
 * What the tests of room text share: a small lexicon of English and Danish, a
 * workspace and an arena, and a message shown as a line.
 */
#ifndef LYT_TEXTBED_H
#define LYT_TEXTBED_H

#include <string.h>

#include "testing.h"
#include "text.h"

typedef struct textbed {
    lyt_lexis *lexis;
    lyt_wordbook *words;
    lyt_textspace *space;
    lyt_arena *arena;
    lyt_text text;
} textbed;

enum { textbed_en, textbed_da };

typedef struct textbed_row {
    lyt_language language;
    char
        what; /* n, b, s, c, x: negator, breaker, stop, courtesy, place suffix; l, a, p: lemma, … */
    const char *word, *meaning;
    int value;
} textbed_row;

static inline lyt_status textbed_add(lyt_lexis *lexis, const textbed_row *r)
{
    lyt_str word = lyt_str_of(r->word);

    switch (r->what) {
    case 'n':
        return lyt_lexis_add_word(lexis, r->language, LYT_WORD_NEGATOR, word);
    case 'b':
        return lyt_lexis_add_word(lexis, r->language, LYT_WORD_BREAKER, word);
    case 's':
        return lyt_lexis_add_word(lexis, r->language, LYT_WORD_STOP, word);
    case 'c':
        return lyt_lexis_add_word(lexis, r->language, LYT_WORD_COURTESY, word);
    case 'x':
        return lyt_lexis_add_word(lexis, r->language, LYT_WORD_PLACE_SUFFIX, word);
    case 'l':
        return lyt_lexis_add_lemma(lexis, r->language, word, lyt_str_of(r->meaning));
    case 'a':
        return lyt_lexis_add_abbreviation(lexis, r->language, word, lyt_str_of(r->meaning));
    default:
        return lyt_lexis_add_polarity(lexis, r->language, word, r->value);
    }
}

static inline lyt_status textbed_lexis(lyt_lexis **out, const lyt_alloc *alloc, bool dictionaries)
{
    static const textbed_row rows[] = {
        {textbed_en, 'n', "not", NULL, 0},
        {textbed_en, 'n', "never", NULL, 0},
        {textbed_en, 'n', "no", NULL, 0},
        {textbed_en, 'n', "isnt", NULL, 0},
        {textbed_en, 'n', "n't", NULL, 0},
        {textbed_en, 'b', "but", NULL, 0},
        {textbed_en, 'b', "although", NULL, 0},
        {textbed_en, 's', "the", NULL, 0},
        {textbed_en, 'c', "hello", NULL, 0},
        {textbed_en, 'c', "good evening", NULL, 0},
        {textbed_en, 'c', "thanks", NULL, 0},
        {textbed_en, 'l', "was", "be", 0},
        {textbed_en, 'l', "froze", "freeze", 0},
        {textbed_en, 'l', "freeze", "freeze", 0},
        {textbed_en, 'a', "rm", "room", 0},
        {textbed_en, 'a', "pls", "please", 0},
        {textbed_en, 'p', "bad", NULL, -2},
        {textbed_en, 'p', "dirty", NULL, -2},
        {textbed_en, 'p', "problem", NULL, -1},
        {textbed_en, 'p', "nice", NULL, 2},
        {textbed_en, 'p', "clean", NULL, 2},
        {textbed_da, 'n', "ikke", NULL, 0},
        {textbed_da, 'n', "ingen", NULL, 0},
        {textbed_da, 'n', "uden", NULL, 0},
        {textbed_da, 'n', "aldrig", NULL, 0},
        {textbed_da, 'b', "men", NULL, 0},
        {textbed_da, 'b', "dog", NULL, 0},
        {textbed_da, 's', "og", NULL, 0},
        {textbed_da, 's', "så", NULL, 0},
        {textbed_da, 'x', "'eren", NULL, 0},
        {textbed_da, 'x', "eren", NULL, 0},
        {textbed_da, 'l', "være", "være", 0},
        {textbed_da, 'l', "er", "være", 0},
        {textbed_da, 'l', "var", "være", 0},
        {textbed_da, 'l', "værelse", "værelse", 0},
        {textbed_da, 'l', "værelset", "værelse", 0},
        {textbed_da, 'l', "værelser", "værelse", 0},
        {textbed_da, 'l', "leve", "leve", 0},
        {textbed_da, 'l', "levere", "levere", 0},
        {textbed_da, 'l', "rengjort", "rengøring", 0},
        {textbed_da, 'l', "rengøring", "rengøring", 0},
        {textbed_da, 'l', "køen", "kø", 0},
        {textbed_da, 'l', "larmede", "larm", 0},
        {textbed_da, 'l', "toilet", "toilet", 0},
        {textbed_da, 'l', "toilettet", "toilet", 0},
        {textbed_da, 'a', "vær", "værelse", 0},
        {textbed_da, 'p', "rent", NULL, 2},
        {textbed_da, 'p', "dejligt", NULL, 3},
        {textbed_da, 'p', "støj", NULL, -2},
        {textbed_da, 'p', "larm", NULL, -2},
        {textbed_da, 'p', "beskidt", NULL, -2},
        {textbed_da, 'p', "problemer", NULL, -1},
    };
    lyt_lexis *lexis;
    lyt_language language;
    lyt_str none = {NULL, 0};
    lyt_status status = lyt_lexis_new(&lexis, alloc);

    if (status)
        return status;
    status = lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"),
                                    dictionaries ? LYT_STR("test_en") : none, &language);
    if (!status)
        status = lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"),
                                        dictionaries ? LYT_STR("test_da") : none, &language);
    for (size_t i = 0; !status && i < sizeof rows / sizeof *rows; i++)
        status = textbed_add(lexis, &rows[i]);
    if (!status)
        status = lyt_lexis_seal(lexis);
    if (status)
        lyt_lexis_free(lexis);
    else
        *out = lexis;
    return status;
}

static inline void textbed_open(textbed *bed, const char *dictionary_folder)
{
    lyt_error err = {.code = LYT_OK};

    bed->words = NULL;
    cr_assert_eq(textbed_lexis(&bed->lexis, NULL, dictionary_folder != NULL), LYT_OK);
    if (dictionary_folder)
        cr_assert_eq(
            lyt_wordbook_open(&bed->words,
                              &(lyt_wordbook_options){.fs = lyt_fs_system(),
                                                      .lexis = bed->lexis,
                                                      .languages = UINT32_MAX,
                                                      .dictionary_folder = dictionary_folder},
                              &err),
            LYT_OK);
    cr_assert_eq(lyt_textspace_new(
                     &bed->space,
                     &(lyt_textspace_options){.lexis = bed->lexis, .words = bed->words, .seed = 42},
                     &err),
                 LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_arena_new(&bed->arena, NULL, "message", 64 << 20), LYT_OK);
}

static inline void textbed_close(textbed *bed)
{
    lyt_textspace_free(bed->space);
    lyt_wordbook_free(bed->words);
    lyt_lexis_free(bed->lexis);
    lyt_arena_free(bed->arena);
}

static inline void textbed_read(textbed *bed, const lyt_vocab *vocab, const char *message,
                                lyt_language hint)
{
    lyt_arena_reset(bed->arena);
    cr_assert_eq(
        lyt_text_analyze(bed->space, vocab, lyt_str_of(message), hint, bed->arena, &bed->text),
        LYT_OK, "%s", message);
}

#endif
