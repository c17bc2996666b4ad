/*
 * lyt_curve: what every threshold would have said. Collects the probability and the truth
 * of each pair of message and label; sealed, it tells how many would be reported, and
 * how many of them rightly, at any threshold.
 *
 * Definitions. At a threshold all pairs of that probability or more are said. Average
 * precision is the area under the steps of precision over recall.
 *
 * Lifetime  lyt_curve_new() to lyt_curve_free().
 * Threads   one at a time until sealed, then any number may read.
 */
#ifndef LYT_CURVE_H
#define LYT_CURVE_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_curve lyt_curve;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_curve_new(lyt_curve **out, const lyt_alloc *alloc);
/* NULL is accepted. */
void lyt_curve_free(lyt_curve *curve);

/* What is not a number counts as 0. LYT_ENOMEM leaves it as it was. */
LYT_MUST_USE lyt_status lyt_curve_add(lyt_curve *curve, double probability, bool truth);
/* After it nothing is added, and the rest below may be asked. */
void lyt_curve_seal(lyt_curve *curve);

/* Pairs at or above a threshold. */
typedef struct lyt_cut {
    double threshold;
    uint64_t said, right, there; /* there: of all pairs, above or below */
} lyt_cut;

lyt_cut lyt_curve_cut(const lyt_curve *curve, double threshold);
/*
 * The highest threshold, of the probabilities met, that finds this share of what is there;
 * the lowest one of all when none does. Of an empty curve all is 0.
 */
lyt_cut lyt_curve_reaching(const lyt_curve *curve, double recall);
/* Of the probabilities met, that with the best F1; the highest of equals. */
lyt_cut lyt_curve_best(const lyt_curve *curve);
double lyt_curve_average_precision(const lyt_curve *curve);

/* 0 where nothing was said or there. */
double lyt_cut_precision(const lyt_cut *cut);
double lyt_cut_recall(const lyt_cut *cut);
double lyt_cut_f1(const lyt_cut *cut);

#endif
