/*
 * lyt_fit: the scorers of all outputs, solved side by side.
 *
 * Lifetime  lyt_fit_new() to lyt_fit_free(); keeps its memory between recipes.
 * Threads   one at a time; starts its own and waits for them.
 */
#ifndef LYT_FIT_H
#define LYT_FIT_H

#include "dataset.h"
#include "mixing.h"
#include "modelview.h"

typedef struct lyt_fit lyt_fit;

typedef struct lyt_fit_options {
    const lyt_alloc *alloc;
    const lyt_dataset *dataset;
    const lyt_cue *cues;
    uint32_t n_cues;
    lyt_layout layout;
    const lyt_model *prior;  /* of what is said well or badly whatever it is about; may be NULL */
    const lyt_model *topics; /* of what else is spoken of; may be NULL */
    uint64_t seed;
} lyt_fit_options;

/* A margin is worth about this much log-odds; what turns a cue's prior into a weight. */
enum { lyt_log_odds_per_margin = 4 };

LYT_MUST_USE lyt_status lyt_fit_new(lyt_fit **out, const lyt_fit_options *options);
void lyt_fit_free(lyt_fit *fit);

/* 1 where output k is true of message i: truth[i * n_outputs + k]. */
const uint8_t *lyt_fit_truth(const lyt_fit *fit);
/* How often each output is true. */
const uint32_t *lyt_fit_positives(const lyt_fit *fit);

/* A message is in fold dataset->fold[i] % folds; the folds below `tested` get margins. */
typedef struct lyt_fit_plan {
    unsigned folds, tested, passes;
} lyt_fit_plan;

/*
 * Margins of the tested messages by scorers that did not see their fold: message * n_outputs,
 * and of their clauses, clause * layout.n_in_clauses; clause may be NULL.
 */
void lyt_fit_margins(lyt_fit *fit, const lyt_weighed *weighed, const lyt_fit_plan *plan,
                     float *message, float *clause);

/* Where the scorers of all messages go. */
typedef struct lyt_fit_result {
    lyt_output *outputs; /* bias and scale are set */
    uint8_t *rows;
    size_t stride;
    float *cues;
    size_t n_cue_outputs; /* of a cue in cues; those of the layout come first */
} lyt_fit_result;
/* The scorers' weights are mixed as their margins would be. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_fit_all(lyt_fit *fit, const lyt_weighed *weighed, unsigned passes,
                                    const lyt_mixing *mixing, const lyt_fit_result *result);
/* Puts weights of an output that is not fitted: w as the weighed dataset's columns, bias last. */
void lyt_fit_put(const lyt_fit *fit, const float *w, size_t output, const lyt_fit_result *result);

#endif
