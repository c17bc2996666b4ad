/*
 * lyt_vocab: the words a model or pack knows, with how often it met them; finds
 * the known word that an unknown one was meant to be.
 *
 * A candidate is one edit away (Damerau: insert, delete, replace, swap
 * neighbours), looked up by the neighbourhood of deletions, so a look-up costs
 * the length of the word, never a walk over the vocabulary. Before that: ae, oe,
 * aa for æ, ø, å in any combination. Ranked by count, then byte order. Words
 * under 4 letters are never corrected, nor those of over 64 or with a digit;
 * nothing is corrected over a negating prefix (u-, ikke, un-, in-, im-, ir-, dis-, non-).
 *
 * Lifetime  lyt_vocab_new() to lyt_vocab_free().
 * Threads   never changes after lyt_vocab_seal(); then any number may read.
 */
#ifndef LYT_VOCAB_H
#define LYT_VOCAB_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

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

/*
 * The most frequent candidate, borrowed from the vocab; {NULL, 0} for none, for a
 * word that is known, and before the seal. Allocates nothing.
 */
lyt_str lyt_vocab_nearest(const lyt_vocab *vocab, lyt_str word);

/* One of the two words is a negating prefix and then the other. */
bool lyt_vocab_negates(lyt_str a, lyt_str b);

size_t lyt_vocab_size(const lyt_vocab *vocab);
/* Words in byte order, index < size; sealed only. */
lyt_str lyt_vocab_word(const lyt_vocab *vocab, size_t index, uint32_t *count);

#endif
