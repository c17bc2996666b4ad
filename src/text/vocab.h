/*
 * lyt_vocab: the words a model or pack knows, with how often it met them; finds
 * the known word that an unknown one was meant to be.
 *
 * A candidate sounds like the word, or one edit apart from it (Damerau: insert, delete,
 * replace, swap neighbours; without marks and double letters), looked up by the neighbourhood
 * of deletions: a look-up costs the length of the word, never a walk over the vocabulary. Of the
 * candidates the one is taken that is likeliest, by how often it was met and how easily the
 * slip is made (lyt_letters_slip). Words under 3 letters are never corrected, nor those of over 40
 * or with a digit, and three letters only to four, of a word that is met all the time; nothing
 * is corrected over a negating prefix (lyt_letters_turn_meaning).
 *
 * Lifetime  lyt_vocab_new() to lyt_vocab_free().
 * Threads   never changes after lyt_vocab_seal(); then any number may read.
 */
#ifndef LYT_VOCAB_H
#define LYT_VOCAB_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

#include "words.h"

typedef struct lyt_vocab lyt_vocab;

LYT_MUST_USE lyt_status lyt_vocab_new(lyt_vocab **out, const lyt_alloc *alloc);
void lyt_vocab_free(lyt_vocab *vocab);

/*
 * word: folded, copied. Adding it again adds the counts; a count of 0 adds nothing.
 * LYT_EINVAL: empty. LYT_ESTATE: sealed. LYT_ELIMIT: over 64 KiB, or over
 * 32 million words. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_vocab_add(lyt_vocab *vocab, lyt_str word, uint32_t count);
/*
 * Builds the index. min_count: rarer words are known but no target of a correction.
 * LYT_ESTATE: sealed already. LYT_ENOMEM leaves it unsealed; it may be sealed again.
 */
LYT_MUST_USE lyt_status lyt_vocab_seal(lyt_vocab *vocab, uint32_t min_count);

/* How often it was added; 0 when unknown. */
uint32_t lyt_vocab_count(const lyt_vocab *vocab, lyt_str word);

/* Which words are of the message's language, as far as somebody knows: the others are less likely. */
typedef struct lyt_vocab_home {
    bool (*has)(const void *context, lyt_str word);
    const void *context;
} lyt_vocab_home;

/*
 * The likeliest candidate, borrowed from the vocab; {NULL, 0} for none, for a word that is
 * known (lyt_vocab_knows), and before the seal. home: NULL where the language is not known.
 * *score: the lower the likelier. Allocates nothing.
 */
lyt_str lyt_vocab_nearest(const lyt_vocab *vocab, lyt_str word, const lyt_vocab_home *home,
                          int *score);

/* Whether it was met often enough to be a word and no slip itself: min_count of the seal. */
bool lyt_vocab_knows(const lyt_vocab *vocab, lyt_str word);

/* What a candidate that was met so often scores for a slip (lyt_letters_slip). */
int lyt_vocab_score(int slip, uint32_t count);
enum { lyt_vocab_abroad = 40 }; /* added for a candidate that home does not have */

size_t lyt_vocab_size(const lyt_vocab *vocab);
/* Words in byte order, index < size; sealed only. */
lyt_str lyt_vocab_word(const lyt_vocab *vocab, size_t index, uint32_t *count);

#endif
