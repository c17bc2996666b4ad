#include "addup.h"

#include <math.h>
#include <string.h>

#include "mem.h"

void lyt_addup_text(lyt_scratch *scratch)
{
    const lyt_tally *tally = &scratch->tally;
    size_t from = 0;

    for (size_t g = 0; g < LYT_GROUPS; g++) {
        const lyt_terms terms = {tally->rows + from, tally->x + from, tally->ends[g] - from};

        if (terms.n)
            scratch->add_rows(&scratch->table, &terms, tally->factor[g], scratch->sum);
        from = tally->ends[g];
    }
}

/* One group of a text of several clauses. */
typedef struct adding {
    lyt_scratch *scratch;
    size_t group;
    float weight; /* of the group */
} adding;

static void add_times(float *restrict total, const float *restrict sum, float factor, size_t n)
{
    for (size_t k = 0; k < n; k++)
        total[k] += factor * sum[k];
}

/* All that the group has of a clause: to the clause's own sum, and to the text's. */
static void add_clause(const adding *a, size_t clause, const lyt_terms *terms, float square)
{
    lyt_scratch *const scratch = a->scratch;
    const size_t stride = scratch->table.stride;
    const float factor = square > 0 ? a->weight / sqrtf(square) : 0;

    memset(scratch->part, 0, stride * sizeof *scratch->part);
    scratch->add_rows(&scratch->table, terms, 1, scratch->part);
    add_times(scratch->whole, scratch->part, 1, stride);
    add_times(scratch->clause_sum + clause * stride, scratch->part, factor, stride);
    scratch->clause_factor[clause * LYT_GROUPS + a->group] = factor;
}

/* Occurrences that stand clause by clause; what lies in none stands between them. */
static void add_runs(const adding *a, size_t at, size_t end)
{
    const lyt_tally *tally = &a->scratch->tally;

    while (at < end) {
        const size_t first = at;
        const unsigned clause = tally->clauses[at];
        lyt_terms terms;
        float square = 0;

        for (; at < end && tally->clauses[at] == clause; at++)
            square += tally->x[at] * tally->x[at];
        terms = (lyt_terms){tally->rows + first, tally->x + first, at - first};
        if (clause != lyt_no_clause)
            add_clause(a, clause, &terms, square);
        else
            a->scratch->add_rows(&a->scratch->table, &terms, 1, a->scratch->whole);
    }
}

/* Terms taken from where they stand. */
typedef struct kept {
    uint32_t *rows;
    float *x;
    size_t n;
} kept;

static inline void keep(kept *k, uint32_t row, float x)
{
    k->rows[k->n] = row;
    k->x[k->n++] = x;
}

/*
 * Pairs: each word with those before it, so that a clause's own stand between those that lie in
 * none. The clause of the first that has one, and where the next begins; lyt_no_clause: none has.
 */
static size_t take_pairs(const lyt_tally *tally, size_t at, size_t end, kept *in, kept *across,
                         unsigned *clause)
{
    in->n = 0;
    for (*clause = lyt_no_clause; at < end; at++) {
        const unsigned of = tally->clauses[at];

        if (of == lyt_no_clause) {
            keep(across, tally->rows[at], tally->x[at]);
            continue;
        }
        if (of != *clause && *clause != lyt_no_clause)
            break;
        *clause = of;
        keep(in, tally->rows[at], tally->x[at]);
    }
    return at;
}

static lyt_status add_pairs(const adding *a, size_t at, size_t end)
{
    lyt_scratch *const scratch = a->scratch;
    const size_t n = end - at;
    kept in, across;

    if (lyt_mem_grow(scratch->alloc, &scratch->sorted_rows, &scratch->cap_sorted_rows, 2 * n,
                     sizeof *scratch->sorted_rows) ||
        lyt_mem_grow(scratch->alloc, &scratch->sorted_x, &scratch->cap_sorted_x, 2 * n,
                     sizeof *scratch->sorted_x))
        return LYT_ENOMEM;
    in = (kept){scratch->sorted_rows, scratch->sorted_x, 0};
    across = (kept){scratch->sorted_rows + n, scratch->sorted_x + n, 0};
    while (at < end) {
        unsigned clause;
        float square = 0;

        at = take_pairs(&scratch->tally, at, end, &in, &across, &clause);
        for (size_t i = 0; i < in.n; i++)
            square += in.x[i] * in.x[i];
        if (clause != lyt_no_clause)
            add_clause(a, clause, &(lyt_terms){in.rows, in.x, in.n}, square);
    }
    scratch->add_rows(&scratch->table, &(lyt_terms){across.rows, across.x, across.n}, 1,
                      scratch->whole);
    return LYT_OK;
}

lyt_status lyt_addup_clauses(const lyt_model *model, lyt_scratch *scratch)
{
    const size_t stride = scratch->table.stride;
    const lyt_tally *tally = &scratch->tally;
    adding a = {.scratch = scratch};

    for (size_t at = 0; a.group < LYT_GROUPS; at = tally->ends[a.group++]) {
        const size_t end = tally->ends[a.group];

        if (at == end)
            continue;
        a.weight = model->head->weights[a.group];
        memset(scratch->whole, 0, stride * sizeof *scratch->whole);
        if (a.group != LYT_GROUP_PAIR)
            add_runs(&a, at, end);
        else if (add_pairs(&a, at, end))
            return LYT_ENOMEM;
        add_times(scratch->sum, scratch->whole, tally->factor[a.group], stride);
    }
    return LYT_OK;
}
