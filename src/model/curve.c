#include "curve.h"

#include <stdlib.h>

#include "mem.h"

typedef struct pair {
    double probability;
    uint64_t right; /* truth; once sealed, how many of the pairs up to this one are true */
} pair;

struct lyt_curve {
    const lyt_alloc *alloc;
    pair *pairs;
    size_t n, cap;
};

lyt_status lyt_curve_new(lyt_curve **out, const lyt_alloc *alloc)
{
    lyt_curve *curve = lyt_mem_new(alloc, sizeof *curve);

    if (!curve)
        return LYT_ENOMEM;
    curve->alloc = alloc;
    *out = curve;
    return LYT_OK;
}

void lyt_curve_free(lyt_curve *curve)
{
    if (!curve)
        return;
    lyt_mem_free(curve->alloc, curve->pairs);
    lyt_mem_free(curve->alloc, curve);
}

lyt_status lyt_curve_add(lyt_curve *curve, double probability, bool truth)
{
    lyt_status status =
        lyt_mem_grow(curve->alloc, &curve->pairs, &curve->cap, curve->n + 1, sizeof *curve->pairs);

    if (!status)
        curve->pairs[curve->n++] = (pair){probability > 0 ? probability : 0, truth};
    return status;
}

static int by_probability(const void *a, const void *b)
{
    const pair *x = a, *y = b;

    return (x->probability < y->probability) - (x->probability > y->probability);
}

void lyt_curve_seal(lyt_curve *curve)
{
    if (curve->n)
        qsort(curve->pairs, curve->n, sizeof *curve->pairs, by_probability);
    for (size_t i = 1; i < curve->n; i++)
        curve->pairs[i].right += curve->pairs[i - 1].right;
}

/* The first n pairs. */
static lyt_cut cut_of(const lyt_curve *curve, size_t n, double threshold)
{
    return (lyt_cut){
        .threshold = threshold,
        .said = n,
        .right = n ? curve->pairs[n - 1].right : 0,
        .there = curve->n ? curve->pairs[curve->n - 1].right : 0,
    };
}

lyt_cut lyt_curve_cut(const lyt_curve *curve, double threshold)
{
    size_t low = 0, high = curve->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (curve->pairs[middle].probability >= threshold)
            low = middle + 1;
        else
            high = middle;
    }
    return cut_of(curve, low, threshold);
}

/* Behind the pairs that are as probable as pair `index`: they are said together. */
static size_t end_of(const lyt_curve *curve, size_t index)
{
    size_t end = index + 1;

    while (end < curve->n && curve->pairs[end].probability >= curve->pairs[index].probability)
        end++;
    return end;
}

lyt_cut lyt_curve_reaching(const lyt_curve *curve, double recall)
{
    size_t low = 0, high = curve->n;
    lyt_cut all = cut_of(curve, curve->n, curve->n ? curve->pairs[curve->n - 1].probability : 0);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((double)curve->pairs[middle].right < recall * (double)all.there)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == curve->n)
        return all;
    return cut_of(curve, end_of(curve, low), curve->pairs[low].probability);
}

lyt_cut lyt_curve_best(const lyt_curve *curve)
{
    lyt_cut best = cut_of(curve, 0, 0);

    for (size_t i = 0; i < curve->n;) {
        size_t end = end_of(curve, i);
        lyt_cut cut = cut_of(curve, end, curve->pairs[i].probability);

        if (i == 0 || lyt_cut_f1(&cut) > lyt_cut_f1(&best))
            best = cut;
        i = end;
    }
    return best;
}

double lyt_curve_average_precision(const lyt_curve *curve)
{
    double area = 0, before = 0;

    for (size_t i = 0; i < curve->n;) {
        size_t end = end_of(curve, i);
        lyt_cut cut = cut_of(curve, end, curve->pairs[i].probability);
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
