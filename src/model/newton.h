/*
 * lyt_newton: one step of logistic regression by Newton's method, for a handful of
 * weights. Begin, hold and add, then step.
 *
 * Threads   one at a time; the caller's storage.
 */
#ifndef LYT_NEWTON_H
#define LYT_NEWTON_H

#include <stddef.h>

#include <lyt/status.h>

enum { lyt_newton_max = 8 };

typedef struct lyt_newton {
    size_t n;
    double gradient[lyt_newton_max];
    double curve[lyt_newton_max][lyt_newton_max];
} lyt_newton;

void lyt_newton_begin(lyt_newton *newton, size_t n);

/* A Gaussian prior on a weight, which is `off` from where it is drawn to. */
void lyt_newton_hold(lyt_newton *newton, size_t weight, double force, double off);

/* A case with its terms and its logit by the weights as they are. */
void lyt_newton_add(lyt_newton *newton, const double *terms, double logit, int truth);

/*
 * Takes one more weight out of the equations, which meets only these: its gradient, its curve
 * and what it has in common with each.
 */
void lyt_newton_eliminate(lyt_newton *newton, const double *cross, double gradient, double curve);

/* Moves the weights. LYT_ESTATE: they are where they should be, or cannot be told apart. */
LYT_MUST_USE lyt_status lyt_newton_step(lyt_newton *newton, double *weights);

#endif
