/*
 * lyt_solver: a linear scorer for one output against the rest. Minimises
 *   ½||w - w0||² + C Σ max(0, 1 - y w·x)²
 * by dual coordinate descent (C.-J. Hsieh and others, ICML 2008, algorithm 1,
 * L2 loss), here around a prior w0 instead of zero.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_SOLVER_H
#define LYT_SOLVER_H

#include <stddef.h>
#include <stdint.h>

/* Rows of a sparse matrix, one after the other. */
typedef struct lyt_matrix {
    size_t n;          /* rows */
    const size_t *row; /* n + 1 places in col and value */
    const uint32_t *col;
    const float *value;
    const float *square; /* n: the row's own product */
} lyt_matrix;

typedef struct lyt_solver_options {
    double c;
    unsigned passes;
    uint64_t seed; /* the order of the rows; same seed, same w */
} lyt_solver_options;

/* The caller's: n items each. */
typedef struct lyt_solver_room {
    float *alpha;
    uint32_t *order;
} lyt_solver_room;

/* Ends the program where a matrix is none of so many columns: before it is given to the solver. */
void lyt_matrix_check(const lyt_matrix *matrix, size_t n_columns);

/* y: 1, -1, or 0 for a row that is left out. w: in w0, out the solution. */
void lyt_solver_fit(const lyt_matrix *matrix, const int8_t *y, const lyt_solver_options *options,
                    lyt_solver_room *room, float *w);

double lyt_solver_margin(const lyt_matrix *matrix, size_t row, const float *w);

/* A number in [0, n) from a state that moves on. n > 0. */
uint32_t lyt_solver_random(uint64_t *state, uint32_t n);

#endif
