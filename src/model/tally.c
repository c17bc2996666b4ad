#include "tally.h"

#include <math.h>
#include <string.h>

#include "mem.h"

void lyt_tally_init(lyt_tally *tally, const lyt_alloc *alloc)
{
    *tally = (lyt_tally){.alloc = alloc};
    for (size_t code = 1; code < sizeof tally->flat / sizeof *tally->flat; code++)
        tally->flat[code] = 1;
}

void lyt_tally_deinit(lyt_tally *tally)
{
    lyt_mem_free(tally->alloc, tally->walk.keys);
    lyt_mem_free(tally->alloc, tally->walk.partners);
    lyt_mem_free(tally->alloc, tally->rows);
    lyt_mem_free(tally->alloc, tally->clauses);
    lyt_mem_free(tally->alloc, tally->places);
    lyt_mem_free(tally->alloc, tally->x);
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
    return grow(tally, &tally->clauses, &tally->cap_clauses, n, sizeof *tally->clauses);
}

/* Where the rows of features go. */
typedef struct finding {
    uint32_t *row;
    uint16_t *clause;
    uint32_t *place;
    lyt_row_table table;
    unsigned shift;
} finding;

LYT_WALKING uint16_t second_of(const lyt_met_feature *met)
{
    return (uint16_t)(met->group == LYT_GROUP_STEM       ? (int)met->extra
                      : met->group == LYT_GROUP_POLARITY ? met->value
                                                         : (int)met->other);
}

LYT_WALKING void find(finding *f, const lyt_met_feature *met)
{
    const uint32_t row = (uint32_t)(lyt_hash_pair(met->key, (uint64_t)met->group + 1) >> f->shift);

    __builtin_prefetch(f->table.rows + row * f->table.stride);
    *f->row++ = met->is_part ? row | lyt_tally_part : row;
    *f->place++ = (uint16_t)met->token | (uint32_t)second_of(met) << 16;
}

LYT_WALKING void find_row(void *to, const lyt_met_feature *met)
{
    find(to, met);
}

LYT_WALKING void find_row_and_clause(void *to, const lyt_met_feature *met)
{
    finding *f = to;

    find(f, met);
    *f->clause++ = (uint16_t)met->clause;
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
    case LYT_GROUP_PAIR:
        lyt_walk_pairs(walk, visit, to);
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
                          const lyt_row_table *table, unsigned shift, bool by_clause)
{
    finding f = {.table = *table, .shift = shift};

    if (lyt_tally_room(tally, lyt_walk_most(text), by_clause) ||
        grow(tally, &tally->walk.keys, &tally->cap_keys, text->n_tokens,
             sizeof *tally->walk.keys) ||
        grow(tally, &tally->walk.partners, &tally->cap_partners, text->n_tokens,
             sizeof *tally->walk.partners))
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

/* Of [from, to), whose rarities are the table's, by code; the square of their length. */
static float weigh(lyt_tally *tally, const lyt_weighing *weighing, const float *table, size_t from,
                   size_t to)
{
    float square = 0;

    for (size_t i = from; i < to; i++) {
        const float x = table[weighing->codes[tally->rows[i] * weighing->stride]];

        tally->x[i] = x;
        square += x * x;
    }
    return square;
}

/* Stems, which may be those of parts. */
static float weigh_stems(lyt_tally *tally, const lyt_weighing *weighing, size_t to)
{
    float square = 0;

    for (size_t i = 0; i < to; i++) {
        const uint32_t row = tally->rows[i] & ~lyt_tally_part;
        const float full = weighing->idf[weighing->codes[row * weighing->stride]];
        const float x = row == tally->rows[i] ? full : lyt_vector_light * full;

        tally->rows[i] = row;
        tally->x[i] = x;
        square += x * x;
    }
    return square;
}

void lyt_tally_weigh(lyt_tally *tally, const lyt_weighing *weighing)
{
    size_t from = 0;

    for (size_t g = 0; g < LYT_GROUPS; g++) {
        const size_t to = tally->ends[g];
        float square;

        if (g == LYT_GROUP_STEM)
            square = weigh_stems(tally, weighing, to);
        else
            /* a rare value of the polarity lexicon says no more than a common one */
            square = weigh(tally, weighing, g == LYT_GROUP_POLARITY ? tally->flat : weighing->idf,
                           from, to);
        tally->factor[g] = square > 0 ? weighing->groups[g] / sqrtf(square) : 0;
        from = to;
    }
}
