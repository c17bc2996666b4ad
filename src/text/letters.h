/*
 * lyt_letters: words as code points, whatever the bytes. Unlike lyt_utf8_next()
 * it is total: a byte that is not UTF-8 counts as a letter of its own, beyond
 * Unicode, so words and texts that never passed the border do no harm.
 *
 * Threads   pure functions.
 */
#ifndef LYT_LETTERS_H
#define LYT_LETTERS_H

#include <stdint.h>

#include <lyt/str.h>

enum { lyt_letters_max = 64 };

typedef struct lyt_letters {
    uint32_t at[lyt_letters_max];
    size_t n;
} lyt_letters;

/* The letter at *at, stepping *at over it. *at < s.len. */
uint32_t lyt_letters_next(lyt_str s, size_t *at);

/* False when the word has more than lyt_letters_max. */
bool lyt_letters_spell(lyt_str word, lyt_letters *out);

/* Insert, delete, replace or swap neighbours: exactly one of them makes a into b. */
bool lyt_letters_one_edit(const lyt_letters *a, const lyt_letters *b);

bool lyt_letters_has_digit(lyt_str word);

/*
 * Whether known is word with æ, ø, å, é written by somebody who has no such keys: ae or a,
 * oe or o, aa or a, e. False for two equal words.
 */
bool lyt_letters_respelt(lyt_str word, lyt_str known);

/* Offsets of ae, oe, aa in word, the first max of them; they may overlap. Returns how many. */
size_t lyt_letters_digraphs(lyt_str word, size_t *places, size_t max);

/*
 * Writes word with æ, ø, å at the chosen places (bit i: places[i]) to out, word.len
 * bytes: two bytes become two. False, and out is of no use, when two places overlap.
 */
bool lyt_letters_undo_digraphs(char *out, lyt_str word, const size_t *places, unsigned chosen);

#endif
