#include "curve.h"

#include <math.h>
#include <stdlib.h>

#include "logistic.h"
#include "mem.h"

const lyt_curve lyt_curve_default = {4, 0, 0};

enum { n_weights = 3, most_rounds = 100 };

/* How much each weight is held to the default, in messages of information. */
static const double hold[n_weights] = {2, 0.5, 2};

/*
 * How fast a message is out of scope as its best margin sinks below the limit; margins of
 * what is in scope lie tenths above it and keep their probabilities.
 */
static const double sharpness = 16;

/* Below all margins. */
static const double margin_least = -30;

typedef struct fitting {
    const lyt_margins *margins;
    size_t none; /* SIZE_MAX: there is none */
    double *z;   /* n_outputs */
    double gradient[n_weights], bend[n_weights][n_weights];
} fitting;

double lyt_curve_at(const lyt_curve *curve, double margin)
{
    return lyt_log_sigmoid(curve->slope * margin + curve->knee);
}

/* z of a row; returns ln of the sum of e^z, and which is the highest. */
static double read_row(const fitting *f, const lyt_curve *curve, size_t i, size_t *best)
{
    const lyt_margins *m = f->margins;
    const float *x = m->margin + i * m->n_outputs;
    double sum = 0;

    *best = 0;
    for (size_t k = 0; k < m->n_outputs; k++) {
        f->z[k] = lyt_curve_at(curve, (double)x[k]) + (k == f->none ? curve->none : 0);
        *best = f->z[k] > f->z[*best] ? k : *best;
    }
    for (size_t k = 0; k < m->n_outputs; k++)
        sum += exp(f->z[k] - f->z[*best]);
    return f->z[*best] + log(sum);
}

static void weights_of(const lyt_curve *curve, double out[n_weights])
{
    out[0] = curve->slope;
    out[1] = curve->knee;
    out[2] = curve->none;
}

static double loss_of(const fitting *f, const lyt_curve *curve)
{
    const lyt_margins *m = f->margins;
    double at[n_weights], usual[n_weights], loss = 0;

    weights_of(curve, at);
    weights_of(&lyt_curve_default, usual);
    for (size_t w = 0; w < n_weights; w++)
        loss += hold[w] / 2 * (at[w] - usual[w]) * (at[w] - usual[w]);
    for (size_t i = 0; i < m->n; i++) {
        size_t best;

        loss += read_row(f, curve, i, &best);
        for (size_t k = 0; k < m->n_outputs; k++)
            loss -= m->truth[i * m->n_outputs + k] ? f->z[k] : 0;
    }
    return loss;
}

/* What a row says of the weights; the second derivative of the curve itself is left out. */
static void add_row(fitting *f, const lyt_curve *curve, size_t i)
{
    const lyt_margins *m = f->margins;
    const float *x = m->margin + i * m->n_outputs;
    double mean[n_weights] = {0};
    size_t best;
    const double whole = read_row(f, curve, i, &best);

    for (size_t k = 0; k < m->n_outputs; k++) {
        const double rise = lyt_sigmoid_of(-(curve->slope * (double)x[k] + curve->knee));
        const double d[n_weights] = {rise * (double)x[k], rise, k == f->none};
        const double p = exp(f->z[k] - whole), error = p - m->truth[i * m->n_outputs + k];

        for (size_t a = 0; a < n_weights; a++) {
            mean[a] += p * d[a];
            f->gradient[a] += error * d[a];
            for (size_t b = 0; b <= a; b++)
                f->bend[a][b] += p * d[a] * d[b];
        }
    }
    for (size_t a = 0; a < n_weights; a++)
        for (size_t b = 0; b <= a; b++)
            f->bend[a][b] -= mean[a] * mean[b];
}

/* The step by Cramer's rule, the diagonal made heavier by `damping` (Levenberg, Marquardt). */
static bool step_of(const fitting *f, double damping, double step[n_weights])
{
    double a[n_weights][n_weights], inverse[n_weights][n_weights], determinant = 0;

    for (size_t i = 0; i < n_weights; i++)
        for (size_t j = 0; j < n_weights; j++)
            a[i][j] = (i >= j ? f->bend[i][j] : f->bend[j][i]) * (i == j ? 1 + damping : 1);
    for (size_t i = 0; i < n_weights; i++) {
        const size_t i1 = (i + 1) % 3, i2 = (i + 2) % 3;

        for (size_t j = 0; j < n_weights; j++) {
            const size_t j1 = (j + 1) % 3, j2 = (j + 2) % 3;

            inverse[j][i] = a[i1][j1] * a[i2][j2] - a[i1][j2] * a[i2][j1];
        }
        determinant += a[i][0] * inverse[0][i];
    }
    if (!(fabs(determinant) > 1e-12))
        return false;
    for (size_t i = 0; i < n_weights; i++) {
        step[i] = 0;
        for (size_t j = 0; j < n_weights; j++)
            step[i] += inverse[i][j] * f->gradient[j] / determinant;
    }
    return true;
}

static void gather(fitting *f, const lyt_curve *curve)
{
    double at[n_weights], usual[n_weights];

    weights_of(curve, at);
    weights_of(&lyt_curve_default, usual);
    for (size_t a = 0; a < n_weights; a++) {
        f->gradient[a] = hold[a] * (at[a] - usual[a]);
        for (size_t b = 0; b <= a; b++)
            f->bend[a][b] = a == b ? hold[a] : 0;
    }
    for (size_t i = 0; i < f->margins->n; i++)
        add_row(f, curve, i);
}

static void descend(fitting *f, lyt_curve *curve)
{
    double loss = loss_of(f, curve), damping = 1e-3;

    gather(f, curve);
    for (int round = 0; round < most_rounds && damping < 1e6; round++) {
        double step[n_weights], now;
        lyt_curve next = *curve;

        if (!step_of(f, damping, step))
            return;
        /* a higher margin must never mean less */
        next.slope = curve->slope - step[0] > 0.1 ? curve->slope - step[0] : 0.1;
        next.knee = curve->knee - step[1];
        next.none = f->none == SIZE_MAX ? 0 : curve->none - step[2];
        now = loss_of(f, &next);
        if (!(now < loss)) {
            damping *= 8;
            continue;
        }
        *curve = next;
        if (loss - now < 1e-7 * loss)
            return;
        loss = now;
        damping = damping > 1e-9 ? damping / 8 : damping;
        gather(f, curve);
    }
}

static lyt_status begin(fitting *f, const lyt_margins *margins, bool has_none,
                        const lyt_alloc *alloc)
{
    *f = (fitting){.margins = margins, .none = has_none ? margins->n_outputs - 1 : SIZE_MAX};
    f->z = lyt_mem_array(alloc, margins->n_outputs, sizeof *f->z);
    return f->z ? LYT_OK : LYT_ENOMEM;
}

lyt_status lyt_curve_fit(const lyt_margins *margins, bool has_none, const lyt_alloc *alloc,
                         lyt_curve *out)
{
    fitting f;
    lyt_status status = begin(&f, margins, has_none, alloc);

    if (status)
        return status;
    *out = lyt_curve_default;
    descend(&f, out);
    lyt_mem_free(alloc, f.z);
    return LYT_OK;
}

enum { n_steps = 101, around = 3 };

static int step_at(double p)
{
    const int step = (int)(p * (n_steps - 1));

    return step < n_steps - 1 ? step : n_steps - 2;
}

/* counts[i] becomes what lies at step i or above. */
static void from_above(double counts[n_steps])
{
    for (int i = n_steps - 2; i >= 0; i--)
        counts[i] += counts[i + 1];
}

static double smoothed_best(const double *quality)
{
    double best = 0, threshold = 0.5;

    for (int i = 5; i <= n_steps - 1 - 5; i++) {
        double sum = 0;

        for (int j = i - around; j <= i + around; j++)
            sum += quality[j];
        if (sum > best + 1e-9) {
            best = sum;
            threshold = (double)i / (n_steps - 1);
        }
    }
    return threshold;
}

/* Probability that something failed, and whether the most probable label is the true one. */
static double any_failure(const lyt_margins *m, const lyt_curve *curve, size_t i, bool *is_right)
{
    const float *x = m->margin + i * m->n_outputs;
    const size_t none = m->n_outputs - 1;
    const double at_none = lyt_curve_at(curve, (double)x[none]) + curve->none;
    double sum = 0, top = -INFINITY;

    for (size_t k = 0; k < none; k++) {
        const double z = lyt_curve_at(curve, (double)x[k]);

        sum += exp(z - at_none);
        if (z > top) {
            top = z;
            *is_right = m->truth[i * m->n_outputs + k];
        }
    }
    return isfinite(sum) ? sum / (1 + sum) : 1;
}

double lyt_curve_detection(const lyt_margins *margins, const lyt_curve *curve)
{
    const size_t none = margins->n_outputs - 1;
    double right[n_steps] = {0}, failed[n_steps] = {0}, all[n_steps] = {0}, quality[n_steps];

    for (size_t i = 0; i < margins->n; i++) {
        bool is_right = false;
        const int step = step_at(any_failure(margins, curve, i, &is_right));

        right[step] += is_right;
        failed[step] += !margins->truth[i * margins->n_outputs + none];
        all[step]++;
    }
    from_above(right);
    from_above(failed);
    from_above(all);
    for (int i = 0; i < n_steps; i++) {
        const double silent = (all[0] - all[i]) - (failed[0] - failed[i]);

        quality[i] = all[0] > 0 && all[i] + failed[0] > 0
                         ? (right[i] + silent) / all[0] + 2 * failed[i] / (all[i] + failed[0])
                         : 0;
    }
    return smoothed_best(quality);
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The best margin with what is added to it. */
static double within(double best, double more)
{
    const double most = lyt_curve_scope_max;

    return best + (more > most ? most : more < -most ? -most : more);
}

double lyt_curve_within(double best, double more, double limit)
{
    return lyt_sigmoid_of(sharpness * (within(best, more) - limit));
}

lyt_status lyt_curve_scope(const lyt_margins *margins, const float *more, double cost,
                           const lyt_alloc *alloc, double *out)
{
    double *right = lyt_mem_array(alloc, margins->n + 1, sizeof *right);
    const size_t given_up = (size_t)(cost * (double)margins->n), n_outputs = margins->n_outputs;
    size_t n = 0;

    if (!right)
        return LYT_ENOMEM;
    for (size_t i = 0; i < margins->n; i++) {
        const float *x = margins->margin + i * n_outputs;
        size_t best = 0;

        for (size_t k = 1; k < n_outputs; k++)
            best = x[k] > x[best] ? k : best;
        if (margins->truth[i * n_outputs + best])
            right[n++] = within((double)x[best], more ? (double)more[i] : 0);
    }
    qsort(right, n, sizeof *right, by_size);
    /* nothing was right: nothing says where the scope ends */
    *out = n ? right[given_up < n ? given_up : n - 1] : margin_least;
    lyt_mem_free(alloc, right);
    return LYT_OK;
}
