/*
 * lyt_calibrate: margins to probabilities, from margins of messages that the
 * scorer had not seen. Several labels: Platt's sigmoid (J. Platt, 1999), each
 * label's drawn towards the one of all labels, so that a label of three
 * messages is not believed. One label: softmax with one
 * temperature (C. Guo and others, ICML 2017) and an offset for none.
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

/* out: n_outputs. */
void lyt_calibrate_platt(const lyt_margins *margins, lyt_sigmoid *out);

/* Every row has exactly one true output; has_none: the last output is none. out: n_outputs.
 * LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_calibrate_softmax(const lyt_margins *margins, bool has_none,
                                              const lyt_alloc *alloc, lyt_sigmoid *out);

/*
 * The one threshold whose micro-F1 is best over all outputs, smoothed so that one
 * lucky message does not decide; .5 when nothing is true.
 */
double lyt_calibrate_threshold(const lyt_margins *margins, const lyt_sigmoid *sigmoids);

/*
 * For one label a message, none the last output: how probable some failure must be
 * for its most probable label to be reported; best sum of accuracy and detection F1,
 * smoothed. With argmax alone ten labels share what none has for itself.
 */
double lyt_calibrate_detection(const lyt_margins *margins, const lyt_sigmoid *sigmoids);

#endif
