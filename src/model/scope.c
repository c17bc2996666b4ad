#include "scope.h"

#include <math.h>
#include <string.h>

#include "mem.h"

static const double most = 1.5, share = 0.05;

typedef struct counting {
    const lyt_weighed *weighed;
    size_t n_rows, n_folds;
    double *usual;    /* of each row: ln of how often it is met elsewhere */
    uint32_t *counts; /* of each fold, of each row; behind them of all */
    double *messages; /* the same: of all features */
} counting;

static double ratio(const counting *c, size_t row, double count, double messages)
{
    const double w = log((count + 0.5) / (messages + 0.5)) - c->usual[row];

    return w > most ? most : w < -most ? -most : w;
}

/* Of a row in the fold's messages or, behind all folds, in all. */
static uint32_t *count_of(const counting *c, size_t fold, size_t row)
{
    return &c->counts[fold * c->n_rows + row];
}

static void count(counting *c, const lyt_dataset *dataset)
{
    const lyt_matrix *m = &c->weighed->messages;
    const lyt_model *prior = c->weighed->prior;
    const size_t all = c->n_folds;

    for (size_t i = 0; i < m->n; i++) {
        const size_t fold = dataset->fold[i] % c->n_folds;

        c->messages[fold]++;
        c->messages[all]++;
        for (size_t j = m->row[i]; j < m->row[i + 1]; j++) {
            if (m->col[j] >= c->n_rows)
                continue;
            ++*count_of(c, fold, m->col[j]);
            ++*count_of(c, all, m->col[j]);
        }
    }
    for (size_t row = 0; row < c->n_rows; row++)
        c->usual[row] = log((lyt_dataset_usual(prior, dataset->hash_bits, row) + 0.5) /
                            ((double)prior->head->n_messages + 0.5));
}

static double sum_of(const counting *c, const lyt_dataset *dataset, size_t i)
{
    const lyt_matrix *m = &c->weighed->messages;
    const size_t fold = dataset->fold[i] % c->n_folds, all = c->n_folds;
    const double messages = c->messages[all] - c->messages[fold];
    double sum = 0;

    for (size_t j = m->row[i]; j < m->row[i + 1]; j++) {
        const size_t row = m->col[j];

        if (row < c->n_rows)
            sum += (double)m->value[j] *
                   ratio(c, row, *count_of(c, all, row) - *count_of(c, fold, row), messages);
    }
    return sum;
}

static void fit(const counting *c, const lyt_dataset *dataset, float *w, float *more)
{
    const size_t n = c->weighed->messages.n;
    double mean = 0, square = 0, factor;

    for (size_t i = 0; i < n; i++) {
        const double sum = sum_of(c, dataset, i);

        more[i] = (float)sum;
        mean += sum / (double)n;
        square += sum * sum / (double)n;
    }
    factor = square - mean * mean > 1e-9 ? share / sqrt(square - mean * mean) : 0;
    for (size_t i = 0; i < n; i++)
        more[i] = (float)(factor * ((double)more[i] - mean));
    for (size_t row = 0; row < c->n_rows; row++)
        if (c->weighed->codes[row])
            w[row] = (float)(factor *
                             ratio(c, row, *count_of(c, c->n_folds, row), c->messages[c->n_folds]));
    w[c->weighed->n_columns - 1] = (float)(-factor * mean);
}

lyt_status lyt_scope_fit(const lyt_dataset *dataset, const lyt_weighed *weighed, unsigned folds,
                         float *w, float *more)
{
    const lyt_alloc *alloc = dataset->alloc;
    counting c = {.weighed = weighed, .n_rows = (size_t)1 << dataset->hash_bits, .n_folds = folds};
    lyt_status status = LYT_ENOMEM;

    memset(w, 0, weighed->n_columns * sizeof *w);
    memset(more, 0, weighed->messages.n * sizeof *more);
    if (!weighed->prior || !weighed->messages.n)
        return LYT_OK;
    c.usual = lyt_mem_array(alloc, c.n_rows, sizeof *c.usual);
    c.counts = lyt_mem_array(alloc, (folds + 1) * c.n_rows, sizeof *c.counts);
    c.messages = lyt_mem_array(alloc, folds + 1, sizeof *c.messages);
    if (c.usual && c.counts && c.messages) {
        count(&c, dataset);
        fit(&c, dataset, w, more);
        status = LYT_OK;
    }
    lyt_mem_free(alloc, c.usual);
    lyt_mem_free(alloc, c.counts);
    lyt_mem_free(alloc, c.messages);
    return status;
}
