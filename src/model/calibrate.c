#include "calibrate.h"

#include <math.h>

#include "mem.h"

const lyt_sigmoid lyt_calibrate_default = {4, 0};

enum { newton_steps = 60, softmax_rounds = 60, threshold_steps = 100 };

/* How much a label's sigmoid is held to that of all labels, in messages of information. */
static const double hold = 2;

static double sigmoid(double z)
{
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

static double softplus(double z)
{
    return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

/* Outputs [first, end) as one problem, with a prior. */
typedef struct fitting {
    const lyt_margins *margins;
    size_t first, end;
    lyt_sigmoid prior;
} fitting;

static bool is_left_out(const fitting *f, size_t k)
{
    return !f->margins->positives[k];
}

static double loss_of(const fitting *f, lyt_sigmoid s)
{
    const lyt_margins *m = f->margins;
    const double a = s.slope - f->prior.slope, b = s.offset - f->prior.offset;
    double loss = hold / 2 * (a * a + b * b);

    for (size_t k = f->first; k < f->end; k++) {
        for (size_t i = 0; !is_left_out(f, k) && i < m->n; i++) {
            const size_t at = i * m->n_outputs + k;
            const double z = s.slope * (double)m->margin[at] + s.offset;

            loss += softplus(z) - (m->truth[at] ? z : 0);
        }
    }
    return loss;
}

/* One step of Newton, from which *s is moved by at most what lessens the loss. */
static bool newton(const fitting *f, lyt_sigmoid *s, double *loss)
{
    const lyt_margins *m = f->margins;
    double ga = hold * (s->slope - f->prior.slope), gb = hold * (s->offset - f->prior.offset);
    double haa = hold, hbb = hold, hab = 0, determinant, da, db;

    for (size_t k = f->first; k < f->end; k++) {
        for (size_t i = 0; !is_left_out(f, k) && i < m->n; i++) {
            const size_t at = i * m->n_outputs + k;
            const double x = (double)m->margin[at], p = sigmoid(s->slope * x + s->offset);
            const double g = p - m->truth[at], h = p * (1 - p);

            ga += g * x;
            gb += g;
            haa += h * x * x;
            hab += h * x;
            hbb += h;
        }
    }
    determinant = haa * hbb - hab * hab;
    da = (hbb * ga - hab * gb) / determinant;
    db = (haa * gb - hab * ga) / determinant;
    for (double step = 1; step > 1e-6; step /= 2) {
        const lyt_sigmoid next = {s->slope - step * da, s->offset - step * db};
        const double now = loss_of(f, next);

        if (now < *loss - 1e-9) {
            *s = next;
            *loss = now;
            return true;
        }
    }
    return false;
}

static lyt_sigmoid fit(const fitting *f)
{
    lyt_sigmoid s = f->prior;
    double loss = loss_of(f, s);

    for (int i = 0; i < newton_steps; i++) {
        if (!newton(f, &s, &loss))
            break;
    }
    /* a higher margin must never mean less */
    s.slope = s.slope > 0.1 ? s.slope : 0.1;
    return s;
}

void lyt_calibrate_platt(const lyt_margins *margins, lyt_sigmoid *out)
{
    const size_t n = margins->n_outputs;
    const lyt_sigmoid all = fit(&(fitting){margins, 0, n, lyt_calibrate_default});

    for (size_t k = 0; k < n; k++)
        out[k] =
            margins->positives[k] ? fit(&(fitting){margins, k, k + 1, all}) : lyt_calibrate_default;
}

/* Sums of the softmax at a slope: probability of each class, and the slope's derivatives. */
typedef struct softmax_sums {
    double *sum, *p;
    double first, second;
} softmax_sums;

static void add_softmax(const lyt_margins *m, const lyt_sigmoid *s, size_t i, softmax_sums *sums)
{
    const float *x = m->margin + i * m->n_outputs;
    double top = -INFINITY, total = 0, mean = 0, square = 0;

    for (size_t k = 0; k < m->n_outputs; k++) {
        sums->p[k] = s[k].slope * (double)x[k] + s[k].offset;
        top = sums->p[k] > top ? sums->p[k] : top;
    }
    for (size_t k = 0; k < m->n_outputs; k++) {
        sums->p[k] = exp(sums->p[k] - top);
        total += sums->p[k];
    }
    for (size_t k = 0; k < m->n_outputs; k++) {
        const double p = sums->p[k] / total;

        sums->sum[k] += p;
        mean += p * (double)x[k];
        square += p * (double)x[k] * (double)x[k];
        if (m->truth[i * m->n_outputs + k])
            sums->first += (double)x[k];
    }
    sums->first -= mean;
    sums->second += square - mean * mean;
}

lyt_status lyt_calibrate_softmax(const lyt_margins *margins, bool has_none, const lyt_alloc *alloc,
                                 lyt_sigmoid *out)
{
    const size_t n = margins->n_outputs;
    softmax_sums sums = {lyt_mem_array(alloc, n, sizeof *sums.sum),
                         lyt_mem_array(alloc, n, sizeof *sums.p), 0, 0};
    double slope = lyt_calibrate_default.slope;

    if (!sums.sum || !sums.p) {
        lyt_mem_free(alloc, sums.sum);
        lyt_mem_free(alloc, sums.p);
        return LYT_ENOMEM;
    }
    for (size_t k = 0; k < n; k++)
        out[k] = (lyt_sigmoid){slope, 0};
    for (int round = 0; round < softmax_rounds; round++) {
        double move;

        /* the prior pulls the slope a little, and without data holds it */
        sums.first = hold * (lyt_calibrate_default.slope - slope);
        sums.second = hold;
        for (size_t k = 0; k < n; k++)
            sums.sum[k] = 0;
        for (size_t i = 0; i < margins->n; i++)
            add_softmax(margins, out, i, &sums);
        move = sums.first / sums.second;
        move = move > 0.5 ? 0.5 : move < -0.5 ? -0.5 : move;
        slope = slope + move > 0.1 ? slope + move : 0.1;
        for (size_t k = 0; k < n; k++)
            out[k].slope = slope;
        /* none as often as it is true; an offset a label only loses the rare ones */
        if (has_none && margins->positives[n - 1])
            out[n - 1].offset +=
                log((margins->positives[n - 1] + hold) / (sums.sum[n - 1] + hold)) / 2;
    }
    lyt_mem_free(alloc, sums.sum);
    lyt_mem_free(alloc, sums.p);
    return LYT_OK;
}

/* Counts by probability in hundredths. */
enum { n_steps = threshold_steps + 1, around = 3 };

static double smoothed_best(const double *quality)
{
    double best = 0, threshold = 0.5;

    for (int i = 5; i <= threshold_steps - 5; i++) {
        double sum = 0;

        for (int j = i - around; j <= i + around; j++)
            sum += quality[j];
        if (sum > best + 1e-9) {
            best = sum;
            threshold = (double)i / threshold_steps;
        }
    }
    return threshold;
}

static int step_of(double p)
{
    return (int)(p * threshold_steps);
}

/* counts[i] becomes what lies at step i or above. */
static void from_above(double counts[n_steps])
{
    for (int i = threshold_steps - 1; i >= 0; i--)
        counts[i] += counts[i + 1];
}

double lyt_calibrate_threshold(const lyt_margins *margins, const lyt_sigmoid *sigmoids)
{
    double right[n_steps] = {0}, said[n_steps] = {0}, f1[n_steps];

    for (size_t i = 0; i < margins->n * margins->n_outputs; i++) {
        const size_t k = i % margins->n_outputs;
        const double z = sigmoids[k].slope * (double)margins->margin[i] + sigmoids[k].offset;
        const int step = step_of(sigmoid(z));

        right[step] += margins->truth[i];
        said[step]++;
    }
    from_above(right);
    from_above(said);
    for (int i = 0; i < n_steps; i++)
        f1[i] = said[i] + right[0] > 0 ? 2 * right[i] / (said[i] + right[0]) : 0;
    return smoothed_best(f1);
}

/* Probability that something failed, and whether the most probable label is the true one. */
static double any_failure(const lyt_margins *m, const lyt_sigmoid *s, size_t i, bool *is_right)
{
    const float *x = m->margin + i * m->n_outputs;
    const size_t none = m->n_outputs - 1;
    const double at_none = s[none].slope * (double)x[none] + s[none].offset;
    double sum = 0, top = -INFINITY;

    for (size_t k = 0; k < none; k++) {
        const double z = s[k].slope * (double)x[k] + s[k].offset;

        sum += exp(z - at_none);
        if (z > top) {
            top = z;
            *is_right = m->truth[i * m->n_outputs + k];
        }
    }
    return isfinite(sum) ? sum / (1 + sum) : 1;
}

double lyt_calibrate_detection(const lyt_margins *margins, const lyt_sigmoid *sigmoids)
{
    const size_t none = margins->n_outputs - 1;
    double right[n_steps] = {0}, failed[n_steps] = {0}, all[n_steps] = {0}, quality[n_steps];

    for (size_t i = 0; i < margins->n; i++) {
        bool is_right = false;
        const int step = step_of(any_failure(margins, sigmoids, i, &is_right));

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
