/*
 * lyt_topics: what a model of other labels makes of a text, as a few columns beside the text's
 * features. Whoever has learned to tell a cold meal from a rude waiter, from thousands of
 * sentences, knows which words speak of food and which of service, whatever the labels here are
 * called and however few messages there are of them.
 *
 * Its outputs' sums are many and alike, so the columns are the directions in which they differ
 * most over the messages (their principal components), each scaled by the square root of how much
 * it differs. A column is a sum over the text's features, so what is learned of it goes back into
 * the features' weights (lyt_topics_fold()) and costs nothing when messages are scored.
 *
 * Lifetime  lyt_topics_fit() to lyt_topics_free(), in the caller's storage; the model is borrowed.
 * Threads   any number may read.
 */
#ifndef LYT_TOPICS_H
#define LYT_TOPICS_H

#include "modelview.h"
#include "solver.h"

enum { lyt_topics_columns_max = 32 };

typedef struct lyt_topics {
    const lyt_alloc *alloc;
    const lyt_model *model;
    unsigned shift; /* a row of the caller's table >> shift is one of the model's */
    size_t n_rows;  /* of the caller's table; columns of a matrix from there on are passed over */
    size_t n, n_outputs; /* columns, outputs of the model */
    float *basis;        /* n * n_outputs: what a column takes of each sum of bytes */
    float *offset;       /* n: what is taken off, so that the messages' mean is 0 */
} lyt_topics;

/* How many columns there will be; 0 where the model's rows are finer than 2^hash_bits. */
size_t lyt_topics_columns(const lyt_model *model, unsigned hash_bits);

/*
 * Finds the columns, and scales them such that all together are as long as `weight`, in the root
 * mean square over the messages. All 0 where nothing differs. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_topics_fit(lyt_topics *out, const lyt_alloc *alloc,
                                       const lyt_model *model, unsigned hash_bits,
                                       const lyt_matrix *messages, double weight);
void lyt_topics_free(lyt_topics *topics);

/* A row's n columns into out; sum: n_outputs of the caller's. */
void lyt_topics_read(const lyt_topics *topics, const lyt_matrix *matrix, size_t row, float *sum,
                     float *out);

/*
 * Puts the columns' weights back: adds to w[n_rows] and to the bias what makes the same of any
 * text; sum: n_outputs of the caller's.
 */
void lyt_topics_fold(const lyt_topics *topics, const float *weight, float *sum, float *w,
                     float *bias);

#endif
