/*
 * lyt_curve: margins of one label a message to probabilities. A margin is taken as one
 * label's own logistic regression, z = ln sigmoid(slope * margin + knee), of which the
 * probabilities are the softmax: below the knee a margin counts in full, so that a hundred
 * labels nobody thinks of do not add up to anything; above it two labels that both fit share
 * the message. A knee far below all margins makes it the softmax with one temperature
 * (C. Guo and others, ICML 2017), which is far too sure of itself where labels are alike
 * (docs/formats.md section 3).
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_CURVE_H
#define LYT_CURVE_H

#include "calibrate.h"

typedef struct lyt_curve {
    double slope, knee;
    double none; /* added to z of none; where is_closed, the limit of lyt_curve_scope() */
} lyt_curve;

/* What few messages are held to. */
extern const lyt_curve lyt_curve_default;

/* Without what is added to none. */
double lyt_curve_at(const lyt_curve *curve, double margin);

/*
 * The most likely curve; every row has exactly one true output. has_none: the last output
 * is none, and none of the result may differ from 0. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_curve_fit(const lyt_margins *margins, bool has_none,
                                      const lyt_alloc *alloc, lyt_curve *out);

/*
 * none the last output: how probable some failure must be for its most probable label to be
 * reported; best sum of accuracy and detection F1, smoothed. With argmax alone ten labels
 * share what none has for itself.
 */
double lyt_curve_detection(const lyt_margins *margins, const lyt_curve *curve);

/*
 * What lyt_scope adds to the best margin goes no further than this, so that what lessons ask of a
 * margin is enough whatever it adds.
 */
static const double lyt_curve_scope_max = 0.15;

/*
 * Of a model without none: the limit below which the best margin of a message, and what `more`
 * has for it (NULL: nothing), says that it is out of scope, such that the share `cost` of all
 * messages lose a right answer. That the best margin of one label against the rest tells it as well
 * as anything that was trained with examples of the outside: A. Larson and others, EMNLP 2019, and
 * our own figures. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_curve_scope(const lyt_margins *margins, const float *more, double cost,
                                        const lyt_alloc *alloc, double *out);

/* Probability that a message is in scope, by its best margin, what is added to it and that limit.
 */
double lyt_curve_within(double best, double more, double limit);

#endif
