/*
 * lyt_choose: which messages a person should look at next. The next one is always that for which
 *
 *     worth * (1 - likeness to what was chosen before) * (how much of the rest is like it)^.8
 *
 * is largest: what there is something to learn from, no two that say the same, and what many
 * others say rather than what nobody else does (the density-weighted uncertainty of B. Settles and
 * M. Craven, EMNLP 2008). Likeness is the cosine of words weighed by how rare they are. Worth is
 * doubt, but of a message that something failed in and that no label fits: such a one may be of a
 * label that is hardly known yet, where another doubtful one only moves a border.
 *
 * Threads   pure functions.
 */
#ifndef LYT_CHOOSE_H
#define LYT_CHOOSE_H

#include "model.h"

/* Why a candidate is one. keys: hashes of its words, ascending, each once; borrowed. */
typedef struct lyt_candidate {
    double worth; /* 0 to 1 */
    const uint64_t *keys;
    size_t n_keys;
} lyt_candidate;

/*
 * How unsure the model is of a text: 0 when one answer has all the probability, 1 when the
 * two best are equal. Answers are the labels, each alone, and that nothing failed; but two
 * labels above a half, where several may be right, are the less a doubt the more certain both are.
 */
double lyt_doubt(const lyt_scores *scores, size_t n_labels);

/* The doubt, less what is plain: that nothing failed, or which label it is. */
double lyt_worth(const lyt_scores *scores, size_t n_labels);

/*
 * The stems of a text, as keys; in the arena. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_choose_keys(const lyt_text *text, const lyt_alloc *alloc,
                                        lyt_arena *arena, lyt_candidate *out);

/*
 * Indexes of the `max` best, best first, into out; *n_out how many there were. Of equals the
 * first. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_choose(const lyt_candidate *candidates, size_t n, size_t max,
                                   const lyt_alloc *alloc, size_t *out, size_t *n_out);

#endif
