/*
 * lyt_mixing: what the margin of one output says of another, of one label a message. Scorers
 * are solved one against the rest and know nothing of each other: a rare label is too modest
 * beside a frequent one, and one that is always confused with another hears nothing of it.
 * A softmax regression of the margins on margins tells:
 *
 *   mixed_k = margin_k + sum over j of weight[k][j] margin_j + bias_k
 *
 * It is as linear as the scorers, so it goes into their weights and costs nothing later.
 *
 * How far it may move is chosen by cross-validation, not to move at all being one choice: few
 * messages stay where they were. Beyond lyt_mixing_max outputs nothing is mixed: each pair of
 * them has too few messages (of 122 it was measured to be worth nothing).
 *
 * Lifetime  lyt_mixing_fit() to lyt_mixing_free(), in the caller's storage.
 * Threads   starts its own and waits for them; then any number may read.
 */
#ifndef LYT_MIXING_H
#define LYT_MIXING_H

#include "calibrate.h"

enum { lyt_mixing_max = 16 };

typedef struct lyt_mixing {
    const lyt_alloc *alloc;
    size_t n;       /* outputs; 0: nothing is mixed */
    double *weight; /* n * n: what k takes of j at k * n + j, its own 1 included */
    double *bias;   /* n */
} lyt_mixing;

/*
 * Every row has exactly one true output. fold: a number a row, by which it is cross-validated.
 * *out mixes nothing where that is best. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_mixing_fit(const lyt_margins *margins, const uint32_t *fold,
                                       const lyt_alloc *alloc, lyt_mixing *out);
void lyt_mixing_free(lyt_mixing *mixing);

/* Rows of n margins each, in place. Does nothing where nothing is mixed. */
void lyt_mixing_apply(const lyt_mixing *mixing, float *margin, size_t n_rows);

#endif
