/*
 * lyt_langcache: what each word says about the language of its text, kept a record a
 * word. Runs of letters do not reach over a word's ends, so the scores of a word
 * depend on the word alone, and those of a text are their sum.
 *
 * The record is bounded; a word is known in it by 64 bits of a hash with a secret seed. A
 * sum is the same to the bit whether or not it was kept.
 *
 * Lifetime  lyt_langcache_new() to lyt_langcache_free(); langid outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_LANGCACHE_H
#define LYT_LANGCACHE_H

#include "langid.h"

typedef struct lyt_langcache lyt_langcache;

/* seed: secret, so that nobody can choose words that take each other's place. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_langcache_new(lyt_langcache **out, const lyt_alloc *alloc,
                                          const lyt_langid *langid, uint64_t seed);
void lyt_langcache_free(lyt_langcache *cache);

/*
 * Log-probabilities of a word (lyt_langid_next_word()) by language; borrowed until the
 * next call.
 */
const float *lyt_langcache_word(lyt_langcache *cache, lyt_str word);

/* As lyt_langid_guess(). */
int lyt_langcache_guess(lyt_langcache *cache, lyt_str text, double *probability);

#endif
