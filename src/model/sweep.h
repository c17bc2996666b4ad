/*
 * lyt_sweep: what every threshold would have said. Collects the probability and the truth
 * of each pair of message and label; sealed, it tells how many would be reported, and
 * how many of them rightly, at any threshold.
 *
 * Definitions. At a threshold all pairs of that probability or more are said. Average
 * precision is the area under the steps of precision over recall.
 *
 * Lifetime  lyt_sweep_new() to lyt_sweep_free().
 * Threads   one at a time until sealed, then any number may read.
 */
#ifndef LYT_SWEEP_H
#define LYT_SWEEP_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_sweep lyt_sweep;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_sweep_new(lyt_sweep **out, const lyt_alloc *alloc);
/* NULL is accepted. */
void lyt_sweep_free(lyt_sweep *sweep);

/* What is not a number counts as 0. LYT_ENOMEM leaves it as it was. */
LYT_MUST_USE lyt_status lyt_sweep_add(lyt_sweep *sweep, double probability, bool truth);
/* After it nothing is added, and the rest below may be asked. */
void lyt_sweep_seal(lyt_sweep *sweep);

/* Pairs at or above a threshold. */
typedef struct lyt_cut {
    double threshold;
    uint64_t said, right, there; /* there: of all pairs, above or below */
} lyt_cut;

lyt_cut lyt_sweep_cut(const lyt_sweep *sweep, double threshold);
/*
 * The highest threshold, of the probabilities met, that finds this share of what is there;
 * the lowest one of all when none does. Of an empty sweep all is 0.
 */
lyt_cut lyt_sweep_reaching(const lyt_sweep *sweep, double recall);
/* Of the probabilities met, that with the best F1; the highest of equals. */
lyt_cut lyt_sweep_best(const lyt_sweep *sweep);
double lyt_sweep_average_precision(const lyt_sweep *sweep);

/* 0 where nothing was said or there. */
double lyt_cut_precision(const lyt_cut *cut);
double lyt_cut_recall(const lyt_cut *cut);
double lyt_cut_f1(const lyt_cut *cut);

#endif
