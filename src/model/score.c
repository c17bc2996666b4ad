#include <math.h>
#include <string.h>

#include "addup.h"
#include "logistic.h"
#include "mem.h"
#include "modelview.h"

/* All groups' rows, weighed, into scratch->sum, and those of each clause into clause_sum. */
static lyt_status add_features(const lyt_model *model, lyt_scratch *scratch, const lyt_text *text,
                               bool by_clause)
{
    const lyt_model_head *head = model->head;
    const lyt_weighing weighing = {model->rows, head->stride, scratch->idf, head->weights};
    const unsigned chars = 1u << LYT_GROUP_CHAR;

    memset(scratch->sum, 0, head->stride * sizeof *scratch->sum);
    if (((head->groups & chars) && lyt_grams_fetch(&scratch->grams, text)) ||
        lyt_tally_find(&scratch->tally, text, head->groups & ~chars,
                       &(lyt_tally_rows){scratch->table, model->known, 64 - head->hash_bits},
                       by_clause))
        return LYT_ENOMEM;
    if (lyt_tally_weigh(&scratch->tally, &weighing, by_clause))
        return LYT_ENOMEM;
    if (!by_clause)
        lyt_addup_text(scratch);
    else if (lyt_addup_clauses(model, scratch))
        return LYT_ENOMEM;
    return head->groups & chars ? lyt_grams_add(&scratch->grams, text, scratch->sum,
                                                by_clause ? scratch->clause_sum : NULL)
                                : LYT_OK;
}

/* What of a cue the scorers have learned; a firm one has its say behind them. */
static const float *cue_weights(const lyt_model *model, const lyt_cue *cue)
{
    return cue->id < model->head->n_cues ? model->cues + cue->id * model->head->n_outputs : NULL;
}

/* lyt_blend_mood() and lyt_blend_both(), swiftly. */
static double mood_of(const lyt_model *model, double negative)
{
    const lyt_blend *b = &model->head->blend;

    return lyt_swift_log_sigmoid(b->mood_slope * negative + b->mood_offset);
}

static double both_of(const lyt_model *model, double topic, double mood)
{
    const lyt_blend *b = &model->head->blend;

    return lyt_swift_log_sigmoid(b->topic_slope * topic + b->topic_offset) + mood;
}

static lyt_status clear_clauses(const lyt_model *model, lyt_scratch *scratch, size_t n_clauses)
{
    const size_t n = n_clauses * model->layout.n_in_clauses;
    const size_t n_sums = n_clauses * model->head->stride, n_factors = n_clauses * LYT_GROUPS;

    if (lyt_mem_grow(scratch->alloc, &scratch->clause_sum, &scratch->cap_clause_sum, n_sums,
                     sizeof *scratch->clause_sum) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_factor, &scratch->cap_clause_factor,
                     n_factors, sizeof *scratch->clause_factor) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_mood, &scratch->cap_clause_mood, n_clauses,
                     sizeof *scratch->clause_mood) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_margin, &scratch->cap_clause_margin, n,
                     sizeof *scratch->clause_margin))
        return LYT_ENOMEM;
    memset(scratch->clause_sum, 0, n_sums * sizeof *scratch->clause_sum);
    memset(scratch->clause_factor, 0, n_factors * sizeof *scratch->clause_factor);
    return LYT_OK;
}

static void clause_margins(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input)
{
    const lyt_layout *layout = &model->layout;
    const size_t stride = model->head->stride;

    for (size_t c = 0; c < input->text->n_clauses; c++)
        for (size_t k = 0; k < layout->n_in_clauses; k++) {
            const lyt_output *output = &model->outputs[layout->topic + k];

            scratch->clause_margin[c * layout->n_in_clauses + k] =
                (double)scratch->clause_sum[c * stride + 1 + layout->topic + k] * output->scale +
                output->bias;
        }
    for (size_t i = 0; i < input->n_cues; i++) {
        const lyt_cue *cue = &input->cues[i];
        const float *weight = cue_weights(model, cue);
        double *margin;

        if (!weight || cue->first >= input->text->n_tokens)
            continue;
        margin =
            scratch->clause_margin + input->text->tokens[cue->first].clause * layout->n_in_clauses;
        for (size_t k = 0; k < layout->n_in_clauses; k++)
            margin[k] += (double)cue->value * (double)weight[layout->topic + k];
    }
    /* the mood is the same for all labels */
    for (size_t c = 0; c < input->text->n_clauses; c++)
        scratch->clause_mood[c] =
            mood_of(model, scratch->clause_margin[(c + 1) * layout->n_in_clauses - 1]);
}

lyt_status lyt_modelview_margins(const lyt_model *model, lyt_scratch *scratch,
                                 const lyt_input *input)
{
    const lyt_model_head *head = model->head;
    const bool by_clause = model->layout.n_in_clauses && input->text->n_clauses > 1;
    double *margin = scratch->margin;

    if ((by_clause && clear_clauses(model, scratch, input->text->n_clauses)) ||
        add_features(model, scratch, input->text, by_clause))
        return LYT_ENOMEM;
    for (size_t k = 0; k < head->n_outputs; k++)
        margin[k] = (double)scratch->sum[1 + k] * model->outputs[k].scale + model->outputs[k].bias;
    for (size_t i = 0; i < input->n_cues; i++) {
        const float *weight = cue_weights(model, &input->cues[i]);

        for (size_t k = 0; weight && k < head->n_outputs; k++)
            margin[k] += (double)input->cues[i].value * (double)weight[k];
    }
    if (head->is_multi)
        scratch->mood = mood_of(model, margin[model->layout.negative]);
    if (by_clause)
        clause_margins(model, scratch, input);
    return LYT_OK;
}

double lyt_modelview_firm(const lyt_model *model, const lyt_cue *cue, size_t label)
{
    const lyt_cue_word *word = cue->id < model->head->n_cues ? &model->cue_words[cue->id] : NULL;

    return word && word->label == label && word->prior >= (float)lyt_cue_firm
               ? (double)cue->value * (double)word->prior
               : 0;
}

/* What the cues against a label say by themselves. */
static double said_against(const lyt_model *model, const lyt_input *input, size_t label)
{
    double sum = 0;

    for (size_t i = 0; i < input->n_cues; i++) {
        const lyt_cue *cue = &input->cues[i];

        if (cue->id < model->head->n_cues && model->cue_words[cue->id].label == label &&
            model->cue_words[cue->id].prior < 0)
            sum += (double)cue->value * (double)model->cue_words[cue->id].prior;
    }
    return sum;
}

/*
 * What firm cues say comes on top of what sentences taught, and holds whatever they taught:
 * a label is never less likely than by its firm cues and those against it alone.
 */
static void add_firm(const lyt_model *model, const lyt_input *input, double *logit)
{
    for (size_t i = 0; i < input->n_cues; i++) {
        const uint32_t id = input->cues[i].id;
        const size_t label = id < model->head->n_cues ? model->cue_words[id].label : SIZE_MAX;
        double firm = 0, least;
        bool is_first = true;

        if (label >= model->head->n_labels || model->cue_words[id].prior < (float)lyt_cue_firm)
            continue;
        for (size_t j = 0; j < input->n_cues; j++) {
            const double more = lyt_modelview_firm(model, &input->cues[j], label);

            is_first &= j >= i || !(more > 0);
            firm += more;
        }
        if (!is_first)
            continue;
        least = firm + said_against(model, input, label) + lyt_unsaid_logit;
        logit[label] += firm;
        logit[label] = logit[label] < least ? least : logit[label];
    }
}

double lyt_modelview_taught(const lyt_model *model, const lyt_scratch *scratch,
                            const lyt_input *input, size_t output)
{
    const double delta = scratch->delta[output];
    const size_t n_labels = model->head->n_labels;
    const lyt_input *whole = lyt_modelview_whole(input);

    if (!model->taught || delta >= 0 || !model->head->is_multi ||
        lyt_taught_is_of(model->taught, &scratch->view))
        return model->taught ? delta : 0;
    for (size_t i = 0; i < whole->n_cues; i++)
        for (size_t k = output < n_labels ? output : 0; k <= output && k < n_labels; k++)
            if (lyt_modelview_firm(model, &whole->cues[i], k) > 0)
                return 0;
    return delta;
}

/* Without an example of none: what no label is near to is out of scope. */
static void score_closed(const lyt_model *model, lyt_scratch *scratch, lyt_scores *out)
{
    const lyt_model_head *head = model->head;
    const double limit = lyt_curve_at(&head->curve, head->curve.none);
    double best = -INFINITY;

    for (size_t k = 0; k < head->n_labels; k++)
        best = scratch->margin[k] > best ? scratch->margin[k] : best;
    out->none = 1 - lyt_curve_within(best, scratch->margin[model->layout.none], head->curve.none);
    for (size_t k = 0; k < head->n_labels; k++) {
        scratch->logit[k] = scratch->z[k] - limit;
        scratch->probability[k] *= 1 - out->none;
    }
}

/*
 * z, ln sigmoid of each margin on the curve, and power, that sigmoid: one exponential for both.
 * Loops of one thing each, which the compiler takes two numbers at a time.
 */
static void bend(const lyt_model *model, lyt_scratch *scratch, size_t n)
{
    const double slope = model->head->curve.slope, knee = model->head->curve.knee;
    const double *const restrict margin = scratch->margin;
    double *const restrict z = scratch->z, *const restrict power = scratch->power;

    for (size_t k = 0; k < n; k++) {
        z[k] = slope * margin[k] + knee;
        power[k] = lyt_swift_exp(-fabs(z[k]));
    }
    for (size_t k = 0; k < n; k++) {
        const double e = power[k], below = z[k] < 0 ? z[k] : 0;

        power[k] = (z[k] < 0 ? e : 1) / (1 + e);
        z[k] = below - lyt_swift_log1p(e);
    }
}

/* The same from the logarithms, where cues moved these or none is left of the numbers themselves.
 */
static double raise_again(const double *z, size_t n, double *power)
{
    double top = -INFINITY, sum = 0;

    for (size_t k = 0; k < n; k++)
        top = z[k] > top ? z[k] : top;
    for (size_t k = 0; k < n; k++)
        sum += power[k] = lyt_swift_exp(z[k] - top);
    return sum;
}

/* Of one label a message: the softmax over all outputs, log-odds against none. */
static void score_single(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                         lyt_scores *out)
{
    const double least_sum = 1e-100;
    const lyt_model_head *head = model->head;
    const size_t n = head->n_outputs - head->is_closed, none_at = model->layout.none;
    double *z = scratch->z, sum = 0, none = 0;

    for (size_t k = 0; k < n; k++) {
        scratch->bare[k] = scratch->margin[k];
        scratch->margin[k] += lyt_modelview_taught(model, scratch, input, k);
    }
    bend(model, scratch, n);
    if (n > head->n_labels) {
        const double shift = head->curve.none, size = lyt_swift_exp(-fabs(shift));

        none = z[none_at] += shift;
        scratch->power[none_at] *= shift < 0 ? size : 1 / size;
    }
    add_firm(model, input, z);
    for (size_t k = 0; k < n; k++)
        sum += scratch->power[k];
    if (input->n_cues || sum < least_sum)
        sum = raise_again(z, n, scratch->power);
    for (size_t k = 0; k < head->n_labels; k++) {
        scratch->logit[k] = z[k] - none;
        scratch->probability[k] = scratch->power[k] / sum;
    }
    if (head->is_closed)
        score_closed(model, scratch, out);
    else
        out->none = n > head->n_labels ? scratch->power[none_at] / sum : 0;
}

size_t lyt_modelview_best_clause(const lyt_model *model, const lyt_scratch *scratch,
                                 size_t n_clauses, size_t label, double *both)
{
    const lyt_blend *blend = &model->head->blend;
    const size_t n = model->layout.n_in_clauses;
    size_t best = 0;

    *both = -INFINITY;
    for (size_t c = 0; c < n_clauses; c++) {
        const double topic = scratch->clause_margin[c * n + label];
        const double mood = scratch->clause_mood[c];
        const double z = blend->topic_slope * topic + blend->topic_offset;

        /* ln sigmoid(z) is below z and below 0: most clauses are out before it is known */
        if ((z < 0 ? z : 0) + mood > *both) {
            const double now = both_of(model, topic, mood);

            best = now > *both ? c : best;
            *both = now > *both ? now : *both;
        }
    }
    return best;
}

/* The terms of a label's logit; both: that of the whole text. */
static void set_terms(const lyt_model *model, const lyt_scratch *scratch, size_t n_clauses,
                      size_t label, double both, double terms[LYT_BLEND_TERMS])
{
    const lyt_layout *layout = &model->layout;
    const double *margin = scratch->margin;

    terms[LYT_BLEND_LABEL] = margin[label];
    terms[LYT_BLEND_TOPIC] = layout->has_topics ? margin[layout->topic + label] : 0;
    terms[LYT_BLEND_NEGATIVE] = margin[layout->negative];
    terms[LYT_BLEND_POSITIVE] = layout->has_topics ? margin[layout->positive] : 0;
    terms[LYT_BLEND_BOTH] = terms[LYT_BLEND_CLAUSE] = both;
    if (n_clauses > 1)
        lyt_modelview_best_clause(model, scratch, n_clauses, label, &terms[LYT_BLEND_CLAUSE]);
}

/* e[k] = e^-|z[k]|, soft[k] = ln(1 + e[k]): loops as in bend(). */
static void bend_all(const double *restrict z, size_t n, double *restrict e, double *restrict soft)
{
    for (size_t k = 0; k < n; k++)
        e[k] = lyt_swift_exp(-fabs(z[k]));
    for (size_t k = 0; k < n; k++)
        soft[k] = lyt_swift_log1p(e[k]);
}

/* What all labels' topics and the mood come to together in the whole text: both_of(), in z. */
static void find_both(const lyt_model *model, lyt_scratch *scratch)
{
    const lyt_blend *b = &model->head->blend;
    const size_t n = model->layout.n_labels;
    const double *const restrict margin = scratch->margin + model->layout.topic;
    double *const restrict z = scratch->z, *const restrict soft = scratch->soft;

    for (size_t k = 0; k < n; k++)
        z[k] = b->topic_slope * margin[k] + b->topic_offset;
    bend_all(z, n, scratch->power, soft);
    for (size_t k = 0; k < n; k++)
        z[k] = (z[k] < 0 ? z[k] : 0) - soft[k] + scratch->mood;
}

static void set_logits(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input)
{
    find_both(model, scratch);
    for (size_t k = 0; k < model->layout.n_labels; k++) {
        const lyt_output *output = &model->outputs[k];
        double terms[LYT_BLEND_TERMS];

        if (output->slope != 0) {
            /* no example to blend by: its own scorer alone */
            scratch->logit[k] = output->slope * scratch->margin[k] + output->offset;
            continue;
        }
        set_terms(model, scratch, input->text->n_clauses, k, scratch->z[k], terms);
        scratch->logit[k] = lyt_blend_sum(&model->head->blend, terms) + output->offset;
    }
    add_firm(model, input, scratch->logit);
}

/* What the labels say of whether anything failed: those that were blended. */
static void add_best_and_rest(const lyt_model *model, const lyt_scratch *scratch, double *any)
{
    for (size_t k = 0; k < model->layout.n_labels; k++) {
        const double z = scratch->logit[k];

        if (model->outputs[k].slope != 0)
            continue;
        any[LYT_ANY_BEST] = z > any[LYT_ANY_BEST] ? z : any[LYT_ANY_BEST];
        any[LYT_ANY_REST] -= (z > 0 ? z : 0) + scratch->soft[k];
    }
    if (any[LYT_ANY_BEST] == -INFINITY)
        any[LYT_ANY_BEST] = 0;
}

/* What the scorers say of several labels, and of anything, into bare[n_labels + 1]. */
static void say_multi(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                      double *bare)
{
    const lyt_layout *layout = &model->layout;
    const size_t n = layout->n_labels;
    double any[LYT_ANY_TERMS] = {1, scratch->margin[layout->negative],
                                 layout->has_topics ? scratch->margin[layout->positive] : 0,
                                 -INFINITY, 0};

    set_logits(model, scratch, input);
    bend_all(scratch->logit, n, scratch->power, scratch->soft);
    add_best_and_rest(model, scratch, any);
    memcpy(bare, scratch->logit, n * sizeof *bare);
    bare[n] = lyt_blend_any(&model->head->blend, any);
    for (size_t k = 0; input->whole && k <= n; k++)
        bare[k] -= input->doubt;
}

/* Numbers that scores point to. */
typedef struct shown {
    double *logit, *probability;
} shown;

/* bare, with what was taught of the text. power: as bend_all() leaves it for bare, or NULL. */
static void show_multi(const lyt_model *model, const lyt_scratch *scratch, const lyt_input *input,
                       const double *bare, const double *power, const shown *to, lyt_scores *out)
{
    const size_t n = model->layout.n_labels;

    for (size_t k = 0; k < n; k++) {
        const double z = bare[k];

        to->logit[k] = z;
        to->probability[k] = power ? (z < 0 ? power[k] : 1) / (1 + power[k]) : 0;
        if (power && !model->taught)
            continue;
        to->logit[k] += lyt_modelview_taught(model, scratch, input, k);
        to->probability[k] = lyt_swift_sigmoid(to->logit[k]);
    }
    *out = (lyt_scores){
        .logit = to->logit,
        .probability = to->probability,
        .none = 1 - lyt_swift_sigmoid(bare[n] + lyt_modelview_taught(model, scratch, input, n)),
    };
}

static void score_multi(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                        lyt_scores *out)
{
    const shown to = {scratch->logit, scratch->probability};

    say_multi(model, scratch, input, scratch->bare);
    /* power is of what was not doubted */
    show_multi(model, scratch, input, scratch->bare, input->doubt > 0 ? NULL : scratch->power, &to,
               out);
}

/* What is said of the text by itself, of each part, and the most of all, in that order. */
static lyt_status say_all(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                          double *bare)
{
    const size_t n = model->layout.n_labels + 1;
    double *most = bare + (1 + input->n_parts) * n;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < input->n_parts; i++) {
        status = lyt_modelview_margins(model, scratch, &input->parts[i]);
        if (!status)
            say_multi(model, scratch, &input->parts[i], bare + (1 + i) * n);
    }
    if (!status)
        status = lyt_modelview_margins(model, scratch, input);
    if (status)
        return status;
    say_multi(model, scratch, input, bare);
    memcpy(most, bare, n * sizeof *most);
    for (size_t i = 0; i < input->n_parts; i++)
        for (size_t k = 0; k < n; k++)
            most[k] = bare[(1 + i) * n + k] > most[k] ? bare[(1 + i) * n + k] : most[k];
    memcpy(scratch->bare, most, n * sizeof *most);
    return LYT_OK;
}

/* Lessons are of whole texts, for each part of one as well. */
static lyt_status look_for_lessons(const lyt_model *model, lyt_scratch *scratch,
                                   const lyt_input *input)
{
    const lyt_model_head *head = model->head;

    if (!model->taught && !scratch->wants_view)
        return LYT_OK;
    if (lyt_features_find(&scratch->features, lyt_modelview_whole(input)->text,
                          head->groups & ~(1u << LYT_GROUP_CHAR)) ||
        lyt_taught_look(&scratch->view, &scratch->features,
                        &(lyt_taught_rarity){model->rows, head->stride, 64 - head->hash_bits,
                                             head->n_messages}))
        return LYT_ENOMEM;
    if (model->taught)
        lyt_taught_add(model->taught, &scratch->view, scratch->delta);
    return LYT_OK;
}

/* What is left in the scratch is of the text by itself, but for bare: that is the most of all. */
static lyt_status score_parts(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                              lyt_arena *arena, lyt_scores *out)
{
    const size_t n = model->layout.n_labels, n_heard = 1 + input->n_parts;
    double *bare = lyt_arena_room(arena, (n_heard + 1) * (n + 1), sizeof *bare);
    double *numbers = lyt_arena_room(arena, (n_heard + 1) * 2 * n, sizeof *numbers);
    lyt_scores *heard = lyt_arena_room(arena, n_heard + 1, sizeof *heard);
    lyt_status status;

    if (!bare || !numbers || !heard)
        return lyt_arena_status(arena);
    status = say_all(model, scratch, input, bare);
    if (!status)
        status = look_for_lessons(model, scratch, input);
    if (status)
        return status;
    for (size_t i = 0; i <= n_heard; i++)
        show_multi(model, scratch, input, bare + i * (n + 1), NULL,
                   &(shown){numbers + 2 * i * n, numbers + (2 * i + 1) * n}, &heard[i]);
    /* of the text by itself, as score_multi() leaves it: it can be explained */
    memcpy(scratch->logit, heard[0].logit, n * sizeof *scratch->logit);
    memcpy(scratch->probability, heard[0].probability, n * sizeof *scratch->probability);
    *out = heard[n_heard];
    out->heard = heard;
    return LYT_OK;
}

static bool is_taught(const lyt_model *model, const lyt_scratch *scratch)
{
    return model->taught && lyt_taught_is_of(model->taught, &scratch->view);
}

lyt_status lyt_model_score(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                           lyt_arena *arena, lyt_scores *out)
{
    lyt_status status;

    if (input->n_parts && model->head->is_multi) {
        status = score_parts(model, scratch, input, arena, out);
    } else {
        status = lyt_modelview_margins(model, scratch, input);
        if (!status)
            status = look_for_lessons(model, scratch, input);
        if (status)
            return status;
        *out = (lyt_scores){.logit = scratch->logit, .probability = scratch->probability};
        (model->head->is_multi ? score_multi : score_single)(model, scratch, input, out);
    }
    out->is_taught = !status && is_taught(model, scratch);
    return status;
}

lyt_status lyt_modelview_bare(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                              lyt_arena *arena)
{
    lyt_scores scores;
    lyt_status status;

    scratch->wants_view = true;
    status = lyt_model_score(model, scratch, input, arena, &scores);
    scratch->wants_view = false;
    return status;
}

void lyt_model_decide(const lyt_model *model, const lyt_scores *scores, bool *said)
{
    const lyt_model_head *head = model->head;
    const double any = head->is_multi ? head->blend.any_threshold : head->threshold;
    size_t best = 0;

    for (size_t i = 0; i < head->n_labels; i++) {
        said[i] = head->is_multi && scores->probability[i] >= head->threshold;
        best = scores->probability[i] > scores->probability[best] ? i : best;
    }
    said[best] |= 1 - scores->none >= any;
}
