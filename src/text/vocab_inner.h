/*
 * What vocab.c and vocab_near.c share: how a vocabulary lies in memory.
 *
 *   terms     the words; in byte order once sealed
 *   known     open addressing, hash of a word -> its term; none before the seal, as long as
 *             words have come in byte order
 *   forms     open addressing, hash of a form -> first of its postings
 *   postings  terms of one form side by side, most frequent first, the last one marked
 *
 * Two forms with one hash share their postings; the comparison sorts them out.
 */
#ifndef LYT_VOCAB_INNER_H
#define LYT_VOCAB_INNER_H

#include "arena.h"
#include "letters.h"
#include "vocab.h"

enum { lyt_vocab_longest = lyt_letters_max };

static const uint32_t lyt_vocab_last_posting = 1u << 31;
static const uint64_t lyt_vocab_hash_seed = 0x766f636162;

typedef struct lyt_vocab_term {
    lyt_str text;
    uint32_t count;
} lyt_vocab_term;

/* value is an index + 1; 0 marks a free slot */
typedef struct lyt_vocab_slot {
    uint32_t tag, value;
} lyt_vocab_slot;

typedef struct lyt_vocab_table {
    lyt_vocab_slot *slots;
    size_t cap; /* a power of two, 0 before the first */
    size_t used;
} lyt_vocab_table;

struct lyt_vocab {
    const lyt_alloc *alloc;
    lyt_arena *texts;
    lyt_vocab_term *terms;
    size_t n_terms, cap_terms;
    lyt_vocab_table known, forms;
    uint32_t *postings;
    uint32_t min_count;
    bool sealed;
};

/* NULL when it was never met. */
const lyt_vocab_term *lyt_vocab_find(const lyt_vocab *vocab, lyt_str word);

/* The slot of a form: its own or the free one where it belongs. */
lyt_vocab_slot *lyt_vocab_form(const lyt_vocab_table *in, uint64_t hash);

/* Hashes of a sound's forms, itself first, into out; at most lyt_vocab_longest + 1. */
size_t lyt_vocab_fetch_forms(const lyt_vocab_table *in, const lyt_letters *sound, uint64_t *out);

#endif
