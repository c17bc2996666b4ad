/*
 * lyt_tally: what each occurrence of a text's features counts: lyt_vector's numbers, worked out
 * where the features lie. Of a row that occurs again in its group only the first occurrence
 * counts in the text, and the first in each clause counts in that clause.
 *
 * Lifetime  lyt_tally_init() to lyt_tally_deinit(), in the caller's storage; keeps its memory
 *           between texts.
 * Threads   one at a time.
 */
#ifndef LYT_TALLY_H
#define LYT_TALLY_H

#include "rows.h"
#include "vector.h"

/* 8 bytes, so that a text's slots stay in the nearest cache. */
typedef struct lyt_tally_slot {
    uint32_t key;   /* tag of the group in the text, and row; free when it is of another */
    uint32_t index; /* of the first occurrence */
} lyt_tally_slot;

typedef struct lyt_tally {
    const lyt_alloc *alloc;
    lyt_tally_slot *slots;
    size_t n_slots, cap_slots;
    uint32_t tag;
    lyt_term *terms; /* what counts in the text, in order */
    size_t n_terms, cap_terms;
} lyt_tally;

void lyt_tally_init(lyt_tally *tally, const lyt_alloc *alloc);
void lyt_tally_deinit(lyt_tally *tally);

/*
 * Sets first and x of all features, and the terms that they make: x is what an occurrence counts
 * in the text, 0 where it does not. The features know their rows, which begin with their codes;
 * shift: number of a row by its hash. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_tally_text(lyt_tally *tally, lyt_features *features,
                                       const lyt_weighing *weighing, unsigned shift);

#endif
