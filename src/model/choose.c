#include "choose.h"

#include <math.h>
#include <stdlib.h>

#include "feature.h"
#include "mem.h"

static const double common = .8;

/*
 * Words are numbered; a candidate is a row of numbers. rows[starts[i]] to rows[starts[i + 1]]
 * are those of candidate i, and one over length[i] makes its vector a unit one.
 */
typedef struct choosing {
    const lyt_candidate *candidates;
    size_t n;
    const lyt_alloc *alloc;
    uint64_t *keys; /* all there are, ascending */
    size_t n_keys;
    size_t *starts, *rows;
    double *rarity; /* of key k, squared */
    double *sum;    /* of key k: over all candidates, rarity over length */
    double *length, *density, *covered;
    double *mark; /* of key k: its weight in the one chosen last */
} choosing;

static int by_key(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static lyt_status make_room(choosing *c, size_t n_all)
{
    c->keys = lyt_mem_array(c->alloc, n_all + 1, sizeof *c->keys);
    c->starts = lyt_mem_array(c->alloc, c->n + 1, sizeof *c->starts);
    c->rows = lyt_mem_array(c->alloc, n_all + 1, sizeof *c->rows);
    c->rarity = lyt_mem_array(c->alloc, n_all + 1, sizeof *c->rarity);
    c->sum = lyt_mem_array(c->alloc, n_all + 1, sizeof *c->sum);
    c->mark = lyt_mem_array(c->alloc, n_all + 1, sizeof *c->mark);
    c->length = lyt_mem_array(c->alloc, c->n + 1, sizeof *c->length);
    c->density = lyt_mem_array(c->alloc, c->n + 1, sizeof *c->density);
    c->covered = lyt_mem_array(c->alloc, c->n + 1, sizeof *c->covered);
    return c->keys && c->starts && c->rows && c->rarity && c->sum && c->mark && c->length &&
                   c->density && c->covered
               ? LYT_OK
               : LYT_ENOMEM;
}

static void free_room(choosing *c)
{
    lyt_mem_free(c->alloc, c->keys);
    lyt_mem_free(c->alloc, c->starts);
    lyt_mem_free(c->alloc, c->rows);
    lyt_mem_free(c->alloc, c->rarity);
    lyt_mem_free(c->alloc, c->sum);
    lyt_mem_free(c->alloc, c->mark);
    lyt_mem_free(c->alloc, c->length);
    lyt_mem_free(c->alloc, c->density);
    lyt_mem_free(c->alloc, c->covered);
}

/* Numbers the words, and counts in how many candidates each is. */
static void number_keys(choosing *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->candidates[i].n_keys; k++)
            c->keys[n++] = c->candidates[i].keys[k];
    if (n)
        qsort(c->keys, n, sizeof *c->keys, by_key);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || c->keys[c->n_keys - 1] != c->keys[i])
            c->keys[c->n_keys++] = c->keys[i];
    n = 0;
    for (size_t i = 0; i < c->n; i++) {
        c->starts[i] = n;
        for (size_t k = 0; k < c->candidates[i].n_keys; k++) {
            const uint64_t *found =
                bsearch(&c->candidates[i].keys[k], c->keys, c->n_keys, sizeof *c->keys, by_key);

            c->rows[n++] = (size_t)(found - c->keys);
            c->rarity[found - c->keys]++;
        }
    }
    c->starts[c->n] = n;
}

/* Cosines are sums over words of rarity squared over both lengths. */
static void weigh(choosing *c)
{
    for (size_t k = 0; k < c->n_keys; k++) {
        double idf = log((1 + (double)c->n) / c->rarity[k]);

        c->rarity[k] = idf * idf;
    }
    for (size_t i = 0; i < c->n; i++) {
        double squares = 0;

        for (size_t r = c->starts[i]; r < c->starts[i + 1]; r++)
            squares += c->rarity[c->rows[r]];
        c->length[i] = sqrt(squares);
        for (size_t r = c->starts[i]; c->length[i] > 0 && r < c->starts[i + 1]; r++)
            c->sum[c->rows[r]] += 1 / c->length[i];
    }
    for (size_t i = 0; i < c->n; i++) {
        double likeness = 0;

        for (size_t r = c->starts[i]; c->length[i] > 0 && r < c->starts[i + 1]; r++)
            likeness += c->rarity[c->rows[r]] * c->sum[c->rows[r]] / c->length[i];
        c->density[i] = likeness / (double)c->n;
    }
}

/* The candidate was chosen: who is like it has less to tell. */
static void cover(choosing *c, size_t chosen)
{
    if (!(c->length[chosen] > 0))
        return;
    for (size_t r = c->starts[chosen]; r < c->starts[chosen + 1]; r++)
        c->mark[c->rows[r]] = c->rarity[c->rows[r]] / c->length[chosen];
    for (size_t i = 0; i < c->n; i++) {
        double likeness = 0;

        for (size_t r = c->starts[i]; c->length[i] > 0 && r < c->starts[i + 1]; r++)
            likeness += c->mark[c->rows[r]] / c->length[i];
        if (likeness > c->covered[i])
            c->covered[i] = likeness < 1 ? likeness : 1;
    }
    for (size_t r = c->starts[chosen]; r < c->starts[chosen + 1]; r++)
        c->mark[c->rows[r]] = 0;
}

/*
 * What is common and unlike all that was chosen before. Nearly the first power of how common it is:
 * among messages that plainly say something failed, what many say is what there is to learn (of 20
 * draws of the hotel's sentences all were better than random ones with .8, macro-F1 +.020, the
 * least +.003; with the root +.019, the least +.002).
 */
static double worth(const choosing *c, size_t i)
{
    const double asked = c->candidates[i].worth, fresh = 1 - c->covered[i];

    return (asked > 0 ? asked : 0) * fresh * pow(c->density[i], common);
}

lyt_status lyt_choose(const lyt_candidate *candidates, size_t n, size_t max, const lyt_alloc *alloc,
                      size_t *out, size_t *n_out)
{
    choosing c = {.candidates = candidates, .n = n, .alloc = alloc};
    bool *is_chosen = lyt_mem_array(alloc, n + 1, sizeof *is_chosen);
    size_t n_all = 0;
    lyt_status status;

    for (size_t i = 0; i < n; i++)
        n_all += candidates[i].n_keys;
    status = make_room(&c, n_all);
    if (!is_chosen)
        status = LYT_ENOMEM;
    *n_out = 0;
    if (!status) {
        number_keys(&c);
        weigh(&c);
    }
    while (!status && *n_out < max && *n_out < n) {
        size_t best = n;

        for (size_t i = 0; i < n; i++)
            if (!is_chosen[i] && (best == n || worth(&c, i) > worth(&c, best)))
                best = i;
        is_chosen[best] = true;
        out[(*n_out)++] = best;
        cover(&c, best);
    }
    lyt_mem_free(alloc, is_chosen);
    free_room(&c);
    return status;
}

double lyt_doubt(const lyt_scores *scores, size_t n_labels)
{
    double none = scores->none > 0 ? scores->none : 0, first = 0, second = 0, doubt;

    /* the two best labels, then none among them */
    for (size_t i = 0; i < n_labels; i++) {
        double p = scores->probability[i];

        if (p > first) {
            second = first;
            first = p;
        } else if (p > second) {
            second = p;
        }
    }
    if (none > second)
        return 1 - fabs(none - first);
    if (!(first > 0))
        return 0;
    doubt = 1 - (first - second);
    /* two labels that are both as good as certain are no doubt; a label and none would be */
    return second > .5 && 2 * (1 - second) < doubt ? 2 * (1 - second) : doubt;
}

double lyt_worth(const lyt_scores *scores, size_t n_labels)
{
    double none = scores->none > 0 ? scores->none : 0, best = 0;

    for (size_t i = 0; i < n_labels; i++)
        best = scores->probability[i] > best ? scores->probability[i] : best;
    return lyt_doubt(scores, n_labels) * (1 - none) * (1 - best);
}

lyt_status lyt_choose_keys(const lyt_text *text, const lyt_alloc *alloc, lyt_arena *arena,
                           lyt_candidate *out)
{
    lyt_features features;
    uint64_t *keys;
    size_t n = 0, n_keys = 0;
    lyt_status status;

    lyt_features_init(&features, alloc);
    status = lyt_features_find(&features, text, 1u << LYT_GROUP_STEM);
    keys = status ? NULL : lyt_arena_array(arena, features.n + 1, sizeof *keys);
    if (keys) {
        for (size_t i = 0; i < features.n; i++)
            keys[n++] = features.items[i].hash;
        if (n)
            qsort(keys, n, sizeof *keys, by_key);
        for (size_t i = 0; i < n; i++)
            if (i == 0 || keys[n_keys - 1] != keys[i])
                keys[n_keys++] = keys[i];
        out->keys = keys;
        out->n_keys = n_keys;
    } else if (!status) {
        status = lyt_arena_status(arena);
    }
    lyt_features_deinit(&features);
    return status;
}
