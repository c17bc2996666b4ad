/*
 * lyt_vector: a text as numbers. Occurrences of the same feature become one
 * entry; entries are weighed by how often, how rare, and their group:
 *   x = g (1 + ln tf) idf / ||group||
 *
 * Lifetime  lyt_vector_init() to lyt_vector_deinit(); keeps its memory.
 * Threads   one at a time.
 */
#ifndef LYT_VECTOR_H
#define LYT_VECTOR_H

#include "feature.h"

typedef struct lyt_entry {
    uint64_t key; /* a row of the table, or the feature's hash */
    uint32_t tf;
    uint32_t group;
    double x;
} lyt_entry;

typedef struct lyt_vector {
    const lyt_alloc *alloc;
    lyt_entry *items;
    size_t n, cap;
    uint32_t *entry_of; /* of each occurrence, its entry */
    size_t cap_entry_of;
    uint32_t *slots;
    size_t n_slots, cap_slots;
} lyt_vector;

void lyt_vector_init(lyt_vector *vector, const lyt_alloc *alloc);
void lyt_vector_deinit(lyt_vector *vector);

/* Empties it and makes room for n entries. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_vector_begin(lyt_vector *vector, size_t n);

/* Adds tf of a key; index of its entry. Groups come one after the other. */
uint32_t lyt_vector_add(lyt_vector *vector, uint64_t key, unsigned group, uint32_t tf);

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

/* Sets x of all entries; keys are rows. */
void lyt_vector_weigh(lyt_vector *vector, const lyt_weighing *weighing);

#endif
