/*
 * The logistic function and its relatives, once for all of this room. What scores a
 * message must cost little and give the same bits everywhere, so the float versions are
 * polynomials and not the C library's; the double ones are for training.
 *
 * Threads   pure functions.
 */
#ifndef LYT_LOGISTIC_H
#define LYT_LOGISTIC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline double lyt_sigmoid_of(double z)
{
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

/* ln(1 + e^z) without overflow. */
static inline double lyt_softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

/* ln sigmoid(z). */
static inline double lyt_log_sigmoid(double z)
{
    return -lyt_softplus(-z);
}

#endif
