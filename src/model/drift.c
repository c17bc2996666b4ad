#include "drift.h"

#include <math.h>
#include <string.h>

#include "mem.h"

enum {
    kept = 8192,     /* messages that are remembered */
    look_each = 20,  /* messages */
    hours = 8,       /* bins of three hours, by UTC: only that they come again matters */
    drawn_by = 10,   /* messages with which the whole stands in for one bin */
    known_from = 30, /* a bin of fewer messages says nothing of what is usual then */
    labels_most = 1024,
    measures = LYT_DRIFT_LABEL,
};

enum { n_windows = 2 };
static const size_t windows[n_windows] = {200, 1000};
static const int64_t bin_us = (int64_t)3 * 3600 * 1000000;

/* About one false alarm in a year of a hotel's messages that are always alike. */
static const double sure_of_mean = 4.7, sure_of_label = 4.2, sure_of_rare = 5.2;
static const double least_ratio = 1.3;
static const double common = 0.05; /* rarer labels are looked for in the larger window */

typedef struct record {
    float value[measures];
    uint16_t label;
    uint8_t bin;
} record;

struct lyt_drift {
    const lyt_alloc *alloc;
    size_t n_labels, n; /* n: in use, oldest first from `first`, a ring */
    size_t first, since_look;
    uint32_t *label_counts; /* of the reference: [bin][label] */
    uint32_t *found;        /* of the window, by label */
    record records[kept];
};

void lyt_drift_free(lyt_drift *drift)
{
    if (!drift)
        return;
    lyt_mem_free(drift->alloc, drift->label_counts);
    lyt_mem_free(drift->alloc, drift->found);
    lyt_mem_free(drift->alloc, drift);
}

lyt_status lyt_drift_new(lyt_drift **out, const lyt_alloc *alloc, size_t n_labels)
{
    lyt_drift *drift = lyt_mem_new(alloc, sizeof *drift);

    if (!drift)
        return LYT_ENOMEM;
    drift->alloc = alloc;
    drift->n_labels = n_labels < labels_most ? n_labels : labels_most;
    drift->label_counts =
        lyt_mem_array(alloc, hours * (drift->n_labels + 1), sizeof *drift->label_counts);
    drift->found = lyt_mem_array(alloc, drift->n_labels + 1, sizeof *drift->found);
    if (!drift->label_counts || !drift->found) {
        lyt_drift_free(drift);
        return LYT_ENOMEM;
    }
    *out = drift;
    return LYT_OK;
}

static const record *at(const lyt_drift *drift, size_t index)
{
    return &drift->records[(drift->first + index) % kept];
}

/* What the messages before the window were like, in each bin and on the whole. */
typedef struct reference {
    size_t n, in_bin[hours]; /* n: the oldest so many are in it */
    double sum[measures], squares[measures], bin_sum[hours][measures];
    /* of the window: its messages in bins that are known, and what their expectation errs by */
    size_t window[hours], n_window;
    double more;
} reference;

static void refer_nothing(lyt_drift *drift, reference *r)
{
    memset(r, 0, sizeof *r);
    memset(drift->label_counts, 0, hours * (drift->n_labels + 1) * sizeof *drift->label_counts);
}

/* Takes in the messages up to the n-th that it has not yet. */
static void refer(lyt_drift *drift, size_t n, reference *r)
{
    for (size_t i = r->n; i < n; i++) {
        const record *m = at(drift, i);
        double *bin_sum = r->bin_sum[m->bin];

        r->in_bin[m->bin]++;
        for (int k = 0; k < measures; k++) {
            const double x = m->value[k];

            r->sum[k] += x;
            r->squares[k] += x * x;
            bin_sum[k] += x;
        }
        if (m->label < drift->n_labels)
            drift->label_counts[m->bin * drift->n_labels + m->label]++;
    }
    r->n = n;
}

/* Only messages of hours that are known are compared. */
static void frame(const lyt_drift *drift, reference *r)
{
    double error = 0;

    r->n_window = 0;
    memset(r->window, 0, sizeof r->window);
    for (size_t i = r->n; i < drift->n; i++) {
        const uint8_t bin = at(drift, i)->bin;

        r->window[bin] += r->in_bin[bin] >= known_from;
    }
    for (int b = 0; b < hours; b++) {
        r->n_window += r->window[b];
        if (r->window[b])
            error += (double)(r->window[b] * r->window[b]) / (double)r->in_bin[b];
    }
    r->more = r->n_window ? 1 + error / (double)r->n_window : 1;
}

/* The mean of a bin, drawn towards that of the whole. */
static double drawn(double bin_sum, size_t in_bin, double mean)
{
    return (bin_sum + drawn_by * mean) / ((double)in_bin + drawn_by);
}

static bool is_much(double expected, double found)
{
    return found >= expected * least_ratio || found * least_ratio <= expected;
}

/* The strongest change so far, in units of chance over what is asked for. */
typedef struct strongest {
    double by;
    lyt_drift_change change;
} strongest;

static void offer(strongest *best, double by, lyt_drift_measure measure, size_t label,
                  double expected, double found, size_t n)
{
    if (by <= best->by || !is_much(expected, found))
        return;
    best->by = by;
    best->change = (lyt_drift_change){.measure = measure,
                                      .label = (uint16_t)label,
                                      .before = expected / (double)n,
                                      .after = found / (double)n,
                                      .n = n};
}

static void compare_means(const lyt_drift *drift, const reference *r, strongest *best)
{
    const double size = (double)r->n, n = (double)r->n_window;

    for (int k = 0; k < measures; k++) {
        const double mean = r->sum[k] / size;
        const double variance = r->squares[k] / size - mean * mean;
        double expected = 0, found = 0, error;

        for (int b = 0; b < hours; b++)
            expected += (double)r->window[b] * drawn(r->bin_sum[b][k], r->in_bin[b], mean);
        for (size_t i = r->n; i < drift->n; i++)
            if (r->window[at(drift, i)->bin])
                found += at(drift, i)->value[k];
        /* where nothing ever happened, one in as many as were seen might have */
        error = sqrt(n * r->more * fmax(variance, mean > 0 ? 0 : 1 / size));
        if (error > 0)
            offer(best, fabs(found - expected) / error / sure_of_mean, (lyt_drift_measure)k,
                  lyt_drift_none, expected, found, r->n_window);
    }
}

/* a ln(a / b), 0 for a = 0 */
static double term(double a, double b)
{
    return a > 0 ? a * log(a / b) : 0;
}

/* The root of twice the log-likelihood ratio (Wilks 1938) of `found` in n against `expected`. */
static double surprise(double n, double expected, double found)
{
    const double least = .5, e = fmin(fmax(expected, least), n - least);
    const double ratio = term(found, e) + term(n - found, n - e);

    return sqrt(2 * fmax(ratio, 0));
}

static void compare_labels(lyt_drift *drift, const reference *r, bool all, strongest *best)
{
    const double n = (double)r->n_window;

    memset(drift->found, 0, (drift->n_labels + 1) * sizeof *drift->found);
    for (size_t i = r->n; i < drift->n; i++) {
        const record *m = at(drift, i);

        if (r->window[m->bin] && m->label < drift->n_labels)
            drift->found[m->label]++;
    }
    for (size_t j = 0; j < drift->n_labels; j++) {
        const double found = drift->found[j];
        double sum = 0, expected = 0;
        bool is_common;

        for (int b = 0; b < hours; b++)
            sum += drift->label_counts[(size_t)b * drift->n_labels + j];
        for (int b = 0; b < hours; b++)
            expected +=
                (double)r->window[b] * drawn(drift->label_counts[(size_t)b * drift->n_labels + j],
                                             r->in_bin[b], sum / (double)r->n);
        is_common = expected >= common * n;
        if (is_common || all)
            offer(best,
                  surprise(n, expected, found) / sqrt(r->more) /
                      (is_common ? sure_of_label : sure_of_rare),
                  LYT_DRIFT_LABEL, j, expected, found, r->n_window);
    }
}

static bool look(lyt_drift *drift, lyt_drift_change *out)
{
    strongest best = {.by = 1};
    reference r;

    refer_nothing(drift, &r);
    /* the largest window first: what lies before it lies before the smaller ones, too */
    for (size_t w = n_windows; w-- > 0;) {
        const size_t n = windows[w];

        if (drift->n < 3 * n)
            continue;
        refer(drift, drift->n - n, &r);
        frame(drift, &r);
        if (2 * r.n_window < n)
            continue;
        compare_means(drift, &r, &best);
        compare_labels(drift, &r, w > 0, &best);
    }
    if (!(best.by > 1))
        return false;
    *out = best.change;
    return true;
}

/* Where in the window it began is not known: what is usual now only later messages can say. */
static void begin_anew(lyt_drift *drift)
{
    drift->first = drift->n = 0;
}

bool lyt_drift_note(lyt_drift *drift, const lyt_drift_seen *seen, lyt_drift_change *out)
{
    const int64_t bin = seen->at_us / bin_us % hours;
    record *into;

    if (drift->n == kept) {
        drift->first = (drift->first + 1) % kept;
        drift->n--;
    }
    into = &drift->records[(drift->first + drift->n++) % kept];
    *into = (record){.value = {(float)seen->unknown, seen->is_unclear, (float)seen->anything},
                     .label = seen->label,
                     .bin = (uint8_t)(bin < 0 ? bin + hours : bin)};
    if (++drift->since_look < look_each)
        return false;
    drift->since_look = 0;
    if (!look(drift, out))
        return false;
    begin_anew(drift);
    return true;
}
