/* What the tests of room model share: a small lexicon, a space, a corpus of a small hotel. */
#ifndef LYT_MODELBED_H
#define LYT_MODELBED_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "model.h"
#include "testing.h"

static const char bed_lines[] = "__label__cold the room was cold all night\n"
                                "__label__cold it is freezing in here\n"
                                "__label__cold the heating does not work, so cold\n"
                                "__label__cold cold water in a cold room\n"
                                "__label__cold our room is freezing cold\n"
                                "__label__noise the bar was noisy\n"
                                "__label__noise terrible noise from the street\n"
                                "__label__noise noise all night long\n"
                                "__label__noise loud music and noise\n"
                                "__label__cold __label__noise cold and noisy room\n"
                                "__label__none lovely room, thank you\n"
                                "__label__none we had a great stay\n"
                                "__label__none a warm welcome and a good bed\n"
                                "__label__none good food\n"
                                "__label__none not noisy at all, lovely\n"
                                "__label__none nice and quiet\n"
                                "__label__none breakfast was good\n"
                                "__label__none the pool is nice\n"
                                "__label__none great view from the room\n"
                                "__label__none thanks for everything\n"
                                "__label__none a quiet street\n"
                                "__label__none the room was warm\n";

typedef struct bed {
    lyt_lexis *lexis;
    lyt_textspace *space;
    lyt_corpus *corpus;
    lyt_arena *arena;
} bed;

static inline lyt_status bed_words(bed *b, lyt_language language)
{
    static const char *const bad[] = {"cold", "freezing", "noisy", "terrible"}, *const good[] = {
                                                                                    "lovely",
                                                                                    "great", "good",
                                                                                    "nice"};
    lyt_status status = lyt_lexis_add_word(b->lexis, language, LYT_WORD_NEGATOR, LYT_STR("not"));

    if (!status)
        status = lyt_lexis_add_word(b->lexis, language, LYT_WORD_STOP, LYT_STR("the"));
    for (int i = 0; !status && i < 4; i++) {
        status = lyt_lexis_add_polarity(b->lexis, language, lyt_str_of(bad[i]), -2);
        if (!status)
            status = lyt_lexis_add_polarity(b->lexis, language, lyt_str_of(good[i]), 2);
    }
    return status ? status : lyt_lexis_seal(b->lexis);
}

static inline lyt_status bed_fill(bed *b, const lyt_alloc *alloc, lyt_str lines)
{
    lyt_language language;
    lyt_status status = lyt_lexis_new(&b->lexis, alloc);

    if (!status)
        status = lyt_lexis_add_language(b->lexis, LYT_STR("en"), LYT_STR("english"),
                                        (lyt_str){NULL, 0}, &language);
    if (!status)
        status = bed_words(b, language);
    if (!status)
        status = lyt_textspace_new(
            &b->space, &(lyt_textspace_options){.alloc = alloc, .lexis = b->lexis, .seed = 1},
            NULL);
    if (!status)
        status = lyt_corpus_new(&b->corpus, alloc);
    if (!status)
        status = lyt_corpus_parse(b->corpus, lines, "bed", 0, NULL);
    if (!status)
        status = lyt_corpus_seal(b->corpus);
    return status ? status : lyt_arena_new(&b->arena, alloc, "bed", 1 << 20);
}

static inline void bed_close(bed *b)
{
    lyt_arena_free(b->arena);
    lyt_corpus_free(b->corpus);
    lyt_textspace_free(b->space);
    lyt_lexis_free(b->lexis);
}

static inline void bed_open(bed *b, const char *lines)
{
    *b = (bed){NULL, NULL, NULL, NULL};
    cr_assert_eq(bed_fill(b, NULL, lyt_str_of(lines)), LYT_OK);
}

/* Few rows, so that a file is small enough to be broken at every place. */
static inline lyt_train_options bed_options(const bed *b)
{
    return (lyt_train_options){.lexis = b->lexis, .space = b->space, .seed = 5, .hash_bits = 12};
}

static inline lyt_model *bed_train(const bed *b, const lyt_train_options *options)
{
    lyt_model *model = NULL;
    lyt_error err = {0};

    cr_assert_eq(lyt_model_train(&model, b->corpus, options, &err), LYT_OK, "%s", err.text);
    return model;
}

/* The text lives in the bed's arena until the next call. */
static inline lyt_text bed_text(bed *b, const char *utf8)
{
    lyt_text text;

    lyt_arena_reset(b->arena);
    cr_assert_eq(lyt_text_analyze(b->space, NULL, lyt_str_of(utf8), 0, b->arena, &text), LYT_OK);
    return text;
}

#endif
