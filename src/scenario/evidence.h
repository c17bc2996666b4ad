/*
 * From the model's contributions to what a person reads: one row a word, pair or
 * rule, and the stretch of text that says it.
 *
 * Threads   pure; results lie in the arena.
 */
#ifndef LYT_EVIDENCE_H
#define LYT_EVIDENCE_H

#include <lyt/classifier.h>

#include "model.h"
#include "scoreband.h"

typedef struct lyt_why {
    const lyt_scratch *scratch; /* that has scored the input */
    const lyt_input *input;
    const lyt_reason *reasons; /* lyt_model_explain_scored() */
    size_t n_reasons;
} lyt_why;

enum { lyt_evidence_max = 12 };

/*
 * all: every row of the reasons, heaviest either way first; else those that speak for it, heaviest
 * first, at most lyt_evidence_max. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_evidence_rows(const lyt_why *why, bool all, lyt_arena *arena,
                                          lyt_evidence **out, size_t *n);

/*
 * The shortest stretch with four fifths of the positive weight of the clause, or
 * clauses side by side, where it is strongest. Never empty when the text has a token.
 */
LYT_MUST_USE lyt_status lyt_evidence_span(const lyt_why *why, lyt_arena *arena, uint32_t *start,
                                          uint32_t *end);

/* The same rows and one more, for the score beside the words: "score:6/10:critical". LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_evidence_add_score(const lyt_message *message, lyt_score_band band,
                                               lyt_arena *arena, lyt_evidence **rows, size_t *n);

#endif
