#include "leaning.h"

#include <math.h>
#include <string.h>

#include "mem.h"

/* Ridge, in messages whose margins lie one apart: of a hundred, little is believed. */
static const double ridge = 300;

static bool is_mood(const char *label)
{
    return strcmp(label, lyt_mood_names[0]) == 0 || strcmp(label, lyt_mood_names[1]) == 0;
}

static void take_weights(lyt_leaning *leaning, const lyt_model *prior, unsigned shift)
{
    const size_t stride = prior->head->stride;
    size_t j = 0;

    for (size_t label = 0; label < prior->head->n_labels && j < leaning->n; label++) {
        float *weight = leaning->weight + j * leaning->n_rows;

        if (is_mood(prior->labels[label]))
            continue;
        for (size_t row = 0; row < leaning->n_rows; row++) {
            int8_t steps;

            memcpy(&steps, prior->rows + (row >> shift) * stride + 1 + label, 1);
            weight[row] = (float)(steps * prior->outputs[label].scale);
        }
        j++;
    }
}

lyt_status lyt_leaning_new(lyt_leaning *out, const lyt_alloc *alloc, const lyt_model *prior,
                           unsigned hash_bits, size_t n_messages)
{
    *out =
        (lyt_leaning){.alloc = alloc, .n_rows = (size_t)1 << hash_bits, .n_messages = n_messages};
    for (size_t label = 0; prior && label < prior->head->n_labels; label++)
        out->n += !is_mood(prior->labels[label]) && out->n < lyt_leaning_max;
    if (!out->n)
        return LYT_OK;
    out->weight = lyt_mem_array(alloc, out->n * out->n_rows, sizeof *out->weight);
    out->margin = lyt_mem_array(alloc, n_messages * out->n, sizeof *out->margin);
    if (!out->weight || !out->margin) {
        lyt_leaning_free(out);
        return LYT_ENOMEM;
    }
    take_weights(out, prior, hash_bits - prior->head->hash_bits);
    return LYT_OK;
}

void lyt_leaning_free(lyt_leaning *leaning)
{
    lyt_mem_free(leaning->alloc, leaning->weight);
    lyt_mem_free(leaning->alloc, leaning->margin);
    *leaning = (lyt_leaning){.alloc = leaning->alloc};
}

void lyt_leaning_look(lyt_leaning *leaning, const lyt_matrix *messages)
{
    for (size_t i = 0; leaning->n && i < messages->n; i++) {
        float *margin = leaning->margin + i * leaning->n;

        for (size_t j = 0; j < leaning->n; j++) {
            const float *weight = leaning->weight + j * leaning->n_rows;

            margin[j] = 0;
            for (size_t at = messages->row[i]; at < messages->row[i + 1]; at++)
                if (messages->col[at] < leaning->n_rows)
                    margin[j] += messages->value[at] * weight[messages->col[at]];
        }
    }
}

/* Normal equations of the centred margins, the lower half; share becomes the right side. */
typedef struct equations {
    size_t n;
    double matrix[lyt_leaning_max][lyt_leaning_max], share[lyt_leaning_max];
    double mean[lyt_leaning_max], mean_y;
} equations;

/* False where no message is asked. */
static bool centre(const lyt_leaning *leaning, const int8_t *y, equations *e)
{
    double n = 0;

    for (size_t i = 0; i < leaning->n_messages; i++) {
        if (!y[i])
            continue;
        n++;
        e->mean_y += y[i];
        for (size_t j = 0; j < e->n; j++)
            e->mean[j] += (double)leaning->margin[i * e->n + j];
    }
    e->mean_y /= n;
    for (size_t j = 0; j < e->n; j++)
        e->mean[j] /= n;
    return n > 0;
}

static void gather(const lyt_leaning *leaning, const int8_t *y, equations *e)
{
    double x[lyt_leaning_max];

    for (size_t i = 0; i < leaning->n_messages; i++) {
        if (!y[i])
            continue;
        for (size_t j = 0; j < e->n; j++)
            x[j] = (double)leaning->margin[i * e->n + j] - e->mean[j];
        for (size_t j = 0; j < e->n; j++) {
            e->share[j] += x[j] * (y[i] - e->mean_y);
            for (size_t k = 0; k <= j; k++)
                e->matrix[j][k] += x[j] * x[k];
        }
    }
    for (size_t j = 0; j < e->n; j++)
        e->matrix[j][j] += ridge;
}

/* Cholesky; the ridge makes it positive. */
static void solve(equations *e)
{
    for (size_t i = 0; i < e->n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = e->matrix[i][j];

            for (size_t k = 0; k < j; k++)
                sum -= e->matrix[i][k] * e->matrix[j][k];
            e->matrix[i][j] = i == j ? sqrt(sum) : sum / e->matrix[j][j];
        }
    for (size_t i = 0; i < e->n; i++) {
        for (size_t k = 0; k < i; k++)
            e->share[i] -= e->matrix[i][k] * e->share[k];
        e->share[i] /= e->matrix[i][i];
    }
    for (size_t i = e->n; i-- > 0;) {
        for (size_t k = i + 1; k < e->n; k++)
            e->share[i] -= e->matrix[k][i] * e->share[k];
        e->share[i] /= e->matrix[i][i];
    }
}

void lyt_leaning_add(const lyt_leaning *leaning, const int8_t *y, float *w, float *bias)
{
    equations e = {.n = leaning->n};

    if (!leaning->n || !centre(leaning, y, &e))
        return;
    gather(leaning, y, &e);
    solve(&e);
    for (size_t j = 0; j < e.n; j++) {
        const float share = (float)e.share[j];
        const float *weight = leaning->weight + j * leaning->n_rows;

        for (size_t row = 0; row < leaning->n_rows; row++)
            w[row] += share * weight[row];
        *bias -= (float)(e.share[j] * e.mean[j]);
    }
}
