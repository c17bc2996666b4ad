/*
 * lyt_spelling: the known word that an unknown one was meant to be: the likeliest
 * (lyt_vocab_nearest) of the model's words and of those words of the dictionaries that
 * are common in the texts their tables were built with.
 *
 * Threads   pure functions.
 */
#ifndef LYT_SPELLING_H
#define LYT_SPELLING_H

#include "vocab.h"
#include "wordbook.h"

enum { lyt_spelling_bytes_max = 44, lyt_spelling_letters_min = 3 };

typedef struct lyt_spelling {
    char bytes[lyt_spelling_bytes_max];
    uint8_t len;  /* 0: none */
    uint8_t slip; /* lyt_letters_slip */
    int score;    /* lyt_vocab_score, and more for a word of another language */
    bool respelt; /* æ, ø, å written with the letters of another keyboard, nothing else */
} lyt_spelling;

/* word: folded, known to nobody. book, vocab: NULL for none. language: of the message. */
lyt_spelling lyt_spelling_find(const lyt_wordbook *book, const lyt_vocab *vocab,
                               lyt_language language, lyt_str word);

#endif
