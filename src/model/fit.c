#include "fit.h"

#include <math.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "parallel.h"
#include "unwatched.h"

/* Of naive Bayes: what a count of nothing counts as, and how much of its log-odds is kept. */
static const double alpha = 0.1, keep = 0.01;

/* No feature is scaled down to less than this ratio's power. */
static const double ratio_least = 0.05;

/* A label starts as not said. */
static const float bias_prior = (float)(lyt_unsaid_logit / lyt_log_odds_per_margin);

/* How far a general mood is believed before the first message. */
static const float mood_trust = 0.75f, none_trust = 0.25f;

/* A thread's own. */
typedef struct room {
    float *w;
    float *scale, *value, *square; /* of the features as the output sees them, when damped */
    uint32_t *with, *all;          /* of each row, messages with the output and altogether */
    double sum_of_all, alive;      /* over the rows; rows that any message has */
    bool is_counted;               /* all, and its sums, are those of the fold `counted` */
    unsigned counted;
    int8_t *y;
    float *sum;   /* of the topics' outputs */
    double shift; /* of the log-odds, for all of the output's messages */
    lyt_solver_room solver;
} room;

struct lyt_fit {
    lyt_fit_options options;
    size_t n, n_rows, n_columns, n_values;
    unsigned n_threads;
    room rooms[lyt_threads_max];
    float *logs; /* ln(count + alpha) */
    uint8_t *truth;
    uint32_t *positives;
    float *mood[2]; /* of each row, the prior's weight for negative and positive; or NULL */
};

/* What all tasks of one call share. */
typedef struct job {
    lyt_fit *fit;
    const lyt_weighed *weighed;
    unsigned folds, passes;
    float *message, *clause; /* margins */
    const lyt_fit_result *result;
    const lyt_mixing *mixing;
    float *unmixed; /* where something is mixed: n_columns of each output */
} job;

static lyt_status room_new(const lyt_fit *fit, room *r)
{
    const lyt_alloc *alloc = fit->options.alloc;
    const size_t n_sums = fit->options.topics ? fit->options.topics->head->n_outputs : 1;

    r->w = lyt_mem_array(alloc, fit->n_columns, sizeof *r->w);
    r->with = lyt_mem_array(alloc, fit->n_rows, sizeof *r->with);
    r->all = lyt_mem_array(alloc, fit->n_rows, sizeof *r->all);
    r->y = lyt_mem_array(alloc, fit->n, sizeof *r->y);
    r->sum = lyt_mem_array(alloc, n_sums, sizeof *r->sum);
    r->scale = lyt_mem_array(alloc, fit->n_columns, sizeof *r->scale);
    r->value = lyt_mem_array(alloc, fit->n_values, sizeof *r->value);
    r->square = lyt_mem_array(alloc, fit->n, sizeof *r->square);
    r->solver.alpha = lyt_mem_array(alloc, fit->n, sizeof *r->solver.alpha);
    r->solver.order = lyt_mem_array(alloc, fit->n, sizeof *r->solver.order);
    return r->w && r->with && r->all && r->y && r->sum && r->scale && r->value && r->square &&
                   r->solver.alpha && r->solver.order
               ? LYT_OK
               : LYT_ENOMEM;
}

static void room_free(const lyt_fit *fit, room *r)
{
    const lyt_alloc *alloc = fit->options.alloc;

    lyt_mem_free(alloc, r->w);
    lyt_mem_free(alloc, r->scale);
    lyt_mem_free(alloc, r->value);
    lyt_mem_free(alloc, r->square);
    lyt_mem_free(alloc, r->with);
    lyt_mem_free(alloc, r->all);
    lyt_mem_free(alloc, r->y);
    lyt_mem_free(alloc, r->sum);
    lyt_mem_free(alloc, r->solver.alpha);
    lyt_mem_free(alloc, r->solver.order);
}

static bool is_true(const lyt_example *example, lyt_output_kind kind)
{
    switch (kind) {
    case LYT_OUTPUT_LABEL:
    case LYT_OUTPUT_TOPIC:
        break;
    case LYT_OUTPUT_NONE:
        return !example->n_labels;
    case LYT_OUTPUT_NEGATIVE:
        return example->n_labels > 0;
    case LYT_OUTPUT_POSITIVE:
        return example->is_positive;
    }
    return false;
}

static void set_truth(lyt_fit *fit)
{
    const lyt_layout *layout = &fit->options.layout;

    for (size_t i = 0; i < fit->n; i++) {
        const lyt_example *example = lyt_corpus_at(fit->options.dataset->corpus, i);
        uint8_t *truth = fit->truth + i * layout->n_outputs;

        for (size_t k = layout->n_labels; k < layout->n_outputs; k++) {
            size_t label;

            truth[k] = is_true(example, lyt_layout_kind(layout, k, &label));
        }
        for (size_t j = 0; j < example->n_labels; j++)
            truth[example->labels[j]] = 1;
        for (size_t j = 0; layout->has_topics && j < example->n_topics; j++)
            truth[layout->topic + example->topics[j]] = 1;
        for (size_t k = 0; k < layout->n_outputs; k++)
            fit->positives[k] += truth[k];
    }
}

/* The prior's weights, on the rows of this table. */
static lyt_status set_mood(lyt_fit *fit)
{
    const lyt_model *prior = fit->options.prior;

    for (int m = 0; prior && m < 2; m++) {
        const lyt_model_head *head = prior->head;
        const size_t label = lyt_modelview_label(prior, lyt_mood_names[m]);
        const unsigned shift = fit->options.dataset->hash_bits - head->hash_bits;

        if (label == head->n_labels)
            continue;
        fit->mood[m] = lyt_mem_array(fit->options.alloc, fit->n_rows, sizeof *fit->mood[m]);
        if (!fit->mood[m])
            return LYT_ENOMEM;
        for (size_t row = 0; row < fit->n_rows; row++) {
            int8_t weight;

            memcpy(&weight, prior->rows + (row >> shift) * head->stride + 1 + label, 1);
            fit->mood[m][row] = (float)(weight * prior->outputs[label].scale);
        }
    }
    return LYT_OK;
}

lyt_status lyt_fit_new(lyt_fit **out, const lyt_fit_options *options)
{
    const lyt_alloc *alloc = options->alloc;
    lyt_fit *fit = lyt_mem_new(alloc, sizeof *fit);
    lyt_status status = LYT_OK;
    size_t n_logs, n_more;

    if (!fit)
        return LYT_ENOMEM;
    fit->options = *options;
    fit->n = options->dataset->n;
    fit->n_rows = (size_t)1 << options->dataset->hash_bits;
    n_more = lyt_topics_columns(options->topics, options->dataset->hash_bits) + 1;
    fit->n_columns = fit->n_rows + options->n_cues + n_more;
    fit->n_values = options->dataset->messages.first[fit->n] + options->dataset->first_hit[fit->n] +
                    fit->n * n_more;
    fit->n_threads = lyt_parallel_threads();
    /* a row may hold a feature of each group in one message */
    n_logs = fit->n * LYT_GROUPS + 1;
    fit->logs = lyt_mem_array(alloc, n_logs, sizeof *fit->logs);
    fit->truth = lyt_mem_array(alloc, fit->n, options->layout.n_outputs);
    fit->positives = lyt_mem_array(alloc, options->layout.n_outputs, sizeof *fit->positives);
    for (unsigned t = 0; !status && t < fit->n_threads; t++)
        status = room_new(fit, &fit->rooms[t]);
    if (status || !fit->logs || !fit->truth || !fit->positives) {
        lyt_fit_free(fit);
        return LYT_ENOMEM;
    }
    for (size_t i = 0; i < n_logs; i++)
        fit->logs[i] = (float)log((double)i + alpha);
    set_truth(fit);
    if (set_mood(fit)) {
        lyt_fit_free(fit);
        return LYT_ENOMEM;
    }
    *out = fit;
    return LYT_OK;
}

void lyt_fit_free(lyt_fit *fit)
{
    if (!fit)
        return;
    for (unsigned t = 0; t < fit->n_threads; t++)
        room_free(fit, &fit->rooms[t]);
    lyt_mem_free(fit->options.alloc, fit->mood[0]);
    lyt_mem_free(fit->options.alloc, fit->mood[1]);
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
        r->y[i] = fit->truth[i * fit->options.layout.n_outputs + output] ? 1 : -1;
        if (j->folds && fit->options.dataset->fold[i] % j->folds == fold)
            r->y[i] = 0;
        positives += r->y[i] > 0;
    }
    return positives;
}

/* What a cue says of an output before any message was seen, in log-odds. */
static float cue_prior(const lyt_fit *fit, const lyt_cue *cue, size_t output)
{
    const lyt_layout *layout = &fit->options.layout;

    /* a firm cue has its say behind the scorers: what it adds is never learned away */
    if (cue->prior >= (float)lyt_cue_firm)
        return 0;
    if (cue->label == UINT16_MAX)
        return output == layout->none ? cue->prior : 0;
    return cue->label == output ? cue->prior : 0;
}

/* What is believed before any message was seen: the cues, and what is well or badly said. */
static void set_priors(const lyt_fit *fit, size_t output, float *w)
{
    const lyt_fit_options *o = &fit->options;
    const lyt_layout *layout = &o->layout;
    const float *mood = output == layout->positive ? fit->mood[1] : fit->mood[0];
    float trust = 0;

    memset(w, 0, fit->n_columns * sizeof *w);
    if (output == layout->negative || output == layout->positive)
        trust = mood_trust;
    else if (output == layout->none)
        trust = -none_trust;
    for (size_t row = 0; mood && trust != 0 && row < fit->n_rows; row++)
        w[row] = trust * mood[row];
    for (uint32_t i = 0; i < o->n_cues; i++)
        w[fit->n_rows + i] = cue_prior(fit, &o->cues[i], output) / (float)lyt_log_odds_per_margin;
    w[fit->n_columns - 1] = output < layout->n_labels ? bias_prior : 0;
}

LYT_UNWATCHED static void count_rows(const lyt_fit *fit, const lyt_matrix *m, size_t message,
                                     uint32_t *counts)
{
    for (size_t at = m->row[message]; at < m->row[message + 1]; at++)
        if (m->col[at] < fit->n_rows)
            counts[m->col[at]]++;
}

/* Of all messages but the fold's: the same for every output, and so counted once a fold. */
static void count_all(const job *j, room *r, unsigned fold)
{
    const lyt_fit *fit = j->fit;

    if (r->is_counted && r->counted == fold)
        return;
    memset(r->all, 0, fit->n_rows * sizeof *r->all);
    for (size_t i = 0; i < fit->n; i++)
        if (r->y[i])
            count_rows(fit, &j->weighed->messages, i, r->all);
    r->sum_of_all = r->alive = 0;
    for (size_t row = 0; row < fit->n_rows; row++) {
        r->sum_of_all += r->all[row];
        r->alive += r->all[row] > 0;
    }
    r->is_counted = true;
    r->counted = fold;
}

/* A hundredth of naive Bayes' log-odds: enough to lean on where the solver has little to say. */
static void set_bayes_priors(const job *j, room *r, unsigned fold)
{
    const lyt_fit *fit = j->fit;
    double with = 0;

    count_all(j, r, fold);
    memset(r->with, 0, fit->n_rows * sizeof *r->with);
    for (size_t i = 0; i < fit->n; i++)
        if (r->y[i] > 0)
            count_rows(fit, &j->weighed->messages, i, r->with);
    for (size_t row = 0; row < fit->n_rows; row++)
        with += r->with[row];
    r->shift = log(r->sum_of_all - with + alpha * r->alive) - log(with + alpha * r->alive);
    for (size_t row = 0; row < fit->n_rows; row++) {
        if (r->all[row])
            r->w[row] += (float)(keep * ((double)fit->logs[r->with[row]] -
                                         (double)fit->logs[r->all[row] - r->with[row]] + r->shift));
    }
}

/*
 * Naive Bayes as a scale (Wang and Manning 2012), damped: a feature that tells the output
 * apart counts as more.
 */
static float scale_of(const lyt_fit *fit, const room *r, uint32_t with, uint32_t all, double power)
{
    const double ratio = fabs((double)fit->logs[with] - (double)fit->logs[all - with] + r->shift);

    return (float)pow(ratio < ratio_least ? ratio_least : ratio, power);
}

/* Most features never come with the output, and of those as many messages have one as another. */
LYT_UNWATCHED static void scale_columns(const lyt_fit *fit, room *r, double power)
{
    enum { n_known = 512 };
    float known[n_known] = {0}; /* never with it, by how many messages have it */

    for (size_t c = 0; c < fit->n_columns; c++) {
        const uint32_t all = c < fit->n_rows ? r->all[c] : 0;

        if (!all)
            r->scale[c] = 1;
        else if (r->with[c] || all >= n_known)
            r->scale[c] = scale_of(fit, r, r->with[c], all, power);
        else if (known[all] > 0)
            r->scale[c] = known[all];
        else
            r->scale[c] = known[all] = scale_of(fit, r, 0, all, power);
        r->w[c] /= r->scale[c];
    }
}

/* Those that are learned from. */
LYT_UNWATCHED static void scale_rows(const lyt_matrix *m, room *r)
{
    for (size_t i = 0; i < m->n; i++) {
        float square = 0;

        if (!r->y[i])
            continue;
        for (size_t at = m->row[i]; at < m->row[i + 1]; at++) {
            r->value[at] = m->value[at] * r->scale[m->col[at]];
            square += r->value[at] * r->value[at];
        }
        r->square[i] = square;
    }
}

/* The matrix as the output sees it, and w likewise. */
static lyt_matrix scaled(const job *j, room *r)
{
    lyt_matrix out = j->weighed->messages;

    scale_columns(j->fit, r, j->weighed->recipe.damping);
    scale_rows(&out, r);
    out.value = r->value;
    out.square = r->square;
    return out;
}

static bool is_learned(const lyt_fit *fit, size_t output)
{
    return output != fit->options.layout.positive ||
           lyt_corpus_has_opinions(fit->options.dataset->corpus);
}

static void fit_output(const job *j, room *r, size_t output, unsigned fold)
{
    const lyt_fit *fit = j->fit;
    const lyt_solver_options options = {
        .c = j->weighed->recipe.c,
        .passes = j->passes,
        .seed = lyt_hash_pair(fit->options.seed, output * 64 + fold),
    };

    set_priors(fit, output, r->w);
    if (!is_learned(fit, output) || !set_targets(j, r, output, fold))
        return;
    set_bayes_priors(j, r, fold);
    if (j->weighed->recipe.damping > 0) {
        const lyt_matrix seen = scaled(j, r);

        lyt_solver_fit(&seen, r->y, &options, &r->solver, r->w);
        for (size_t c = 0; c < fit->n_columns; c++)
            r->w[c] *= r->scale[c];
    } else {
        lyt_solver_fit(&j->weighed->messages, r->y, &options, &r->solver, r->w);
    }
}

static void clause_margins(const job *j, const room *r, size_t message, size_t output)
{
    const lyt_layout *layout = &j->fit->options.layout;
    const size_t *first = j->fit->options.dataset->first_clause;

    if (!j->clause || output < layout->topic || output - layout->topic >= layout->n_in_clauses)
        return;
    for (size_t c = first[message]; c < first[message + 1]; c++)
        j->clause[c * layout->n_in_clauses + output - layout->topic] =
            (float)lyt_solver_margin(&j->weighed->clauses, c, r->w);
}

/* What was counted for another call is of other features. */
static void begin(lyt_fit *fit, const lyt_weighed *weighed)
{
    lyt_matrix_check(&weighed->messages, fit->n_columns);
    for (unsigned t = 0; t < fit->n_threads; t++)
        fit->rooms[t].is_counted = false;
}

static void margins_task(void *context, unsigned thread, size_t task)
{
    const job *j = context;
    const size_t n_outputs = j->fit->options.layout.n_outputs, output = task % n_outputs;
    const unsigned fold = (unsigned)(task / n_outputs);
    room *r = &j->fit->rooms[thread];

    fit_output(j, r, output, fold);
    for (size_t i = 0; i < j->fit->n; i++) {
        if (j->fit->options.dataset->fold[i] % j->folds != fold)
            continue;
        j->message[i * n_outputs + output] =
            (float)lyt_solver_margin(&j->weighed->messages, i, r->w);
        clause_margins(j, r, i, output);
    }
}

void lyt_fit_margins(lyt_fit *fit, const lyt_weighed *weighed, const lyt_fit_plan *plan,
                     float *message, float *clause)
{
    job j = {.fit = fit,
             .weighed = weighed,
             .folds = plan->folds,
             .passes = plan->passes,
             .message = message,
             .clause = clause};

    begin(fit, weighed);
    lyt_parallel(fit->n_threads, plan->tested * fit->options.layout.n_outputs, margins_task, &j);
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

void lyt_fit_put(const lyt_fit *fit, const float *w, size_t output, const lyt_fit_result *result)
{
    quantise(fit, w, output, result);
    for (uint32_t i = 0; i < fit->options.n_cues; i++)
        result->cues[i * result->n_cue_outputs + output] = w[fit->n_rows + i];
    result->outputs[output].bias = (double)w[fit->n_columns - 1];
}

/* What was learned of the topics' columns goes into the rows they are sums of. */
static void fold_topics(const job *j, room *r)
{
    const lyt_topics *topics = &j->weighed->topics;

    if (topics->n)
        lyt_topics_fold(topics, r->w + j->fit->n_rows + j->fit->options.n_cues, r->sum, r->w,
                        &r->w[j->fit->n_columns - 1]);
}

static void all_task(void *context, unsigned thread, size_t task)
{
    const job *j = context;
    const size_t n = j->fit->n_columns;
    room *r = &j->fit->rooms[thread];

    fit_output(j, r, task, 0);
    fold_topics(j, r);
    if (j->unmixed)
        memcpy(j->unmixed + task * n, r->w, n * sizeof *r->w);
    else
        lyt_fit_put(j->fit, r->w, task, j->result);
}

static void mix_task(void *context, unsigned thread, size_t task)
{
    const job *j = context;
    const lyt_mixing *mixing = j->mixing;
    const size_t n = j->fit->n_columns;
    float *w = j->fit->rooms[thread].w;

    memset(w, 0, n * sizeof *w);
    w[n - 1] = (float)mixing->bias[task];
    for (size_t k = 0; k < mixing->n; k++) {
        const float share = (float)mixing->weight[task * mixing->n + k];
        const float *from = j->unmixed + k * n;

        for (size_t c = 0; c < n; c++)
            w[c] += share * from[c];
    }
    lyt_fit_put(j->fit, w, task, j->result);
}

lyt_status lyt_fit_all(lyt_fit *fit, const lyt_weighed *weighed, unsigned passes,
                       const lyt_mixing *mixing, const lyt_fit_result *result)
{
    const size_t n_outputs = fit->options.layout.n_outputs;
    job j = {.fit = fit, .weighed = weighed, .passes = passes, .result = result, .mixing = mixing};

    if (mixing->n) {
        j.unmixed =
            lyt_mem_array(fit->options.alloc, fit->n_columns * n_outputs, sizeof *j.unmixed);
        if (!j.unmixed)
            return LYT_ENOMEM;
    }
    begin(fit, weighed);
    lyt_parallel(fit->n_threads, n_outputs, all_task, &j);
    if (j.unmixed)
        lyt_parallel(fit->n_threads, n_outputs, mix_task, &j);
    lyt_mem_free(fit->options.alloc, j.unmixed);
    return LYT_OK;
}
