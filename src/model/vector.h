/*
 * lyt_vector: a text as numbers. A feature counts once, however often it occurs, and is
 * weighed by how rare it is and by its group: x = g idf / ||group||. (Damping repeats by
 * 1 + ln tf instead was measured to be worth nothing.) What its characters say of a word depends
 * on no other word: of those each occurrence counts, but of a word that comes again
 * (lyt_feature_first()), and the length is that of the occurrences. A clause is weighed by itself,
 * from the features that lie in it.
 *
 * Lifetime  lyt_vector_init() to lyt_vector_deinit(); keeps its memory.
 * Threads   one at a time.
 */
#ifndef LYT_VECTOR_H
#define LYT_VECTOR_H

#include "feature.h"

/* A feature, and how often it occurs as itself and not as that of a word's part (LYT_LIGHT). */
typedef struct lyt_entry {
    uint64_t key; /* a row of the table */
    float x;
    uint16_t group;
    uint16_t full;
} lyt_entry;

enum { lyt_vector_most = UINT16_MAX }; /* occurrences beyond are not counted */

typedef struct lyt_vector {
    const lyt_alloc *alloc;
    lyt_entry *items;
    size_t n, cap;
    uint32_t *slots;
    size_t n_slots, cap_slots;
} lyt_vector;

void lyt_vector_init(lyt_vector *vector, const lyt_alloc *alloc);
void lyt_vector_deinit(lyt_vector *vector);

/* Empties it and makes room for n entries. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_vector_begin(lyt_vector *vector, size_t n);

/* Adds an occurrence. */
void lyt_vector_add(lyt_vector *vector, uint64_t key, unsigned group);

/* All occurrences, by the upper bits of their hash: key = hash >> shift. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_vector_collect(lyt_vector *vector, const lyt_features *features,
                                           unsigned shift);

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

    /* a rare value of the polarity lexicon says no more than a common one */
    return group == LYT_GROUP_POLARITY && code ? 1 : code ? weighing->idf[code] : 0;
}

/* What a feature comes to that occurs so often in full, and the square of its length. */
static inline float lyt_vector_times(unsigned group, unsigned full)
{
    return group == LYT_GROUP_CHAR ? (float)full : full ? 1 : lyt_vector_light;
}

static inline float lyt_vector_square(unsigned group, unsigned full)
{
    return group == LYT_GROUP_CHAR ? (float)full : full ? 1 : lyt_vector_light * lyt_vector_light;
}

/* Sets x of all entries; keys are rows. */
void lyt_vector_weigh(lyt_vector *vector, const lyt_weighing *weighing);

#endif
