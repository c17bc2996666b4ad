/*
 * lyt_taught: the weights that lessons.h speaks of, solved and ready to be added, and how a
 * text is seen by them.
 *
 * Outputs   several labels a message: the logits of the labels, then that of "anything"; one
 *           label a message: the margins of the labels, then of none where it was learned.
 * Lifetime  lyt_taught_solve() to lyt_taught_free(); never changes.
 * Threads   any number may read.
 */
#ifndef LYT_TAUGHT_H
#define LYT_TAUGHT_H

#include "feature.h"

/* A feature of a text, by its hash; each once. */
typedef struct lyt_taught_term {
    uint64_t key;
    float x;
    uint16_t token; /* of the first occurrence, lyt_no_token for none */
} lyt_taught_term;

/* A text's terms, of length 1; keeps its memory. */
typedef struct lyt_taught_view {
    const lyt_alloc *alloc;
    lyt_taught_term *terms;
    size_t n, cap;
    uint32_t *slots;
    size_t cap_slots;
    uint64_t identity; /* of the terms, whatever their order */
} lyt_taught_view;

void lyt_taught_view_init(lyt_taught_view *view, const lyt_alloc *alloc);
void lyt_taught_view_deinit(lyt_taught_view *view);

/*
 * All features of a text, before those that training never met are dropped. codes: of the rows
 * at `stride`; shift: hash to row; n_messages: of training. LYT_ENOMEM.
 */
typedef struct lyt_taught_rarity {
    const uint8_t *codes;
    size_t stride;
    unsigned shift;
    uint64_t n_messages;
} lyt_taught_rarity;
LYT_MUST_USE lyt_status lyt_taught_look(lyt_taught_view *view, const lyt_features *features,
                                        const lyt_taught_rarity *rarity);

/* One lesson, as the solver wants it. */
typedef struct lyt_taught_case {
    const lyt_taught_term *terms;
    size_t n;
    uint64_t identity;
    const double *base;   /* n_outputs, what the model says by itself */
    const double *target; /* n_outputs: at least (direction 1) or at most (-1) */
    const int8_t *direction;
} lyt_taught_case;

typedef struct lyt_taught lyt_taught;

/* Deterministic for the same cases in the same order. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_taught_solve(lyt_taught **out, const lyt_alloc *alloc,
                                         const lyt_taught_case *cases, size_t n, size_t n_outputs);
void lyt_taught_free(lyt_taught *taught);

/* What the lessons add to each output for that text: delta[n_outputs]. */
void lyt_taught_add(const lyt_taught *taught, const lyt_taught_view *view, double *delta);
/* What one term adds to one output. */
double lyt_taught_of(const lyt_taught *taught, const lyt_taught_term *term, size_t output);
/* Whether there is a lesson of these very words. */
bool lyt_taught_is_of(const lyt_taught *taught, const lyt_taught_view *view);

#endif
