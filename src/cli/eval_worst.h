/*
 * lyt_eval_worst: remembers the messages that were judged most wrongly: how sure the judge was
 * of a label that is not there, or that one is not there which is.
 *
 * Lifetime  init to deinit, in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_EVAL_WORST_H
#define LYT_EVAL_WORST_H

#include "quality.h"

enum { lyt_eval_worst_max = 1000, lyt_eval_clues_max = 12 };

typedef struct lyt_eval_worst {
    const lyt_alloc *alloc;
    lyt_wrong *items; /* the most surprising first; of equals the earlier message */
    size_t n, max, n_labels;
    size_t n_wrong; /* also those that are not kept */
    bool *labels;   /* truth and said of items[i], 2 * n_labels each */
} lyt_eval_worst;

/* max: how many are kept. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_eval_worst_init(lyt_eval_worst *worst, const lyt_alloc *alloc,
                                            size_t max, size_t n_labels);
/* One that was never begun is accepted (all zero). */
void lyt_eval_worst_deinit(lyt_eval_worst *worst);

/*
 * One message, right or wrong; number counts from 1, text is borrowed until the end.
 * probability: a number a label.
 */
void lyt_eval_worst_add(lyt_eval_worst *worst, size_t number, lyt_str text, const bool *truth,
                        const bool *said, const double *probability);

#endif
