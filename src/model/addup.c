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

/* Those that count the same in their clause and in the text, and those of one of them alone. */
typedef struct sorted {
    kept both, in_clause, in_text;
    float square; /* of what counts in the clause */
} sorted;

static inline void keep(kept *k, uint32_t row, float x)
{
    k->rows[k->n] = row;
    k->x[k->n] = x;
    k->n += x > 0;
}

static void add_kept(const lyt_scratch *scratch, const kept *k, float *sum)
{
    if (k->n)
        scratch->add_rows(&scratch->table, &(lyt_terms){k->rows, k->x, k->n}, 1, sum);
}

/* Occurrence i, of the clause at hand or of none. */
static inline void sort_in(const lyt_scratch *scratch, size_t i, sorted *s)
{
    const lyt_tally *tally = &scratch->tally;
    const float x = tally->x[i], apart = tally->apart[i];

    s->square += apart * apart;
    if (apart >= x && apart <= x) {
        keep(&s->both, tally->rows[i], x);
        return;
    }
    keep(&s->in_text, tally->rows[i], x);
    keep(&s->in_clause, tally->rows[i], apart);
}

/* Adds the clause's terms to its own sum and, what the text has too, to whole; their factor. */
static float end_run(lyt_scratch *scratch, sorted *s, size_t clause, float weight)
{
    const size_t stride = scratch->table.stride;
    float *const sum = scratch->clause_sum + clause * stride;
    const float factor = s->square > 0 ? weight / sqrtf(s->square) : 0;

    memset(scratch->part, 0, stride * sizeof *scratch->part);
    add_kept(scratch, &s->both, scratch->part);
    for (size_t k = 0; k < stride; k++)
        scratch->whole[k] += scratch->part[k];
    add_kept(scratch, &s->in_clause, scratch->part);
    for (size_t k = 0; k < stride; k++)
        sum[k] += factor * scratch->part[k];
    s->both.n = s->in_clause.n = 0;
    return factor;
}

/* From `at` on occurrences of one clause, and of none between them; where they end. */
static size_t add_run(lyt_scratch *scratch, sorted *s, float weight, size_t at, size_t end)
{
    const uint16_t *const clauses = scratch->tally.clauses;
    const size_t first = at;
    unsigned clause = lyt_no_clause;
    float factor;

    for (s->square = 0; at < end; at++) {
        if (clauses[at] != lyt_no_clause && clauses[at] != clause) {
            if (clause != lyt_no_clause)
                break;
            clause = clauses[at];
        }
        sort_in(scratch, at, s);
    }
    if (clause == lyt_no_clause)
        return at;
    factor = end_run(scratch, s, clause, weight);
    for (size_t i = first; i < at; i++)
        scratch->tally.apart[i] *= factor;
    return at;
}

static lyt_status make_room(lyt_scratch *scratch, sorted *s)
{
    const size_t n = scratch->tally.n + 1;

    if (lyt_mem_grow(scratch->alloc, &scratch->sorted_rows, &scratch->cap_sorted_rows, 3 * n,
                     sizeof *scratch->sorted_rows) ||
        lyt_mem_grow(scratch->alloc, &scratch->sorted_x, &scratch->cap_sorted_x, 3 * n,
                     sizeof *scratch->sorted_x))
        return LYT_ENOMEM;
    *s = (sorted){.both = {scratch->sorted_rows, scratch->sorted_x, 0},
                  .in_clause = {scratch->sorted_rows + n, scratch->sorted_x + n, 0},
                  .in_text = {scratch->sorted_rows + 2 * n, scratch->sorted_x + 2 * n, 0}};
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
        s.in_text.n = 0;
        while (at < end)
            at = add_run(scratch, &s, model->head->weights[g], at, end);
        add_kept(scratch, &s.in_text, scratch->whole);
        for (size_t k = 0; k < stride; k++)
            scratch->sum[k] += scratch->tally.factor[g] * scratch->whole[k];
    }
    return LYT_OK;
}
