/*
 * lyt_leaning: what the prior's labels say of an output of another model. A prior that knows
 * not only moods but whom a failure is the business of (kitchen, housekeeping, …) has met many
 * more words of it than the messages at hand. How its labels bear on an output is found by
 * ridge regression of the output on their margins, a handful of numbers; with them its weights
 * are mixed to the weights that the output's solver starts from and is held to. Few messages
 * move nothing, and what it costs later is nothing.
 *
 * Lifetime  lyt_leaning_new() to lyt_leaning_free(), in the caller's storage.
 * Threads   lyt_leaning_look() one at a time, lyt_leaning_add() any number.
 */
#ifndef LYT_LEANING_H
#define LYT_LEANING_H

#include "modelview.h"
#include "solver.h"

enum { lyt_leaning_max = 32 };

typedef struct lyt_leaning {
    const lyt_alloc *alloc;
    size_t n;      /* labels of the prior but the moods, at most lyt_leaning_max; 0: none */
    size_t n_rows; /* of the table that weights are for */
    float *weight; /* of label j in row r: j * n_rows + r */
    float *margin; /* of message i by label j: i * n + j, as last looked at */
    size_t n_messages;
} lyt_leaning;

/* prior: NULL for none; its table is not larger than 2^hash_bits. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_leaning_new(lyt_leaning *out, const lyt_alloc *alloc,
                                        const lyt_model *prior, unsigned hash_bits,
                                        size_t n_messages);
void lyt_leaning_free(lyt_leaning *leaning);

/* The messages as they are weighed now. Columns from n_rows on are left out. */
void lyt_leaning_look(lyt_leaning *leaning, const lyt_matrix *messages);

/*
 * Adds to w, of n_rows columns and more, and to *bias what the labels say of the output: y is
 * 1, -1, or 0 for a message that is left out.
 */
void lyt_leaning_add(const lyt_leaning *leaning, const int8_t *y, float *w, float *bias);

#endif
