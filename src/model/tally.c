#include "tally.h"

#include <math.h>
#include <string.h>

#include "mem.h"

/* So many slots that a feature hardly ever finds its own taken by another. */
enum {
    row_bits = 22,
    tag_max = (1 << (32 - row_bits)) - 1,
    slots_min = 256,
    slots_per_feature = 8
};

void lyt_tally_init(lyt_tally *tally, const lyt_alloc *alloc)
{
    *tally = (lyt_tally){.alloc = alloc};
    for (size_t code = 1; code < sizeof tally->flat / sizeof *tally->flat; code++)
        tally->flat[code] = 1;
}

void lyt_tally_deinit(lyt_tally *tally)
{
    lyt_mem_free(tally->alloc, tally->walk.keys);
    lyt_mem_free(tally->alloc, tally->rows);
    lyt_mem_free(tally->alloc, tally->places);
    lyt_mem_free(tally->alloc, tally->clauses);
    lyt_mem_free(tally->alloc, tally->x);
    lyt_mem_free(tally->alloc, tally->apart);
    lyt_mem_free(tally->alloc, tally->latest);
    lyt_mem_free(tally->alloc, tally->slots);
    lyt_tally_init(tally, tally->alloc);
}

static lyt_status grow(const lyt_tally *tally, void *items, size_t *cap, size_t n,
                       size_t item_bytes)
{
    return n > *cap ? lyt_mem_grow(tally->alloc, items, cap, n, item_bytes) : LYT_OK;
}

lyt_status lyt_tally_room(lyt_tally *tally, size_t n, bool by_clause)
{
    if (grow(tally, &tally->rows, &tally->cap_rows, n, sizeof *tally->rows) ||
        grow(tally, &tally->places, &tally->cap_places, n, sizeof *tally->places) ||
        grow(tally, &tally->x, &tally->cap_x, n, sizeof *tally->x))
        return LYT_ENOMEM;
    if (!by_clause)
        return LYT_OK;
    return grow(tally, &tally->clauses, &tally->cap_clauses, n, sizeof *tally->clauses) ||
                   grow(tally, &tally->apart, &tally->cap_apart, n, sizeof *tally->apart) ||
                   grow(tally, &tally->latest, &tally->cap_latest, n, sizeof *tally->latest)
               ? LYT_ENOMEM
               : LYT_OK;
}

/* Where the rows of features go. */
typedef struct finding {
    uint32_t *row;
    uint16_t *clause;
    uint32_t *place;
    lyt_tally_rows rows;
} finding;

LYT_WALKING uint16_t second_of(const lyt_met_feature *met)
{
    return (uint16_t)(met->group == LYT_GROUP_STEM       ? (int)met->extra
                      : met->group == LYT_GROUP_POLARITY ? met->value
                                                         : (int)met->other);
}

/* Written in any case and kept only if it is known: which are, nobody can foretell. */
LYT_WALKING size_t find(finding *f, const lyt_met_feature *met)
{
    const uint32_t row =
        (uint32_t)(lyt_hash_pair(met->key, (uint64_t)met->group + 1) >> f->rows.shift);
    const size_t is_known = f->rows.known[row / 8] >> row % 8 & 1;

    __builtin_prefetch(lyt_row_at(&f->rows.table, row));
    *f->row = met->is_part ? row | lyt_tally_part : row;
    *f->place = (uint16_t)met->token | (uint32_t)second_of(met) << 16;
    f->row += is_known;
    f->place += is_known;
    return is_known;
}

LYT_WALKING void find_row(void *to, const lyt_met_feature *met)
{
    (void)find(to, met);
}

LYT_WALKING void find_row_and_clause(void *to, const lyt_met_feature *met)
{
    finding *f = to;

    *f->clause = (uint16_t)met->clause;
    f->clause += find(f, met);
}

LYT_WALKING void find_group(const lyt_walk *walk, lyt_group group, lyt_visitor visit, void *to)
{
    switch (group) {
    case LYT_GROUP_STEM:
        lyt_walk_stems(walk, visit, to);
        return;
    case LYT_GROUP_BIGRAM:
        lyt_walk_bigrams(walk, visit, to);
        return;
    case LYT_GROUP_POLARITY:
        lyt_walk_polarities(walk, visit, to);
        return;
    case LYT_GROUP_CONCEPT:
        lyt_walk_concepts(walk, visit, to);
        return;
    case LYT_GROUP_CHAR:
    case LYT_GROUPS:
        return;
    }
}

lyt_status lyt_tally_find(lyt_tally *tally, const lyt_text *text, unsigned groups,
                          const lyt_tally_rows *rows, bool by_clause)
{
    finding f = {.rows = *rows};

    /* one more: what is not kept was written behind the last */
    if (lyt_tally_room(tally, lyt_walk_most(text) + 1, by_clause) ||
        grow(tally, &tally->walk.keys, &tally->cap_keys, text->n_tokens, sizeof *tally->walk.keys))
        return LYT_ENOMEM;
    f.row = tally->rows;
    f.clause = tally->clauses;
    f.place = tally->places;
    lyt_walk_begin(&tally->walk, text);
    for (unsigned g = 0; g < LYT_GROUPS; g++) {
        if (groups >> g & by_clause & 1)
            find_group(&tally->walk, (lyt_group)g, find_row_and_clause, &f);
        else if (groups >> g & 1)
            find_group(&tally->walk, (lyt_group)g, find_row, &f);
        tally->ends[g] = (size_t)(f.row - tally->rows);
    }
    tally->n = tally->ends[LYT_GROUPS - 1];
    return LYT_OK;
}

static lyt_status make_slots(lyt_tally *tally)
{
    size_t slots = slots_min;

    while (slots < slots_per_feature * tally->n)
        slots *= 2;
    if (slots > tally->cap_slots)
        tally->tag = tag_max;
    tally->n_slots = slots;
    return grow(tally, &tally->slots, &tally->cap_slots, slots, sizeof *tally->slots);
}

/* The slots of all groups before are free. */
static void next_group(lyt_tally *tally)
{
    if (++tally->tag <= tag_max)
        return;
    tally->tag = 1;
    memset(tally->slots, 0, tally->cap_slots * sizeof *tally->slots);
}

/* A group's occurrences, and the squares of what they count. */
typedef struct group {
    const lyt_weighing *weighing;
    const float *table; /* by code */
    size_t from, to;
    float square;
} group;

static inline float in_full(const group *g, uint32_t row)
{
    return g->table[g->weighing->codes[row * g->weighing->stride]];
}

/* An occurrence of a row that the group had already. */
typedef struct again {
    size_t first, i;
    bool is_part, by_clause;
} again;

/* What is written counts in full, though its first occurrence was only meant. */
static void meet_again(lyt_tally *tally, group *g, const again *met)
{
    float *const x = &tally->x[met->first];
    const float full = in_full(g, tally->rows[met->first]);

    tally->x[met->i] = 0;
    if (!met->is_part && *x < full) {
        g->square += full * full - *x * *x;
        *x = full;
    }
    if (!met->by_clause)
        return;
    if (tally->clauses[met->i] == tally->latest[met->first])
        tally->apart[met->i] = 0;
    else if (tally->clauses[met->i] != lyt_no_clause)
        tally->latest[met->first] = tally->clauses[met->i];
}

/* Whether the occurrence is the first of its row; its slot is taken by another or by it before. */
static bool look_further(lyt_tally *tally, group *g, again *met)
{
    lyt_tally_slot *const slots = tally->slots;
    const uint32_t tag = tally->tag << row_bits, key = tag | tally->rows[met->i];
    const size_t mask = tally->n_slots - 1;
    size_t at = key & mask;

    /* keys of the same tag differ in their rows alone */
    while (slots[at].key != key && (slots[at].key ^ tag) >> row_bits == 0)
        at = (at + 1) & mask;
    if (slots[at].key == key) {
        met->first = slots[at].index;
        meet_again(tally, g, met);
        return false;
    }
    slots[at] = (lyt_tally_slot){key, (uint32_t)met->i};
    return true;
}

/* Only stems may be those of parts. */
LYT_WALKING void weigh(lyt_tally *tally, group *g, bool has_parts, bool by_clause)
{
    lyt_tally_slot *const slots = tally->slots;
    const uint32_t tag = tally->tag << row_bits;
    const size_t mask = tally->n_slots - 1;

    for (size_t i = g->from; i < g->to; i++) {
        const bool is_part = has_parts && (tally->rows[i] & lyt_tally_part);
        const uint32_t row = has_parts ? tally->rows[i] & ~lyt_tally_part : tally->rows[i];
        const float x = is_part ? lyt_vector_light * in_full(g, row) : in_full(g, row);
        const uint32_t key = tag | row;
        lyt_tally_slot *const slot = &slots[key & mask];

        tally->x[i] = x;
        if (has_parts)
            tally->rows[i] = row;
        if (by_clause) {
            tally->latest[i] = tally->clauses[i];
            tally->apart[i] = tally->clauses[i] == lyt_no_clause ? 0 : x;
        }
        if ((slot->key ^ tag) >> row_bits)
            *slot = (lyt_tally_slot){key, (uint32_t)i};
        else if (!look_further(tally, g, &(again){0, i, is_part, by_clause}))
            continue;
        g->square += x * x;
    }
}

lyt_status lyt_tally_weigh(lyt_tally *tally, const lyt_weighing *weighing, bool by_clause)
{
    group g = {.weighing = weighing};

    if (make_slots(tally))
        return LYT_ENOMEM;
    for (size_t k = 0; k < LYT_GROUPS; k++, g.from = g.to) {
        g.to = tally->ends[k];
        g.square = 0;
        /* a rare value of the polarity lexicon says no more than a common one */
        g.table = k == LYT_GROUP_POLARITY ? tally->flat : weighing->idf;
        if (g.from < g.to) {
            next_group(tally);
            if (k == LYT_GROUP_STEM)
                weigh(tally, &g, true, by_clause);
            else if (by_clause)
                weigh(tally, &g, false, true);
            else
                weigh(tally, &g, false, false);
        }
        tally->factor[k] = g.square > 0 ? weighing->groups[k] / sqrtf(g.square) : 0;
    }
    return LYT_OK;
}
