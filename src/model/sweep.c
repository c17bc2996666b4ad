#include "sweep.h"

#include <stdlib.h>

#include "mem.h"

typedef struct pair {
    double probability;
    uint64_t right; /* truth; once sealed, how many of the pairs up to this one are true */
} pair;

struct lyt_sweep {
    const lyt_alloc *alloc;
    pair *pairs;
    size_t n, cap;
};

lyt_status lyt_sweep_new(lyt_sweep **out, const lyt_alloc *alloc)
{
    lyt_sweep *sweep = lyt_mem_new(alloc, sizeof *sweep);

    if (!sweep)
        return LYT_ENOMEM;
    sweep->alloc = alloc;
    *out = sweep;
    return LYT_OK;
}

void lyt_sweep_free(lyt_sweep *sweep)
{
    if (!sweep)
        return;
    lyt_mem_free(sweep->alloc, sweep->pairs);
    lyt_mem_free(sweep->alloc, sweep);
}

lyt_status lyt_sweep_add(lyt_sweep *sweep, double probability, bool truth)
{
    lyt_status status =
        lyt_mem_grow(sweep->alloc, &sweep->pairs, &sweep->cap, sweep->n + 1, sizeof *sweep->pairs);

    if (!status)
        sweep->pairs[sweep->n++] = (pair){probability > 0 ? probability : 0, truth};
    return status;
}

static int by_probability(const void *a, const void *b)
{
    const pair *x = a, *y = b;

    return (x->probability < y->probability) - (x->probability > y->probability);
}

void lyt_sweep_seal(lyt_sweep *sweep)
{
    if (sweep->n)
        qsort(sweep->pairs, sweep->n, sizeof *sweep->pairs, by_probability);
    for (size_t i = 1; i < sweep->n; i++)
        sweep->pairs[i].right += sweep->pairs[i - 1].right;
}

/* The first n pairs. */
static lyt_cut cut_of(const lyt_sweep *sweep, size_t n, double threshold)
{
    return (lyt_cut){
        .threshold = threshold,
        .said = n,
        .right = n ? sweep->pairs[n - 1].right : 0,
        .there = sweep->n ? sweep->pairs[sweep->n - 1].right : 0,
    };
}

lyt_cut lyt_sweep_cut(const lyt_sweep *sweep, double threshold)
{
    size_t low = 0, high = sweep->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (sweep->pairs[middle].probability >= threshold)
            low = middle + 1;
        else
            high = middle;
    }
    return cut_of(sweep, low, threshold);
}

/* Behind the pairs that are as probable as pair `index`: they are said together. */
static size_t end_of(const lyt_sweep *sweep, size_t index)
{
    size_t end = index + 1;

    while (end < sweep->n && sweep->pairs[end].probability >= sweep->pairs[index].probability)
        end++;
    return end;
}

lyt_cut lyt_sweep_reaching(const lyt_sweep *sweep, double recall)
{
    size_t low = 0, high = sweep->n;
    lyt_cut all = cut_of(sweep, sweep->n, sweep->n ? sweep->pairs[sweep->n - 1].probability : 0);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((double)sweep->pairs[middle].right < recall * (double)all.there)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sweep->n)
        return all;
    return cut_of(sweep, end_of(sweep, low), sweep->pairs[low].probability);
}

lyt_cut lyt_sweep_best(const lyt_sweep *sweep)
{
    lyt_cut best = cut_of(sweep, 0, 0);

    for (size_t i = 0; i < sweep->n;) {
        size_t end = end_of(sweep, i);
        lyt_cut cut = cut_of(sweep, end, sweep->pairs[i].probability);

        if (i == 0 || lyt_cut_f1(&cut) > lyt_cut_f1(&best))
            best = cut;
        i = end;
    }
    return best;
}

double lyt_sweep_average_precision(const lyt_sweep *sweep)
{
    double area = 0, before = 0;

    for (size_t i = 0; i < sweep->n;) {
        size_t end = end_of(sweep, i);
        lyt_cut cut = cut_of(sweep, end, sweep->pairs[i].probability);
        double recall = lyt_cut_recall(&cut);

        area += (recall - before) * lyt_cut_precision(&cut);
        before = recall;
        i = end;
    }
    return area;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

double lyt_cut_precision(const lyt_cut *cut)
{
    return share(cut->right, cut->said);
}

double lyt_cut_recall(const lyt_cut *cut)
{
    return share(cut->right, cut->there);
}

double lyt_cut_f1(const lyt_cut *cut)
{
    return share(2 * cut->right, cut->said + cut->there);
}
