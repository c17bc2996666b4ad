/*
 * lyt_rows: adds up rows of a model's table, the innermost loop of scoring.
 *
 * A row's bytes all count as weights, the rarity code in front too: a row is then a
 * whole number of vectors, and sum[0] is not looked at.
 *
 * Threads   pure functions.
 */
#ifndef LYT_ROWS_H
#define LYT_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* One row and what it counts. */
typedef struct lyt_term {
    const uint8_t *row;
    float x;
} lyt_term;

/*
 * sum[k] += x * row[k] for each term in order, 0 <= k < stride; stride is a multiple of 4.
 * The same bits whichever way the machine does it.
 */
typedef void (*lyt_rows_adder)(const lyt_term *terms, size_t n, size_t stride, float *sum);

/* The fastest that this machine has. */
lyt_rows_adder lyt_rows_best(void);

/* The one that every machine has. */
void lyt_rows_add_plain(const lyt_term *terms, size_t n, size_t stride, float *sum);

#endif
