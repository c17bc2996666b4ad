#include "blend.h"

#include <math.h>
#include <string.h>

#include "calibrate.h"
#include "logistic.h"
#include "mem.h"
#include "newton.h"

/*
 * Where the weights end up on review sentences and are drawn to, with the force of so many
 * messages' information: ten messages must not teach that a topic speaks against its failure.
 */
static const double usual[LYT_BLEND_TERMS] = {1.7, -0.7, -0.8, -0.5, 0.75, 0.58};
static const double usual_any[LYT_ANY_TERMS] = {0, 0.5, -0.3, 1, 0};
static const double usual_offset = 2, hold = 4, hold_offset = 1;

enum { rounds = 20 };

/* No offset moves further at once: from afar the curve promises too much. */
static const double offset_step_max = 2;

double lyt_blend_mood(const lyt_blend *blend, double negative)
{
    return lyt_log_sigmoid(blend->mood_slope * negative + blend->mood_offset);
}

double lyt_blend_both(const lyt_blend *blend, double topic, double mood)
{
    return lyt_log_sigmoid(blend->topic_slope * topic + blend->topic_offset) + mood;
}

double lyt_blend_sum(const lyt_blend *blend, const double terms[LYT_BLEND_TERMS])
{
    double z = 0;

    for (int t = 0; t < LYT_BLEND_TERMS; t++)
        z += blend->weight[t] * terms[t];
    return z;
}

double lyt_blend_any(const lyt_blend *blend, const double terms[LYT_ANY_TERMS])
{
    double z = 0;

    for (int t = 0; t < LYT_ANY_TERMS; t++)
        z += blend->any[t] * terms[t];
    return z;
}

typedef struct fitting {
    const lyt_blend_data *data;
    lyt_blend *blend;
    double *terms; /* of message i and label k: at (i * n_labels + k) * LYT_BLEND_TERMS */
    double *offset, *logit;
} fitting;

static double *terms_of(const fitting *f, size_t i, size_t k)
{
    return f->terms + (i * f->data->n_labels + k) * LYT_BLEND_TERMS;
}

/* The gate's two sigmoids: what is a topic, what is said badly. */
static void fit_gate(const lyt_blend_data *data, lyt_blend *blend)
{
    const lyt_margins margins = {data->n, data->n_outputs, data->message, data->truth,
                                 data->positives};
    const lyt_sigmoid topic =
        lyt_calibrate_shared(&margins, data->topic, data->topic + data->n_labels);
    const lyt_sigmoid mood = lyt_calibrate_shared(&margins, data->negative, data->negative + 1);

    blend->topic_slope = topic.slope;
    blend->topic_offset = topic.offset;
    blend->mood_slope = mood.slope;
    blend->mood_offset = mood.offset;
}

static double best_clause(const fitting *f, size_t i, size_t k, double whole)
{
    const lyt_blend_data *data = f->data;
    double best = -INFINITY;

    for (size_t c = data->first_clause[i]; c < data->first_clause[i + 1]; c++) {
        const float *margin = data->clause + c * (data->n_labels + 1);
        const double both = lyt_blend_both(
            f->blend, (double)margin[k], lyt_blend_mood(f->blend, (double)margin[data->n_labels]));

        best = both > best ? both : best;
    }
    return best == -INFINITY ? whole : best;
}

static void set_terms(const fitting *f)
{
    const lyt_blend_data *data = f->data;

    for (size_t i = 0; i < data->n; i++) {
        const float *margin = data->message + i * data->n_outputs;
        const double mood = lyt_blend_mood(f->blend, (double)margin[data->negative]);

        for (size_t k = 0; k < data->n_labels; k++) {
            double *terms = terms_of(f, i, k);

            terms[LYT_BLEND_LABEL] = (double)margin[k];
            terms[LYT_BLEND_TOPIC] = data->has_topics ? (double)margin[data->topic + k] : 0;
            terms[LYT_BLEND_NEGATIVE] = (double)margin[data->negative];
            terms[LYT_BLEND_POSITIVE] = data->has_topics ? (double)margin[data->positive] : 0;
            terms[LYT_BLEND_BOTH] = lyt_blend_both(f->blend, (double)margin[data->topic + k], mood);
            terms[LYT_BLEND_CLAUSE] = best_clause(f, i, k, terms[LYT_BLEND_BOTH]);
        }
    }
}

/* What a label's offset has to do with the step: its gradient, its curve, and with each weight. */
typedef struct own {
    double gradient, curve, cross[LYT_BLEND_TERMS];
} own;

static void add_label(const fitting *f, size_t k, lyt_newton *newton, own *o)
{
    const lyt_blend_data *data = f->data;

    *o = (own){hold_offset * (f->offset[k] - usual_offset), hold_offset, {0}};
    for (size_t i = 0; i < data->n; i++) {
        const double *terms = terms_of(f, i, k);
        const double z = lyt_blend_sum(f->blend, terms) + f->offset[k];
        const double p = lyt_sigmoid_of(z), curve = p * (1 - p);
        const int truth = data->truth[i * data->n_outputs + k];

        lyt_newton_add(newton, terms, z, truth);
        o->gradient += p - truth;
        o->curve += curve;
        for (size_t t = 0; t < LYT_BLEND_TERMS; t++)
            o->cross[t] += curve * terms[t];
    }
}

/*
 * One step of Newton for the weights that all labels share and the offset each has for itself.
 * Each offset meets only the weights, so it is taken out of the equations (Schur complement)
 * and follows from their solution.
 */
static lyt_status step(const fitting *f, own *owns)
{
    const size_t n = f->data->n_labels;
    double before[LYT_BLEND_TERMS];
    lyt_newton newton;
    lyt_status status;

    lyt_newton_begin(&newton, LYT_BLEND_TERMS);
    for (size_t t = 0; t < LYT_BLEND_TERMS; t++)
        lyt_newton_hold(&newton, t, hold, f->blend->weight[t] - usual[t]);
    for (size_t k = 0; k < n; k++) {
        if (!f->data->positives[k])
            continue;
        add_label(f, k, &newton, &owns[k]);
        lyt_newton_eliminate(&newton, owns[k].cross, owns[k].gradient, owns[k].curve);
    }
    memcpy(before, f->blend->weight, sizeof before);
    status = lyt_newton_step(&newton, f->blend->weight);
    for (size_t k = 0; k < n; k++) {
        double move = owns[k].gradient;

        if (!f->data->positives[k])
            continue;
        for (size_t t = 0; t < LYT_BLEND_TERMS; t++)
            move += owns[k].cross[t] * (f->blend->weight[t] - before[t]);
        move /= owns[k].curve;
        f->offset[k] -= move > offset_step_max    ? offset_step_max
                        : move < -offset_step_max ? -offset_step_max
                                                  : move;
    }
    return status;
}

static void fit_labels(const fitting *f, own *owns)
{
    const lyt_blend_data *data = f->data;

    memcpy(f->blend->weight, usual, sizeof usual);
    for (int round = 0; round < rounds; round++) {
        /* without a step the weights are as good as they get */
        if (step(f, owns))
            break;
    }
    for (size_t i = 0; i < data->n; i++)
        for (size_t k = 0; k < data->n_labels; k++)
            f->logit[i * data->n_labels + k] =
                lyt_blend_sum(f->blend, terms_of(f, i, k)) + f->offset[k];
}

static void any_terms(const fitting *f, size_t i, double terms[LYT_ANY_TERMS])
{
    const lyt_blend_data *data = f->data;
    const float *margin = data->message + i * data->n_outputs;

    terms[LYT_ANY_ONE] = 1;
    terms[LYT_ANY_NEGATIVE] = (double)margin[data->negative];
    terms[LYT_ANY_POSITIVE] = data->has_topics ? (double)margin[data->positive] : 0;
    terms[LYT_ANY_BEST] = -INFINITY;
    terms[LYT_ANY_REST] = 0;
    for (size_t k = 0; k < data->n_labels; k++) {
        const double z = f->logit[i * data->n_labels + k];

        if (!data->positives[k])
            continue;
        terms[LYT_ANY_BEST] = z > terms[LYT_ANY_BEST] ? z : terms[LYT_ANY_BEST];
        terms[LYT_ANY_REST] -= lyt_softplus(z);
    }
    if (terms[LYT_ANY_BEST] == -INFINITY)
        terms[LYT_ANY_BEST] = 0;
}

static void fit_any(const fitting *f, double *any)
{
    const lyt_blend_data *data = f->data;
    double terms[LYT_ANY_TERMS];

    memcpy(f->blend->any, usual_any, sizeof usual_any);
    for (int round = 0; round < rounds; round++) {
        lyt_newton newton;

        lyt_newton_begin(&newton, LYT_ANY_TERMS);
        for (size_t t = 0; t < LYT_ANY_TERMS; t++)
            lyt_newton_hold(&newton, t, hold, f->blend->any[t] - usual_any[t]);
        for (size_t i = 0; i < data->n; i++) {
            any_terms(f, i, terms);
            lyt_newton_add(&newton, terms, lyt_blend_any(f->blend, terms),
                           data->truth[i * data->n_outputs + data->negative]);
        }
        if (lyt_newton_step(&newton, f->blend->any))
            break;
    }
    for (size_t i = 0; i < data->n; i++) {
        any_terms(f, i, terms);
        any[i] = lyt_blend_any(f->blend, terms);
    }
}

lyt_status lyt_blend_fit(const lyt_blend_data *data, lyt_blend *out, double *offset, double *logit,
                         double *any)
{
    fitting f = {.data = data, .blend = out, .offset = offset, .logit = logit};
    own *owns = lyt_mem_array(data->alloc, data->n_labels, sizeof *owns);

    f.terms =
        lyt_mem_array(data->alloc, data->n * data->n_labels, LYT_BLEND_TERMS * sizeof *f.terms);
    if (!f.terms || !owns) {
        lyt_mem_free(data->alloc, f.terms);
        lyt_mem_free(data->alloc, owns);
        return LYT_ENOMEM;
    }
    *out = (lyt_blend){.any_threshold = 1};
    for (size_t k = 0; k < data->n_labels; k++)
        offset[k] = usual_offset;
    fit_gate(data, out);
    set_terms(&f);
    fit_labels(&f, owns);
    fit_any(&f, any);
    lyt_mem_free(data->alloc, f.terms);
    lyt_mem_free(data->alloc, owns);
    return LYT_OK;
}
