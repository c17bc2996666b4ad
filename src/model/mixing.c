#include "mixing.h"

#include <math.h>
#include <string.h>

#include "mem.h"
#include "parallel.h"

/*
 * The weights that are sought, as one vector: the slope that all outputs share, then n * n
 * that are added to it, then n offsets. A Gaussian holds the second and third to 0.
 */
enum { folds = 3, n_holds = 3, history = 6, most_rounds = 60, halvings = 20 };

/* How firmly weights are held, one try after the other; an offset much less than a weight. */
static const double holds[n_holds] = {30, 3, 0.5};
static const double hold_offset = 0.02;

static const double slope_first = 4, slope_least = 0.5;

/* To mix must be better by so much log-likelihood a message than to leave all as it is. */
static const double least_gain = 0.001;

/* A row is left out of what fold `held` is solved from; held == folds: none is. */
typedef struct problem {
    const lyt_margins *margins;
    const uint32_t *fold;
    unsigned held;
    double hold;
} problem;

/* L-BFGS (J. Nocedal, 1980): the last few steps and what they changed of the gradient. */
typedef struct memory {
    double *at, *gradient, *next, *next_gradient, *way;
    double *step[history], *change[history], product[history];
    double *room;
    size_t n_kept, n_weights;
} memory;

static bool is_asked(const problem *p, size_t i)
{
    return p->held == folds || p->fold[i] % folds != p->held;
}

static size_t true_of(const lyt_margins *m, size_t i)
{
    size_t k = 0;

    while (k + 1 < m->n_outputs && !m->truth[i * m->n_outputs + k])
        k++;
    return k;
}

/* z of a row becomes probabilities; returns minus the log-likelihood of the true output. */
static double likelihood(const double *w, const float *x, size_t n, size_t truth, double *p)
{
    const double *mix = w + 1, *offset = w + 1 + n * n;
    double top = -INFINITY, sum = 0, z_true;

    for (size_t k = 0; k < n; k++) {
        double z = w[0] * (double)x[k] + offset[k];

        for (size_t j = 0; j < n; j++)
            z += mix[k * n + j] * (double)x[j];
        p[k] = z;
        top = z > top ? z : top;
    }
    z_true = p[truth] - top;
    for (size_t k = 0; k < n; k++) {
        p[k] = exp(p[k] - top);
        sum += p[k];
    }
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
    return log(sum) - z_true;
}

static double loss_of(const problem *p, const double *w, double *gradient)
{
    const lyt_margins *m = p->margins;
    const size_t n = m->n_outputs, n_weights = 1 + n * n + n;
    double loss = 0, z[lyt_mixing_max];

    gradient[0] = 0;
    for (size_t i = 1; i < n_weights; i++) {
        const double hold = p->hold * (i < 1 + n * n ? 1 : hold_offset);

        loss += hold / 2 * w[i] * w[i];
        gradient[i] = hold * w[i];
    }
    for (size_t i = 0; i < m->n; i++) {
        const float *x = m->margin + i * n;
        const size_t truth = true_of(m, i);

        if (!is_asked(p, i))
            continue;
        loss += likelihood(w, x, n, truth, z);
        z[truth] -= 1;
        for (size_t k = 0; k < n; k++) {
            double *row = gradient + 1 + k * n;

            gradient[0] += z[k] * (double)x[k];
            gradient[1 + n * n + k] += z[k];
            for (size_t j = 0; j < n; j++)
                row[j] += z[k] * (double)x[j];
        }
    }
    return loss;
}

/* Minus the log-likelihood of the rows that were left out. */
static double loss_of_held(const problem *p, const double *w)
{
    const lyt_margins *m = p->margins;
    double loss = 0, z[lyt_mixing_max];

    for (size_t i = 0; i < m->n; i++)
        if (!is_asked(p, i))
            loss += likelihood(w, m->margin + i * m->n_outputs, m->n_outputs, true_of(m, i), z);
    return loss;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static lyt_status memory_new(memory *m, const lyt_alloc *alloc, size_t n)
{
    *m = (memory){.n_weights = n};
    m->room = lyt_mem_array(alloc, n * (5 + 2 * history), sizeof *m->room);
    if (!m->room)
        return LYT_ENOMEM;
    m->at = m->room;
    m->gradient = m->room + n;
    m->next = m->room + 2 * n;
    m->next_gradient = m->room + 3 * n;
    m->way = m->room + 4 * n;
    for (size_t h = 0; h < history; h++) {
        m->step[h] = m->room + (5 + 2 * h) * n;
        m->change[h] = m->room + (6 + 2 * h) * n;
    }
    m->at[0] = slope_first;
    return LYT_OK;
}

/* The way down by what was learned of the bends; the oldest kept step is at n_kept % history. */
static void find_way(memory *m)
{
    const size_t n = m->n_weights, first = m->n_kept > history ? m->n_kept - history : 0;
    double share[history], scale = 1;

    for (size_t i = 0; i < n; i++)
        m->way[i] = -m->gradient[i];
    for (size_t t = m->n_kept; t-- > first;) {
        const size_t h = t % history;

        share[h] = dot(m->step[h], m->way, n) / m->product[h];
        for (size_t i = 0; i < n; i++)
            m->way[i] -= share[h] * m->change[h][i];
    }
    if (m->n_kept) {
        const size_t h = (m->n_kept - 1) % history;

        scale = m->product[h] / dot(m->change[h], m->change[h], n);
    } else {
        scale = 1 / (1 + sqrt(dot(m->gradient, m->gradient, n)));
    }
    for (size_t i = 0; i < n; i++)
        m->way[i] *= scale;
    for (size_t t = first; t < m->n_kept; t++) {
        const size_t h = t % history;
        const double back = dot(m->change[h], m->way, n) / m->product[h];

        for (size_t i = 0; i < n; i++)
            m->way[i] += (share[h] - back) * m->step[h][i];
    }
}

static void keep_step(memory *m)
{
    const size_t n = m->n_weights, h = m->n_kept % history;

    for (size_t i = 0; i < n; i++) {
        m->step[h][i] = m->next[i] - m->at[i];
        m->change[h][i] = m->next_gradient[i] - m->gradient[i];
    }
    m->product[h] = dot(m->step[h], m->change[h], n);
    m->n_kept += m->product[h] > 1e-12;
    memcpy(m->at, m->next, n * sizeof *m->at);
    memcpy(m->gradient, m->next_gradient, n * sizeof *m->gradient);
}

/* From where the memory stands. */
static void descend(const problem *p, memory *m)
{
    const size_t n = m->n_weights;
    double loss = loss_of(p, m->at, m->gradient);

    m->n_kept = 0;
    for (int round = 0; round < most_rounds; round++) {
        double slope, now = loss, length = 1;
        int tries = 0;

        find_way(m);
        slope = dot(m->way, m->gradient, n);
        if (!(slope < 0))
            return;
        for (; tries < halvings; tries++, length /= 2) {
            for (size_t i = 0; i < n; i++)
                m->next[i] = m->at[i] + length * m->way[i];
            now = loss_of(p, m->next, m->next_gradient);
            if (now <= loss + 1e-4 * length * slope)
                break;
        }
        if (tries == halvings)
            return;
        keep_step(m);
        if (loss - now < 1e-6 * loss)
            return;
        loss = now;
    }
}

/* What all folds share. */
typedef struct trial {
    const lyt_margins *margins;
    const uint32_t *fold;
    memory memories[folds + 1];
    double loss[folds][n_holds + 1]; /* of what was left out; the last with nothing mixed */
} trial;

/* Held by so much that only the slope moves. */
static const double hold_all = 1e9;

static void fold_task(void *context, unsigned thread, size_t task)
{
    trial *t = context;
    problem p = {t->margins, t->fold, (unsigned)task, hold_all};

    (void)thread;
    descend(&p, &t->memories[task]);
    t->loss[task][n_holds] = loss_of_held(&p, t->memories[task].at);
    for (size_t h = 0; h < n_holds; h++) {
        p.hold = holds[h];
        descend(&p, &t->memories[task]);
        t->loss[task][h] = loss_of_held(&p, t->memories[task].at);
    }
}

/* The best of the holds, n_holds for none. */
static size_t best_hold(const trial *t)
{
    double sum[n_holds + 1] = {0};
    size_t best = n_holds;

    for (size_t f = 0; f < folds; f++)
        for (size_t h = 0; h <= n_holds; h++)
            sum[h] += t->loss[f][h];
    sum[n_holds] -= least_gain * (double)t->margins->n;
    for (size_t h = 0; h < n_holds; h++)
        best = sum[h] < sum[best] ? h : best;
    return best;
}

static lyt_status take(lyt_mixing *out, const memory *m, size_t n)
{
    const double slope = m->at[0] > slope_least ? m->at[0] : slope_least;

    out->weight = lyt_mem_array(out->alloc, n * n, sizeof *out->weight);
    out->bias = lyt_mem_array(out->alloc, n, sizeof *out->bias);
    if (!out->weight || !out->bias) {
        lyt_mixing_free(out);
        return LYT_ENOMEM;
    }
    /* the slope is the curve's affair: a mixed margin counts as much as one */
    for (size_t k = 0; k < n; k++) {
        out->bias[k] = m->at[1 + n * n + k] / slope;
        for (size_t j = 0; j < n; j++)
            out->weight[k * n + j] = (k == j) + m->at[1 + k * n + j] / slope;
    }
    out->n = n;
    return LYT_OK;
}

static lyt_status solve(trial *t, lyt_mixing *out)
{
    problem p = {t->margins, t->fold, folds, hold_all};
    size_t best;

    lyt_parallel(lyt_parallel_threads(), folds, fold_task, t);
    best = best_hold(t);
    if (best == n_holds)
        return LYT_OK;
    p.hold = holds[best];
    descend(&p, &t->memories[folds]);
    return take(out, &t->memories[folds], t->margins->n_outputs);
}

lyt_status lyt_mixing_fit(const lyt_margins *margins, const uint32_t *fold, const lyt_alloc *alloc,
                          lyt_mixing *out)
{
    const size_t n = margins->n_outputs;
    trial *t;
    lyt_status status = LYT_OK;

    *out = (lyt_mixing){.alloc = alloc};
    if (n < 2 || n > lyt_mixing_max || margins->n < folds)
        return LYT_OK;
    t = lyt_mem_new(alloc, sizeof *t);
    if (!t)
        return LYT_ENOMEM;
    t->margins = margins;
    t->fold = fold;
    for (size_t f = 0; !status && f <= folds; f++)
        status = memory_new(&t->memories[f], alloc, 1 + n * n + n);
    if (!status)
        status = solve(t, out);
    for (size_t f = 0; f <= folds; f++)
        lyt_mem_free(alloc, t->memories[f].room);
    lyt_mem_free(alloc, t);
    return status;
}

void lyt_mixing_free(lyt_mixing *mixing)
{
    lyt_mem_free(mixing->alloc, mixing->weight);
    lyt_mem_free(mixing->alloc, mixing->bias);
    *mixing = (lyt_mixing){.alloc = mixing->alloc};
}

void lyt_mixing_apply(const lyt_mixing *mixing, float *margin, size_t n_rows)
{
    const size_t n = mixing->n;
    double mixed[lyt_mixing_max];

    for (size_t i = 0; n && i < n_rows; i++) {
        float *x = margin + i * n;

        for (size_t k = 0; k < n; k++) {
            mixed[k] = mixing->bias[k];
            for (size_t j = 0; j < n; j++)
                mixed[k] += mixing->weight[k * n + j] * (double)x[j];
        }
        for (size_t k = 0; k < n; k++)
            x[k] = (float)mixed[k];
    }
}
