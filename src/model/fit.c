#include "fit.h"

#include <math.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "parallel.h"

/* Of naive Bayes: what a count of nothing counts as, and how much of its log-odds is kept. */
static const double alpha = 0.1, keep = 0.01;

/* A label starts as not said. */
static const float bias_prior = -0.75f;

/* A thread's own. */
typedef struct room {
    float *w;
    uint32_t *with, *all; /* of each row, messages with the output and altogether */
    int8_t *y;
    lyt_solver_room solver;
} room;

struct lyt_fit {
    lyt_fit_options options;
    size_t n, n_rows, n_columns;
    unsigned n_threads;
    room rooms[lyt_threads_max];
    float *logs; /* ln(count + alpha) */
    uint8_t *truth;
    uint32_t *positives;
};

/* What all tasks of one call share. */
typedef struct job {
    lyt_fit *fit;
    const lyt_weighed *weighed;
    unsigned folds, passes;
    float *margin;
    const lyt_fit_result *result;
} job;

static lyt_status room_new(const lyt_fit *fit, room *r)
{
    const lyt_alloc *alloc = fit->options.alloc;

    r->w = lyt_mem_array(alloc, fit->n_columns, sizeof *r->w);
    r->with = lyt_mem_array(alloc, fit->n_rows, sizeof *r->with);
    r->all = lyt_mem_array(alloc, fit->n_rows, sizeof *r->all);
    r->y = lyt_mem_array(alloc, fit->n, sizeof *r->y);
    r->solver.alpha = lyt_mem_array(alloc, fit->n, sizeof *r->solver.alpha);
    r->solver.order = lyt_mem_array(alloc, fit->n, sizeof *r->solver.order);
    return r->w && r->with && r->all && r->y && r->solver.alpha && r->solver.order ? LYT_OK
                                                                                   : LYT_ENOMEM;
}

static void room_free(const lyt_fit *fit, room *r)
{
    const lyt_alloc *alloc = fit->options.alloc;

    lyt_mem_free(alloc, r->w);
    lyt_mem_free(alloc, r->with);
    lyt_mem_free(alloc, r->all);
    lyt_mem_free(alloc, r->y);
    lyt_mem_free(alloc, r->solver.alpha);
    lyt_mem_free(alloc, r->solver.order);
}

static void set_truth(lyt_fit *fit)
{
    const lyt_fit_options *o = &fit->options;

    for (size_t i = 0; i < fit->n; i++) {
        const lyt_example *example = lyt_corpus_at(o->dataset->corpus, i);
        uint8_t *truth = fit->truth + i * o->n_outputs;

        for (size_t j = 0; j < example->n_labels; j++)
            truth[example->labels[j]] = 1;
        if (!example->n_labels && o->n_outputs > o->n_labels)
            truth[o->n_labels] = 1;
        for (size_t k = 0; k < o->n_outputs; k++)
            fit->positives[k] += truth[k];
    }
}

lyt_status lyt_fit_new(lyt_fit **out, const lyt_fit_options *options)
{
    const lyt_alloc *alloc = options->alloc;
    lyt_fit *fit = lyt_mem_new(alloc, sizeof *fit);
    lyt_status status = LYT_OK;
    size_t n_logs;

    if (!fit)
        return LYT_ENOMEM;
    fit->options = *options;
    fit->n = options->dataset->n;
    fit->n_rows = (size_t)1 << options->dataset->hash_bits;
    fit->n_columns = fit->n_rows + options->n_cues + 1;
    fit->n_threads = lyt_parallel_threads();
    /* a row may hold a feature of each group in one message */
    n_logs = fit->n * LYT_GROUPS + 1;
    fit->logs = lyt_mem_array(alloc, n_logs, sizeof *fit->logs);
    fit->truth = lyt_mem_array(alloc, fit->n, options->n_outputs);
    fit->positives = lyt_mem_array(alloc, options->n_outputs, sizeof *fit->positives);
    for (unsigned t = 0; !status && t < fit->n_threads; t++)
        status = room_new(fit, &fit->rooms[t]);
    if (status || !fit->logs || !fit->truth || !fit->positives) {
        lyt_fit_free(fit);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < n_logs; i++)
        fit->logs[i] = (float)log((double)i + alpha);
    set_truth(fit);
    *out = fit;
    return LYT_OK;
}

void lyt_fit_free(lyt_fit *fit)
{
    if (!fit)
        return;
    for (unsigned t = 0; t < fit->n_threads; t++)
        room_free(fit, &fit->rooms[t]);
    lyt_mem_free(fit->options.alloc, fit->logs);
    lyt_mem_free(fit->options.alloc, fit->truth);
    lyt_mem_free(fit->options.alloc, fit->positives);
    lyt_mem_free(fit->options.alloc, fit);
}

const uint8_t *lyt_fit_truth(const lyt_fit *fit)
{
    return fit->truth;
}

const uint32_t *lyt_fit_positives(const lyt_fit *fit)
{
    return fit->positives;
}

/* ±1, or 0 for the messages of the fold; how many are +1. */
static size_t set_targets(const job *j, room *r, size_t output, unsigned fold)
{
    const lyt_fit *fit = j->fit;
    size_t positives = 0;

    for (size_t i = 0; i < fit->n; i++) {
        r->y[i] = fit->truth[i * fit->options.n_outputs + output] ? 1 : -1;
        if (j->folds && fit->options.dataset->fold[i] % j->folds == fold)
            r->y[i] = 0;
        positives += r->y[i] > 0;
    }
    return positives;
}

/* What is believed before any message was seen: the cues. */
static void set_cue_priors(const lyt_fit *fit, size_t output, float *w)
{
    const lyt_fit_options *o = &fit->options;

    memset(w, 0, fit->n_columns * sizeof *w);
    for (uint32_t i = 0; i < o->n_cues; i++) {
        const bool is_of =
            o->cues[i].label == UINT16_MAX ? output >= o->n_labels : o->cues[i].label == output;

        if (is_of)
            w[fit->n_rows + i] = o->cues[i].prior / (float)lyt_log_odds_per_margin;
    }
    w[fit->n_columns - 1] = output < o->n_labels ? bias_prior : 0;
}

/* A hundredth of naive Bayes' log-odds: enough to lean on where the solver has little to say. */
static void set_bayes_priors(const job *j, room *r)
{
    const lyt_fit *fit = j->fit;
    const lyt_matrix *m = &j->weighed->matrix;
    double with = 0, all = 0, alive = 0, shift;

    memset(r->with, 0, fit->n_rows * sizeof *r->with);
    memset(r->all, 0, fit->n_rows * sizeof *r->all);
    for (size_t i = 0; i < fit->n; i++) {
        for (size_t at = m->row[i]; r->y[i] && at < m->row[i + 1]; at++) {
            if (m->col[at] >= fit->n_rows)
                continue;
            r->all[m->col[at]]++;
            r->with[m->col[at]] += r->y[i] > 0;
        }
    }
    for (size_t row = 0; row < fit->n_rows; row++) {
        with += r->with[row];
        all += r->all[row];
        alive += r->all[row] > 0;
    }
    shift = log(all - with + alpha * alive) - log(with + alpha * alive);
    for (size_t row = 0; row < fit->n_rows; row++) {
        if (r->all[row])
            r->w[row] = (float)(keep * ((double)fit->logs[r->with[row]] -
                                        (double)fit->logs[r->all[row] - r->with[row]] + shift));
    }
}

/* A firm cue is taken at its word: sentences may teach that it says more, never less. */
static void keep_firm(const lyt_fit *fit, size_t output, float *w)
{
    const lyt_fit_options *o = &fit->options;

    for (uint32_t i = 0; i < o->n_cues; i++) {
        const float prior = o->cues[i].prior / (float)lyt_log_odds_per_margin;
        float *weight = &w[fit->n_rows + i];

        if (o->cues[i].label == output && o->cues[i].prior >= (float)lyt_cue_firm)
            *weight = *weight > prior ? *weight : prior;
    }
}

static void fit_output(const job *j, room *r, size_t output, unsigned fold)
{
    const lyt_fit *fit = j->fit;
    const lyt_solver_options options = {
        .c = j->weighed->recipe.c,
        .passes = j->passes,
        .seed = lyt_hash_pair(fit->options.seed, output * 64 + fold),
    };

    set_cue_priors(fit, output, r->w);
    if (!set_targets(j, r, output, fold))
        return;
    set_bayes_priors(j, r);
    lyt_solver_fit(&j->weighed->matrix, r->y, &options, &r->solver, r->w);
    keep_firm(fit, output, r->w);
}

static void margins_task(void *context, unsigned thread, size_t task)
{
    const job *j = context;
    const size_t n_outputs = j->fit->options.n_outputs, output = task % n_outputs;
    const unsigned fold = (unsigned)(task / n_outputs);
    room *r = &j->fit->rooms[thread];

    fit_output(j, r, output, fold);
    for (size_t i = 0; i < j->fit->n; i++) {
        if (j->fit->options.dataset->fold[i] % j->folds == fold)
            j->margin[i * n_outputs + output] =
                (float)lyt_solver_margin(&j->weighed->matrix, i, r->w);
    }
}

void lyt_fit_margins(lyt_fit *fit, const lyt_weighed *weighed, const lyt_fit_plan *plan,
                     float *margin)
{
    job j = {fit, weighed, plan->folds, plan->passes, margin, NULL};

    lyt_parallel(fit->n_threads, plan->tested * fit->options.n_outputs, margins_task, &j);
}

/* Eight bits a weight, by the largest of the output. */
static void quantise(const lyt_fit *fit, const float *w, size_t output,
                     const lyt_fit_result *result)
{
    float top = 0;

    for (size_t row = 0; row < fit->n_rows; row++)
        top = fabsf(w[row]) > top ? fabsf(w[row]) : top;
    result->outputs[output].scale = (double)top / 127;
    for (size_t row = 0; row < fit->n_rows; row++) {
        const double steps = top > 0 ? (double)w[row] / result->outputs[output].scale : 0;
        const int8_t weight = (int8_t)lrint(steps);

        memcpy(result->rows + row * result->stride + 1 + output, &weight, 1);
    }
}

static void all_task(void *context, unsigned thread, size_t task)
{
    const job *j = context;
    const lyt_fit *fit = j->fit;
    room *r = &j->fit->rooms[thread];

    fit_output(j, r, task, 0);
    quantise(fit, r->w, task, j->result);
    for (uint32_t i = 0; i < fit->options.n_cues; i++)
        j->result->cues[i * fit->options.n_outputs + task] = r->w[fit->n_rows + i];
    j->result->outputs[task].bias = (double)r->w[fit->n_columns - 1];
}

void lyt_fit_all(lyt_fit *fit, const lyt_weighed *weighed, unsigned passes,
                 const lyt_fit_result *result)
{
    job j = {fit, weighed, 0, passes, NULL, result};

    lyt_parallel(fit->n_threads, fit->options.n_outputs, all_task, &j);
}
