/*
 * lyt_calibrate: margins to probabilities, from margins of messages that the
 * scorer had not seen, where a message has several labels: Platt's sigmoid (J. Platt,
 * 1999) for what blend.h puts together. One label a message: curve.h.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_CALIBRATE_H
#define LYT_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>

/* Row i, output k: margin[i * n_outputs + k]; truth likewise, 1 or 0. */
typedef struct lyt_margins {
    size_t n, n_outputs;
    const float *margin;
    const uint8_t *truth;
    const uint32_t *positives; /* of each output; 0: it is left at its default */
} lyt_margins;

typedef struct lyt_sigmoid {
    double slope, offset;
} lyt_sigmoid;

/* What an output without examples gets: a margin is worth this much log-odds. */
extern const lyt_sigmoid lyt_calibrate_default;

/* One sigmoid for the outputs from first to end. */
lyt_sigmoid lyt_calibrate_shared(const lyt_margins *margins, size_t first, size_t end);

/* What several labels a message are decided by: see lyt_model_decide(). */
typedef struct lyt_logits {
    size_t n, n_labels;
    const double *label, *any; /* n * n_labels; n */
    const uint8_t *truth;      /* row i at i * stride */
    size_t stride;
} lyt_logits;

/*
 * The two thresholds, for a label and for anything at all, whose sum of micro-F1 and
 * detection F1 is best, smoothed so that one lucky message does not decide; .5 and 1
 * (never) when nothing is true. LYT_ENOMEM.
 */
typedef struct lyt_thresholds {
    double label, any;
    double micro_f1, detect_f1; /* at them; 0 when nothing is true */
} lyt_thresholds;
LYT_MUST_USE lyt_status lyt_calibrate_thresholds(const lyt_logits *logits, const lyt_alloc *alloc,
                                                 lyt_thresholds *out);

#endif
