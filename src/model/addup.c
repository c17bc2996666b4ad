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

/* Terms of one group that count alike. */
typedef struct kept {
    uint32_t *rows;
    float *x;
    size_t n;
} kept;

/* Those of the clause at hand, and those of no clause. */
typedef struct sorted {
    kept in, across;
} sorted;

static inline void keep(kept *k, uint32_t row, float x)
{
    k->rows[k->n] = row;
    k->x[k->n++] = x;
}

static void add_kept(const lyt_scratch *scratch, const kept *k, float *sum)
{
    if (k->n)
        scratch->add_rows(&scratch->table, &(lyt_terms){k->rows, k->x, k->n}, 1, sum);
}

/* From `at` on occurrences of one clause, and of none between them; where they end. */
static size_t sort_run(const lyt_tally *tally, size_t at, size_t end, sorted *s, unsigned *clause,
                       float *square)
{
    for (*clause = lyt_no_clause, *square = 0; at < end; at++) {
        const unsigned of = tally->clauses[at];
        const float x = tally->x[at];

        if (of == lyt_no_clause) {
            keep(&s->across, tally->rows[at], x);
            continue;
        }
        if (of != *clause && *clause != lyt_no_clause)
            break;
        *clause = of;
        *square += x * x;
        keep(&s->in, tally->rows[at], x);
    }
    return at;
}

/* Adds a run to its clause's sum and to whole; where it ends. */
static size_t add_run(lyt_scratch *scratch, sorted *s, float weight, size_t at, size_t end)
{
    const size_t stride = scratch->table.stride;
    lyt_tally *const tally = &scratch->tally;
    const size_t first = at;
    unsigned clause;
    float square, factor, *sum;

    s->in.n = 0;
    at = sort_run(tally, at, end, s, &clause, &square);
    factor = square > 0 ? weight / sqrtf(square) : 0;
    for (size_t i = first; i < at; i++)
        tally->apart[i] = tally->clauses[i] == lyt_no_clause ? 0 : factor * tally->x[i];
    if (clause == lyt_no_clause)
        return at;
    sum = scratch->clause_sum + clause * stride;
    memset(scratch->part, 0, stride * sizeof *scratch->part);
    add_kept(scratch, &s->in, scratch->part);
    for (size_t k = 0; k < stride; k++) {
        scratch->whole[k] += scratch->part[k];
        sum[k] += factor * scratch->part[k];
    }
    return at;
}

static lyt_status make_room(lyt_scratch *scratch, sorted *s)
{
    const size_t n = scratch->tally.n + 1;

    if (lyt_mem_grow(scratch->alloc, &scratch->sorted_rows, &scratch->cap_sorted_rows, 2 * n,
                     sizeof *scratch->sorted_rows) ||
        lyt_mem_grow(scratch->alloc, &scratch->sorted_x, &scratch->cap_sorted_x, 2 * n,
                     sizeof *scratch->sorted_x))
        return LYT_ENOMEM;
    *s = (sorted){.in = {scratch->sorted_rows, scratch->sorted_x, 0},
                  .across = {scratch->sorted_rows + n, scratch->sorted_x + n, 0}};
    return LYT_OK;
}

lyt_status lyt_addup_clauses(const lyt_model *model, lyt_scratch *scratch)
{
    const size_t stride = scratch->table.stride;
    sorted s;

    if (make_room(scratch, &s))
        return LYT_ENOMEM;
    for (size_t g = 0, at = 0; g < LYT_GROUPS; g++) {
        const size_t end = scratch->tally.ends[g];

        if (at == end)
            continue;
        memset(scratch->whole, 0, stride * sizeof *scratch->whole);
        s.across.n = 0;
        while (at < end)
            at = add_run(scratch, &s, model->head->weights[g], at, end);
        add_kept(scratch, &s.across, scratch->whole);
        for (size_t k = 0; k < stride; k++)
            scratch->sum[k] += scratch->tally.factor[g] * scratch->whole[k];
    }
    return LYT_OK;
}
