/*
 * lyt_measure: how good a classifier is. Counts predictions against truth and
 * turns them into the figures that `lyt eval` prints. Independent of what predicts.
 *
 * Definitions. `none` is no label. micro_f1, precision, recall: over all
 * (message, label) pairs. macro_f1: mean of the labels' F1; for single-label tasks
 * over all classes with `none` as one. accuracy: share of messages whose label
 * set is exactly right. detect_f1: F1 of "some failure". ece: expected
 * calibration error in 15 bins (Naeini 2015): several labels: over all
 * (message, label) probabilities; one label: over the top probability.
 *
 * Lifetime  lyt_measure_new() to lyt_measure_free().
 * Threads   one at a time.
 * Units     figures are shares, 0 to 1.
 */
#ifndef LYT_MEASURE_H
#define LYT_MEASURE_H

#include "json.h"

typedef struct lyt_measure lyt_measure;

/* labels: borrowed NUL-terminated names, outlive it. */
LYT_MUST_USE lyt_status lyt_measure_new(lyt_measure **out, const lyt_alloc *alloc,
                                        const char *const *labels, size_t n_labels, bool is_multi);
void lyt_measure_free(lyt_measure *measure);

/*
 * One message: truth[i] and said[i] per label, probability[i] may be NULL;
 * none is the probability of no failure (single-label).
 */
void lyt_measure_add(lyt_measure *measure, const bool *truth, const bool *said,
                     const double *probability, double none);

typedef struct lyt_figures {
    uint64_t messages;
    double accuracy, micro_f1, macro_f1, detect_f1, precision, recall, ece;
} lyt_figures;
lyt_figures lyt_measure_figures(const lyt_measure *measure);

size_t lyt_measure_labels(const lyt_measure *measure);
const char *lyt_measure_name(const lyt_measure *measure, size_t label);

/* How one label fares: messages that have it, of which it was said, and both. */
typedef struct lyt_label_figures {
    uint64_t messages, said, right;
    double precision, recall, f1;
} lyt_label_figures;
lyt_label_figures lyt_measure_label(const lyt_measure *measure, size_t label);

/*
 * The bins of the calibration error, from probability `from` to below `to`: n probabilities
 * fell into it, `right` of them on what was true; mean is theirs, 0 for an empty one.
 */
typedef struct lyt_reliability {
    double from, to, mean;
    uint64_t n, right;
} lyt_reliability;
size_t lyt_measure_bins(const lyt_measure *measure);
lyt_reliability lyt_measure_bin(const lyt_measure *measure, size_t index);

/*
 * Adds one JSON object: the keys above and per_label{name: {messages, said,
 * right, precision, recall, f1}}.
 */
void lyt_measure_json(const lyt_measure *measure, lyt_buf *out);
/* The members of that object, into one that is open. */
void lyt_measure_members(const lyt_measure *measure, lyt_jw *jw);
/* The same as a table for people. */
void lyt_measure_table(const lyt_measure *measure, lyt_buf *out);

#endif
