/* The table of refusal.h: the form of the English words, and the Danish with {1}, {2} … in it. */
#ifndef LYT_REFUSALWORDS_H
#define LYT_REFUSALWORDS_H

#include <stddef.h>

typedef struct lyt_refusal_word {
    const char *english, *danish;
} lyt_refusal_word;

extern const lyt_refusal_word lyt_refusal_words[];
extern const size_t lyt_refusal_n_words;

#endif
