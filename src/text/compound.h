/*
 * lyt_compound: what a long word of Danish, German, Swedish, Norwegian or Dutch is made of.
 *
 * The cheapest way to cover the word with forms that the dictionary lets stand there
 * (dynamic programming over its letters); a part costs less the more of the
 * dictionary's compounds are made of it. Parts are whole words where they can be:
 * "rengøring" of "rengøringspersonale" is not cut again. A word that is in the dictionary
 * itself is cut only where both halves are plain.
 *
 * Threads   pure functions.
 */
#ifndef LYT_COMPOUND_H
#define LYT_COMPOUND_H

#include "words.h"

enum {
    lyt_compound_parts_max = 4,
    lyt_compound_bytes_max = 48,
    lyt_compound_letters_min = 6,
    /* a cost up to this needs no second thought: of two parts in the message's language; else */
    lyt_compound_sure = 35,
    lyt_compound_sure_abroad = 30,
};

/* Bytes of the word; links ("s" of "rengørings") belong to no part. */
typedef struct lyt_compound {
    struct {
        uint8_t start, len;
    } part[lyt_compound_parts_max];
    uint8_t n;    /* 0: the word is no compound */
    uint8_t cost; /* of a part, on average; the lower the surer */
} lyt_compound;

/*
 * word: folded. False when it stays whole: too short, over lyt_compound_bytes_max, no
 * letters alone, or made of nothing that the table knows.
 */
bool lyt_compound_split(const lyt_words *words, lyt_str word, lyt_compound *out);

/* The words that hyphens join, as parts; false when a negation or no such word begins it. */
bool lyt_compound_hyphened(lyt_str word, lyt_compound *out);

/* How many look-ups a split of the word asks for at most: what a message is charged for it. */
unsigned lyt_compound_work(lyt_str word);

#endif
