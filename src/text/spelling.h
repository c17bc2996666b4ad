/*
 * lyt_spelling: the known word that an unknown one was meant to be. First among the
 * words of the model (lyt_vocab), then among those of the dictionaries that are
 * common in the texts their tables were built with.
 *
 * Threads   pure functions.
 */
#ifndef LYT_SPELLING_H
#define LYT_SPELLING_H

#include "vocab.h"
#include "wordbook.h"

enum { lyt_spelling_bytes_max = 44, lyt_spelling_letters_min = 4 };

typedef struct lyt_spelling {
    char bytes[lyt_spelling_bytes_max];
    uint8_t len;  /* 0: none */
    bool respelt; /* æ, ø, å written with the letters of another keyboard, nothing else */
} lyt_spelling;

/* word: folded, known to nobody. book, vocab: NULL for none. language: of the message. */
lyt_spelling lyt_spelling_find(const lyt_wordbook *book, const lyt_vocab *vocab,
                               lyt_language language, lyt_str word);

#endif
