/*
 * lyt_vector: a text as numbers. A feature counts once, however often it occurs, and is
 * weighed by how rare it is and by its group: x = g idf / ||group||. (Damping repeats by
 * 1 + ln tf instead was measured to be worth nothing.) A clause is weighed by itself, from
 * the features that lie in it.
 *
 * Lifetime  lyt_vector_init() to lyt_vector_deinit(); keeps its memory.
 * Threads   one at a time.
 */
#ifndef LYT_VECTOR_H
#define LYT_VECTOR_H

#include "feature.h"

typedef struct lyt_entry {
    uint64_t key; /* a row of the table */
    float x;
    uint16_t group;  /* LYT_LIGHT where all its occurrences are */
    uint16_t clause; /* the last it was met in */
} lyt_entry;

/* The same feature as often as it occurs. */
typedef struct lyt_met {
    uint32_t entry;
    uint8_t first; /* LYT_FIRST_OF_… */
} lyt_met;

typedef struct lyt_vector {
    const lyt_alloc *alloc;
    lyt_entry *items;
    size_t n, cap;
    lyt_met *met; /* of each occurrence */
    size_t cap_met;
    uint32_t *slots;
    size_t n_slots, cap_slots;
} lyt_vector;

void lyt_vector_init(lyt_vector *vector, const lyt_alloc *alloc);
void lyt_vector_deinit(lyt_vector *vector);

/* Empties it and makes room for n entries. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_vector_begin(lyt_vector *vector, size_t n);

/*
 * Adds an occurrence. Groups come one after the other, within a group clauses in their
 * order; clause may be lyt_no_clause anywhere.
 */
lyt_met lyt_vector_add(lyt_vector *vector, uint64_t key, unsigned group, unsigned clause);

/* All occurrences, by the upper bits of their hash: key = hash >> shift. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_vector_collect(lyt_vector *vector, const lyt_features *features,
                                           unsigned shift);

/* What tf occurrences count: 1 + ln tf. */
double lyt_damped(uint32_t tf);

/* What weighs an entry. Row r's code is codes[r * stride]; code 0: never met, counts nothing. */
typedef struct lyt_weighing {
    const uint8_t *codes;
    size_t stride;
    const float *idf;    /* 256, by code */
    const float *groups; /* LYT_GROUPS */
} lyt_weighing;

/*
 * Of .3 to 1 cross-validation told none apart in reviews; half of it was a point of F1 better
 * in Danish, where most parts are.
 */
static const float lyt_vector_light = 0.5f;

/* Of a feature of that group in that row, before its group is brought to length 1. */
static inline float lyt_vector_rarity(const lyt_weighing *weighing, uint64_t row, unsigned group)
{
    const uint8_t code = weighing->codes[row * weighing->stride];

    if (!code)
        return 0;
    /* a rare value of the polarity lexicon says no more than a common one */
    if (lyt_group_of(group) == LYT_GROUP_POLARITY)
        return 1;
    return group & LYT_LIGHT ? lyt_vector_light * weighing->idf[code] : weighing->idf[code];
}

/* Sets x of all entries; keys are rows. */
void lyt_vector_weigh(lyt_vector *vector, const lyt_weighing *weighing);

#endif
