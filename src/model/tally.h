/*
 * lyt_tally: the rows of a text's features, all but its characters, and what each of them counts:
 * lyt_vector's numbers, worked out as the features are found. Of a row that occurs again in its
 * group only the first occurrence counts in the text, and the first in each clause counts in that
 * clause.
 *
 * A group's numbers are brought to their length by one factor, which is left to who adds them up.
 *
 * Lifetime  lyt_tally_init() to lyt_tally_deinit(), in the caller's storage; keeps its memory
 *           between texts.
 * Threads   one at a time.
 */
#ifndef LYT_TALLY_H
#define LYT_TALLY_H

#include "featurewalk.h"
#include "rows.h"
#include "vector.h"

/* 8 bytes, so that a text's slots stay in the nearest cache. */
typedef struct lyt_tally_slot {
    uint32_t key;   /* tag of the group in the text, and row; free when it is of another */
    uint32_t index; /* of the first occurrence */
} lyt_tally_slot;

typedef struct lyt_tally {
    const lyt_alloc *alloc;
    lyt_walk walk;
    size_t cap_keys;
    /* of each occurrence, by group */
    size_t n, ends[LYT_GROUPS];
    uint32_t *rows;    /* before lyt_tally_weigh() with lyt_tally_part where it is a part's */
    uint32_t *places;  /* where it stands: lyt_tally_first(), lyt_tally_second() */
    uint16_t *clauses; /* only where clauses are asked for */
    float *x;          /* what it counts in the text, before the factor */
    float *apart;      /* the same in its clause, 0 where it is not the first there; as clauses */
    uint16_t *latest;  /* of a row's first occurrence: the last clause that had the row */
    size_t cap_rows, cap_places, cap_clauses, cap_x, cap_apart, cap_latest;
    lyt_tally_slot *slots;
    size_t n_slots, cap_slots;
    uint32_t tag;
    float flat[256];          /* by code, where all that is known counts the same */
    float factor[LYT_GROUPS]; /* what a group's numbers are to be multiplied by */
} lyt_tally;

static const uint32_t lyt_tally_part = UINT32_C(1) << 31;

/* A feature's token. */
static inline uint16_t lyt_tally_first(uint32_t place)
{
    return (uint16_t)place;
}

/* Its other token; of a stem its extra, of a polarity its value (lyt_feature). */
static inline uint16_t lyt_tally_second(uint32_t place)
{
    return (uint16_t)(place >> 16);
}

void lyt_tally_init(lyt_tally *tally, const lyt_alloc *alloc);
void lyt_tally_deinit(lyt_tally *tally);

/* Room for n occurrences. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_tally_room(lyt_tally *tally, size_t n, bool by_clause);

/* Where features have their rows. */
typedef struct lyt_tally_rows {
    lyt_row_table table;
    const uint8_t *known; /* a bit a row: training met it */
    unsigned shift;       /* hash to row */
} lyt_tally_rows;

/*
 * Finds the rows of a text's features, each group of `groups` but the characters, and asks for
 * them early, for they are far away. What training never met says nothing and is not listed.
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_tally_find(lyt_tally *tally, const lyt_text *text, unsigned groups,
                                       const lyt_tally_rows *rows, bool by_clause);

/* Sets x, factor and, by_clause, apart. weighing->idf[0] is 0. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_tally_weigh(lyt_tally *tally, const lyt_weighing *weighing,
                                        bool by_clause);

#endif
