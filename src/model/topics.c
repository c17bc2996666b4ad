#include "topics.h"

#include <math.h>
#include <string.h>

#include "mem.h"

enum { sweeps_max = 30 };

/* A direction that differs less than this share of all is noise. */
static const double least_share = 1e-6;

/* Symmetric: a[i * n + j]; turned until it is diagonal, its vectors the columns of v. */
typedef struct spectrum {
    size_t n;
    double *a, *v;
} spectrum;

size_t lyt_topics_columns(const lyt_model *model, unsigned hash_bits)
{
    if (!model || model->head->hash_bits > hash_bits)
        return 0;
    return model->head->n_outputs < lyt_topics_columns_max ? model->head->n_outputs
                                                           : lyt_topics_columns_max;
}

static const int8_t *weights_at(const lyt_topics *t, size_t row)
{
    return (const int8_t *)(t->model->rows + (row >> t->shift) * t->model->head->stride) + 1;
}

/* The model's sums of a row of the matrix, of bytes: its outputs' scales are in the basis. */
static void sums_of(const lyt_topics *t, const lyt_matrix *matrix, size_t row, float *sum)
{
    memset(sum, 0, t->n_outputs * sizeof *sum);
    for (size_t j = matrix->row[row]; j < matrix->row[row + 1]; j++) {
        const float x = matrix->value[j];
        const int8_t *weight;

        if (matrix->col[j] >= t->n_rows)
            continue;
        weight = weights_at(t, matrix->col[j]);
        for (size_t k = 0; k < t->n_outputs; k++)
            sum[k] += x * (float)weight[k];
    }
}

void lyt_topics_read(const lyt_topics *topics, const lyt_matrix *matrix, size_t row, float *sum,
                     float *out)
{
    sums_of(topics, matrix, row, sum);
    for (size_t c = 0; c < topics->n; c++) {
        const float *basis = topics->basis + c * topics->n_outputs;

        out[c] = -topics->offset[c];
        for (size_t k = 0; k < topics->n_outputs; k++)
            out[c] += basis[k] * sum[k];
    }
}

void lyt_topics_fold(const lyt_topics *topics, const float *weight, float *sum, float *w,
                     float *bias)
{
    memset(sum, 0, topics->n_outputs * sizeof *sum);
    for (size_t c = 0; c < topics->n; c++) {
        const float *basis = topics->basis + c * topics->n_outputs;

        for (size_t k = 0; k < topics->n_outputs; k++)
            sum[k] += weight[c] * basis[k];
        *bias -= weight[c] * topics->offset[c];
    }
    for (size_t row = 0; row < topics->n_rows; row++) {
        const int8_t *of_row = weights_at(topics, row);
        float more = 0;

        for (size_t k = 0; k < topics->n_outputs; k++)
            more += sum[k] * (float)of_row[k];
        w[row] += more;
    }
}

/* Makes a[p][q] 0 by turning the plane of p and q (C. Jacobi, 1846). */
static void turn(spectrum *s, size_t p, size_t q)
{
    const size_t n = s->n;
    const double apq = s->a[p * n + q], half = (s->a[q * n + q] - s->a[p * n + p]) / (2 * apq);
    const double tangent = (half < 0 ? -1 : 1) / (fabs(half) + sqrt(half * half + 1));
    const double cosine = 1 / sqrt(tangent * tangent + 1), sine = tangent * cosine;

    for (size_t i = 0; i < n; i++) {
        const double ip = s->a[i * n + p], iq = s->a[i * n + q];

        s->a[i * n + p] = cosine * ip - sine * iq;
        s->a[i * n + q] = sine * ip + cosine * iq;
    }
    for (size_t i = 0; i < n; i++) {
        const double pi = s->a[p * n + i], qi = s->a[q * n + i];
        const double vp = s->v[i * n + p], vq = s->v[i * n + q];

        s->a[p * n + i] = cosine * pi - sine * qi;
        s->a[q * n + i] = sine * pi + cosine * qi;
        s->v[i * n + p] = cosine * vp - sine * vq;
        s->v[i * n + q] = sine * vp + cosine * vq;
    }
}

static void diagonalise(spectrum *s)
{
    const size_t n = s->n;
    double all = 0, off = INFINITY;

    for (size_t i = 0; i < n; i++) {
        s->v[i * n + i] = 1;
        all += s->a[i * n + i];
    }
    for (int sweep = 0; sweep < sweeps_max && off > 1e-9 * all; sweep++) {
        off = 0;
        for (size_t p = 0; p < n; p++) {
            for (size_t q = p + 1; q < n; q++) {
                off = fabs(s->a[p * n + q]) > off ? fabs(s->a[p * n + q]) : off;
                if (fabs(s->a[p * n + q]) > 1e-12 * all)
                    turn(s, p, q);
            }
        }
    }
}

/* How the sums differ over the messages: their means, and their covariances. */
static void measure(const lyt_topics *t, const lyt_matrix *messages, float *sum, double *mean,
                    double *a)
{
    const size_t n = t->n_outputs;
    const lyt_output *outputs = t->model->outputs;

    for (size_t i = 0; i < messages->n; i++) {
        sums_of(t, messages, i, sum);
        for (size_t p = 0; p < n; p++) {
            const double x = outputs[p].scale * (double)sum[p];

            mean[p] += x;
            for (size_t q = 0; q <= p; q++)
                a[p * n + q] += x * outputs[q].scale * (double)sum[q];
        }
    }
    for (size_t p = 0; p < n; p++)
        mean[p] /= (double)messages->n;
    for (size_t p = 0; p < n; p++) {
        for (size_t q = 0; q <= p; q++) {
            a[p * n + q] = a[p * n + q] / (double)messages->n - mean[p] * mean[q];
            a[q * n + p] = a[p * n + q];
        }
    }
}

/* The largest value that is left; it is left no longer. */
static size_t take_largest(double *a, size_t n, double *value)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        best = a[i * n + i] > a[best * n + best] ? i : best;
    *value = a[best * n + best];
    a[best * n + best] = -INFINITY;
    return best;
}

static void set_basis(lyt_topics *t, spectrum *s, const double *mean, double weight)
{
    const size_t n = t->n_outputs;
    double all = 0, length = 0, factor;

    for (size_t i = 0; i < n; i++)
        all += s->a[i * n + i];
    for (size_t c = 0; c < t->n; c++) {
        double value;
        const size_t at = take_largest(s->a, n, &value);
        const double root = value > least_share * all ? sqrt(value) : 0;

        /* a component's standard deviation is root; its scaled one is sqrt(root) */
        length += root;
        for (size_t k = 0; k < n; k++)
            t->basis[c * n + k] = root > 0 ? (float)(s->v[k * n + at] / sqrt(root)) : 0;
    }
    factor = length > 0 ? weight / sqrt(length) : 0;
    for (size_t c = 0; c < t->n; c++) {
        double offset = 0;

        for (size_t k = 0; k < n; k++) {
            t->basis[c * n + k] *= (float)factor;
            offset += (double)t->basis[c * n + k] * mean[k];
            t->basis[c * n + k] *= (float)t->model->outputs[k].scale;
        }
        t->offset[c] = (float)offset;
    }
}

lyt_status lyt_topics_fit(lyt_topics *out, const lyt_alloc *alloc, const lyt_model *model,
                          unsigned hash_bits, const lyt_matrix *messages, double weight)
{
    const size_t n = model->head->n_outputs;
    spectrum s = {n, lyt_mem_array(alloc, n * n, sizeof *s.a),
                  lyt_mem_array(alloc, n * n, sizeof *s.v)};
    double *mean = lyt_mem_array(alloc, n, sizeof *mean);
    float *sum = lyt_mem_array(alloc, n, sizeof *sum);
    lyt_status status = LYT_ENOMEM;

    *out = (lyt_topics){.alloc = alloc, .model = model, .n_outputs = n};
    out->n = lyt_topics_columns(model, hash_bits);
    out->n_rows = (size_t)1 << hash_bits;
    out->shift = hash_bits - model->head->hash_bits;
    out->basis = lyt_mem_array(alloc, out->n * n, sizeof *out->basis);
    out->offset = lyt_mem_array(alloc, out->n, sizeof *out->offset);
    if (s.a && s.v && mean && sum && out->basis && out->offset) {
        status = LYT_OK;
        if (messages->n) {
            measure(out, messages, sum, mean, s.a);
            diagonalise(&s);
            set_basis(out, &s, mean, weight);
        }
    } else {
        lyt_topics_free(out);
    }
    lyt_mem_free(alloc, s.a);
    lyt_mem_free(alloc, s.v);
    lyt_mem_free(alloc, mean);
    lyt_mem_free(alloc, sum);
    return status;
}

void lyt_topics_free(lyt_topics *topics)
{
    lyt_mem_free(topics->alloc, topics->basis);
    lyt_mem_free(topics->alloc, topics->offset);
    *topics = (lyt_topics){.alloc = topics->alloc};
}
