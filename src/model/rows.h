/*
 * lyt_rows: adds up rows of a model's table, the innermost loop of scoring, and sums of such rows.
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

typedef struct lyt_row_table {
    const uint8_t *rows;
    size_t stride; /* a multiple of 4 */
} lyt_row_table;

/* Rows by their numbers, and what each counts. */
typedef struct lyt_terms {
    const uint32_t *rows;
    const float *x;
    size_t n;
} lyt_terms;

static inline const uint8_t *lyt_row_at(const lyt_row_table *table, uint32_t row)
{
    return table->rows + row * table->stride;
}

/*
 * sum[k] += factor * (x * row[k] of each term in order, added up), 0 <= k < stride. The same bits
 * whichever way the machine does it.
 */
typedef void (*lyt_rows_adder)(const lyt_row_table *table, const lyt_terms *terms, float factor,
                               float *sum);

/* total[k] += the k-th of all n sums, added up in order, 0 <= k < stride, a multiple of 4. */
typedef void (*lyt_sums_adder)(const float *const *sums, size_t n, size_t stride, float *total);

/* total[k] += factor * sum[k], 0 <= k < stride, a multiple of 4. */
static inline void lyt_sums_add_times(float *restrict total, const float *restrict sum,
                                      float factor, size_t stride)
{
    for (size_t k = 0; k < stride; k += 4)
        for (size_t o = 0; o < 4; o++)
            total[k + o] += factor * sum[k + o];
}

/* The fastest that this machine has. */
lyt_rows_adder lyt_rows_best(void);
lyt_sums_adder lyt_sums_best(void);

/* Those that every machine has. */
void lyt_rows_add_plain(const lyt_row_table *table, const lyt_terms *terms, float factor,
                        float *sum);
void lyt_sums_add_plain(const float *const *sums, size_t n, size_t stride, float *total);

#endif
