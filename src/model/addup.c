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

/* One group of a text of several clauses. */
typedef struct adding {
    lyt_scratch *scratch;
    size_t group;
    float weight;   /* of the group */
    kept elsewhere; /* what the text counts and the clauses do not, less what they count more */
} adding;

/* All that the group has of a clause: to the clause's own sum, and to the text's. */
static void add_clause(const adding *a, size_t clause, const lyt_terms *terms)
{
    lyt_scratch *const scratch = a->scratch;
    const size_t stride = scratch->table.stride;
    float square = 0, factor;

    for (size_t i = 0; i < terms->n; i++)
        square += terms->x[i] * terms->x[i];
    factor = square > 0 ? a->weight / sqrtf(square) : 0;
    memset(scratch->part, 0, stride * sizeof *scratch->part);
    scratch->add_rows(&scratch->table, terms, 1, scratch->part);
    lyt_sums_add_times(scratch->whole, scratch->part, 1, stride);
    lyt_sums_add_times(scratch->clause_sum + clause * stride, scratch->part, factor, stride);
    scratch->clause_factor[clause * LYT_GROUPS + a->group] = factor;
}

/* Occurrence i counts otherwise in the text than in its clause: it was there before. */
static inline void set_right(adding *a, size_t i)
{
    const lyt_tally *tally = &a->scratch->tally;
    const float more = tally->x[i] - tally->apart[i];

    if (more > 0 || more < 0)
        keep(&a->elsewhere, tally->rows[i], more);
}

/* Occurrences that stand clause by clause; what lies in none stands between them. */
static void add_runs(adding *a, size_t at, size_t end)
{
    const lyt_tally *tally = &a->scratch->tally;

    while (at < end) {
        const size_t first = at;
        const unsigned clause = tally->clauses[at];

        for (; at < end && tally->clauses[at] == clause; at++)
            set_right(a, at);
        if (clause != lyt_no_clause)
            add_clause(a, clause,
                       &(lyt_terms){tally->rows + first, tally->apart + first, at - first});
    }
}

static lyt_status make_room(adding *a)
{
    lyt_scratch *const scratch = a->scratch;
    const size_t n = scratch->tally.n + 1;

    if (lyt_mem_grow(scratch->alloc, &scratch->elsewhere_rows, &scratch->cap_elsewhere_rows, n,
                     sizeof *scratch->elsewhere_rows) ||
        lyt_mem_grow(scratch->alloc, &scratch->elsewhere_x, &scratch->cap_elsewhere_x, n,
                     sizeof *scratch->elsewhere_x))
        return LYT_ENOMEM;
    a->elsewhere = (kept){scratch->elsewhere_rows, scratch->elsewhere_x, 0};
    return LYT_OK;
}

lyt_status lyt_addup_clauses(const lyt_model *model, lyt_scratch *scratch)
{
    const size_t stride = scratch->table.stride;
    const lyt_tally *tally = &scratch->tally;
    adding a = {.scratch = scratch};

    if (make_room(&a))
        return LYT_ENOMEM;
    for (size_t at = 0; a.group < LYT_GROUPS; at = tally->ends[a.group++]) {
        const size_t end = tally->ends[a.group];

        if (at == end)
            continue;
        a.weight = model->head->weights[a.group];
        a.elsewhere.n = 0;
        memset(scratch->whole, 0, stride * sizeof *scratch->whole);
        add_runs(&a, at, end);
        scratch->add_rows(&scratch->table,
                          &(lyt_terms){a.elsewhere.rows, a.elsewhere.x, a.elsewhere.n}, 1,
                          scratch->whole);
        lyt_sums_add_times(scratch->sum, scratch->whole, tally->factor[a.group], stride);
    }
    return LYT_OK;
}
