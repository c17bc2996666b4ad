#include <math.h>
#include <string.h>

#include "logistic.h"
#include "mem.h"
#include "modelview.h"

lyt_status lyt_scratch_new(lyt_scratch **out, const lyt_alloc *alloc, const lyt_model *model)
{
    lyt_scratch *scratch = lyt_mem_new(alloc, sizeof *scratch);

    if (!scratch)
        return LYT_ENOMEM;
    scratch->alloc = alloc;
    lyt_features_init(&scratch->features, alloc);
    scratch->features.ahead =
        (lyt_feature_rows){model->rows, model->head->stride, 64 - model->head->hash_bits};
    lyt_tally_init(&scratch->tally, alloc);
    lyt_taught_view_init(&scratch->view, alloc);
    scratch->sum = lyt_mem_array(alloc, model->head->stride, sizeof *scratch->sum);
    scratch->margin = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->margin);
    scratch->bare = lyt_mem_array(alloc, model->head->n_outputs + 1, sizeof *scratch->bare);
    scratch->delta = lyt_mem_array(alloc, model->head->n_outputs + 1, sizeof *scratch->delta);
    scratch->z = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->z);
    scratch->power = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->power);
    scratch->logit = lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->logit);
    scratch->probability =
        lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->probability);
    if (lyt_grams_init(&scratch->grams, alloc, model) || !scratch->sum || !scratch->margin ||
        !scratch->bare || !scratch->delta || !scratch->z || !scratch->power || !scratch->logit ||
        !scratch->probability) {
        lyt_scratch_free(scratch);
        return LYT_ENOMEM;
    }
    *out = scratch;
    return LYT_OK;
}

void lyt_scratch_free(lyt_scratch *scratch)
{
    if (!scratch)
        return;
    lyt_features_deinit(&scratch->features);
    lyt_tally_deinit(&scratch->tally);
    lyt_grams_deinit(&scratch->grams);
    lyt_mem_free(scratch->alloc, scratch->sum);
    lyt_mem_free(scratch->alloc, scratch->margin);
    lyt_mem_free(scratch->alloc, scratch->clause_x);
    lyt_mem_free(scratch->alloc, scratch->clause_sum);
    lyt_mem_free(scratch->alloc, scratch->clause_margin);
    lyt_mem_free(scratch->alloc, scratch->clause_mood);
    lyt_taught_view_deinit(&scratch->view);
    lyt_mem_free(scratch->alloc, scratch->bare);
    lyt_mem_free(scratch->alloc, scratch->delta);
    lyt_mem_free(scratch->alloc, scratch->z);
    lyt_mem_free(scratch->alloc, scratch->power);
    lyt_mem_free(scratch->alloc, scratch->logit);
    lyt_mem_free(scratch->alloc, scratch->probability);
    lyt_mem_free(scratch->alloc, scratch);
}

/* All groups' rows, weighed, into scratch->sum. */
static lyt_status add_features(const lyt_model *model, lyt_scratch *scratch, const lyt_text *text)
{
    const lyt_model_head *head = model->head;
    const lyt_weighing weighing = {model->rows, head->stride, head->idf, head->weights};
    const unsigned chars = 1u << LYT_GROUP_CHAR;

    memset(scratch->sum, 0, head->stride * sizeof *scratch->sum);
    if (((head->groups & chars) && lyt_grams_fetch(&scratch->grams, text)) ||
        lyt_features_find(&scratch->features, text, head->groups & ~chars))
        return LYT_ENOMEM;
    if ((model->taught || scratch->wants_view) &&
        lyt_taught_look(&scratch->view, &scratch->features,
                        &(lyt_taught_rarity){model->rows, head->stride, 64 - head->hash_bits,
                                             head->n_messages}))
        return LYT_ENOMEM;
    if (lyt_tally_text(&scratch->tally, &scratch->features, &weighing, 64 - head->hash_bits))
        return LYT_ENOMEM;
    scratch->grams.add_rows(scratch->tally.terms, scratch->tally.n_terms, head->stride,
                            scratch->sum);
    return head->groups & chars ? lyt_grams_add(&scratch->grams, text, scratch->sum) : LYT_OK;
}

/* Occurrences first to end are of one group and, but for those of no clause, of one clause. */
typedef struct run {
    size_t first, end;
    unsigned group, clause;
} run;

/* From `at` on, the next row of occurrences of one group and clause. */
static run next_run(const lyt_scratch *scratch, size_t at)
{
    const lyt_feature *items = scratch->features.items;
    const size_t n = scratch->features.n;
    run r;

    while (at < n && items[at].clause == lyt_no_clause)
        at++;
    r = (run){at, at, at < n ? items[at].group : 0u, at < n ? items[at].clause : 0u};
    while (r.end < n && items[r.end].group == r.group &&
           (items[r.end].clause == r.clause || items[r.end].clause == lyt_no_clause))
        r.end++;
    return r;
}

/*
 * Weighs the run's features, each once, as a text of its own: clause_x of each occurrence,
 * 0 of those that do not count.
 */
static void weigh_run(const lyt_model *model, lyt_scratch *scratch, const run *r)
{
    const lyt_weighing weighing = {model->rows, model->head->stride, model->head->idf,
                                   model->head->weights};
    const unsigned shift = 64 - model->head->hash_bits;
    float square = 0, factor;

    for (size_t i = r->first; i < r->end; i++) {
        const lyt_feature *feature = &scratch->features.items[i];
        const bool counts = feature->clause == r->clause && (feature->first & LYT_FIRST_OF_CLAUSE);
        const float x = counts ? lyt_vector_rarity(&weighing, feature->hash >> shift,
                                                   lyt_feature_group(feature))
                               : 0;

        scratch->clause_x[i] = x;
        square += x * x;
    }
    factor = square > 0 ? weighing.groups[r->group] / sqrtf(square) : 0;
    for (size_t i = r->first; i < r->end; i++)
        scratch->clause_x[i] *= factor;
}

static void add_run(const lyt_model *model, lyt_scratch *scratch, const run *r)
{
    const size_t stride = model->head->stride;
    lyt_term *terms = scratch->tally.terms;
    size_t n = 0;

    for (size_t i = r->first; i < r->end; i++)
        if (scratch->clause_x[i] > 0)
            terms[n++] = (lyt_term){scratch->features.items[i].row, scratch->clause_x[i]};
    scratch->grams.add_rows(terms, n, stride, scratch->clause_sum + (size_t)r->clause * stride);
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

static lyt_status clause_margins(const lyt_model *model, lyt_scratch *scratch,
                                 const lyt_input *input)
{
    const lyt_layout *layout = &model->layout;
    const size_t n = input->text->n_clauses * layout->n_in_clauses;
    const size_t stride = model->head->stride, n_sums = input->text->n_clauses * stride;

    if (lyt_mem_grow(scratch->alloc, &scratch->clause_x, &scratch->cap_clause_x,
                     scratch->features.n, sizeof *scratch->clause_x) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_sum, &scratch->cap_clause_sum, n_sums,
                     sizeof *scratch->clause_sum) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_mood, &scratch->cap_clause_mood,
                     input->text->n_clauses, sizeof *scratch->clause_mood) ||
        lyt_mem_grow(scratch->alloc, &scratch->clause_margin, &scratch->cap_clause_margin, n,
                     sizeof *scratch->clause_margin))
        return LYT_ENOMEM;
    memset(scratch->clause_sum, 0, n_sums * sizeof *scratch->clause_sum);
    for (size_t i = 0; i < scratch->features.n; i++)
        scratch->clause_x[i] = 0;
    for (run r = next_run(scratch, 0); r.first < scratch->features.n;
         r = next_run(scratch, r.end)) {
        weigh_run(model, scratch, &r);
        add_run(model, scratch, &r);
    }
    if ((model->head->groups >> LYT_GROUP_CHAR & 1) &&
        lyt_grams_add_clauses(&scratch->grams, input->text, scratch->clause_sum))
        return LYT_ENOMEM;
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
    return LYT_OK;
}

lyt_status lyt_modelview_margins(const lyt_model *model, lyt_scratch *scratch,
                                 const lyt_input *input)
{
    const lyt_model_head *head = model->head;
    double *margin = scratch->margin;
    lyt_status status = add_features(model, scratch, input->text);

    if (status)
        return status;
    for (size_t k = 0; k < head->n_outputs; k++)
        margin[k] = (double)scratch->sum[1 + k] * model->outputs[k].scale + model->outputs[k].bias;
    for (size_t i = 0; i < input->n_cues; i++) {
        const float *weight = cue_weights(model, &input->cues[i]);

        for (size_t k = 0; weight && k < head->n_outputs; k++)
            margin[k] += (double)input->cues[i].value * (double)weight[k];
    }
    if (head->is_multi)
        scratch->mood = mood_of(model, margin[model->layout.negative]);
    return model->layout.n_in_clauses && input->text->n_clauses > 1
               ? clause_margins(model, scratch, input)
               : LYT_OK;
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

    if (!model->taught || delta >= 0 || !model->head->is_multi ||
        lyt_taught_is_of(model->taught, &scratch->view))
        return model->taught ? delta : 0;
    for (size_t i = 0; i < input->n_cues; i++)
        for (size_t k = output < n_labels ? output : 0; k <= output && k < n_labels; k++)
            if (lyt_modelview_firm(model, &input->cues[i], k) > 0)
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

/* Of one label a message: the softmax over all outputs, log-odds against none. */
static void score_single(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                         lyt_scores *out)
{
    const lyt_model_head *head = model->head;
    const size_t n = head->n_outputs - head->is_closed, none_at = model->layout.none;
    double *z = scratch->z, top = -INFINITY, sum = 0, none;

    for (size_t k = 0; k < n; k++) {
        scratch->bare[k] = scratch->margin[k];
        scratch->margin[k] += lyt_modelview_taught(model, scratch, input, k);
    }
    for (size_t k = 0; k < n; k++)
        z[k] = lyt_swift_log_sigmoid(head->curve.slope * scratch->margin[k] + head->curve.knee);
    if (n > head->n_labels)
        z[none_at] += head->curve.none;
    add_firm(model, input, z);
    none = n > head->n_labels ? z[none_at] : 0;
    for (size_t k = 0; k < n; k++)
        top = z[k] > top ? z[k] : top;
    for (size_t k = 0; k < n; k++)
        sum += scratch->power[k] = lyt_swift_exp(z[k] - top);
    for (size_t k = 0; k < head->n_labels; k++) {
        scratch->logit[k] = z[k] - none;
        scratch->probability[k] = scratch->power[k] / sum;
    }
    if (head->is_closed)
        score_closed(model, scratch, out);
    else
        out->none = n > head->n_labels ? lyt_swift_exp(none - top) / sum : 0;
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

void lyt_modelview_terms(const lyt_model *model, const lyt_scratch *scratch, size_t n_clauses,
                         size_t label, double terms[LYT_BLEND_TERMS])
{
    const lyt_layout *layout = &model->layout;
    const double *margin = scratch->margin;

    terms[LYT_BLEND_LABEL] = margin[label];
    terms[LYT_BLEND_TOPIC] = layout->has_topics ? margin[layout->topic + label] : 0;
    terms[LYT_BLEND_NEGATIVE] = margin[layout->negative];
    terms[LYT_BLEND_POSITIVE] = layout->has_topics ? margin[layout->positive] : 0;
    terms[LYT_BLEND_BOTH] = both_of(model, margin[layout->topic + label], scratch->mood);
    terms[LYT_BLEND_CLAUSE] = terms[LYT_BLEND_BOTH];
    if (n_clauses > 1)
        lyt_modelview_best_clause(model, scratch, n_clauses, label, &terms[LYT_BLEND_CLAUSE]);
}

/* What the labels say of whether anything failed: those that were blended. */
static void add_best_and_rest(const lyt_model *model, const lyt_scratch *scratch, double *any)
{
    for (size_t k = 0; k < model->layout.n_labels; k++) {
        const double z = scratch->logit[k];

        if (model->outputs[k].slope != 0)
            continue;
        any[LYT_ANY_BEST] = z > any[LYT_ANY_BEST] ? z : any[LYT_ANY_BEST];
        any[LYT_ANY_REST] -= lyt_swift_softplus(z);
    }
    if (any[LYT_ANY_BEST] == -INFINITY)
        any[LYT_ANY_BEST] = 0;
}

static void score_multi(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                        lyt_scores *out)
{
    const lyt_layout *layout = &model->layout;
    double any[LYT_ANY_TERMS] = {1, scratch->margin[layout->negative],
                                 layout->has_topics ? scratch->margin[layout->positive] : 0,
                                 -INFINITY, 0};

    for (size_t k = 0; k < layout->n_labels; k++) {
        const lyt_output *output = &model->outputs[k];
        double terms[LYT_BLEND_TERMS];

        if (output->slope != 0) {
            /* no example to blend by: its own scorer alone */
            scratch->logit[k] = output->slope * scratch->margin[k] + output->offset;
            continue;
        }
        lyt_modelview_terms(model, scratch, input->text->n_clauses, k, terms);
        scratch->logit[k] = lyt_blend_sum(&model->head->blend, terms) + output->offset;
    }
    add_firm(model, input, scratch->logit);
    add_best_and_rest(model, scratch, any);
    scratch->bare[layout->n_labels] = lyt_blend_any(&model->head->blend, any);
    for (size_t k = 0; k < layout->n_labels; k++) {
        scratch->bare[k] = scratch->logit[k];
        scratch->logit[k] += lyt_modelview_taught(model, scratch, input, k);
        scratch->probability[k] = lyt_swift_sigmoid(scratch->logit[k]);
    }
    out->none =
        1 - lyt_swift_sigmoid(scratch->bare[layout->n_labels] +
                              lyt_modelview_taught(model, scratch, input, layout->n_labels));
}

lyt_status lyt_model_score(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                           lyt_arena *arena, lyt_scores *out)
{
    lyt_status status = lyt_modelview_margins(model, scratch, input);

    (void)arena;
    if (status)
        return status;
    if (model->taught)
        lyt_taught_add(model->taught, &scratch->view, scratch->delta);
    (model->head->is_multi ? score_multi : score_single)(model, scratch, input, out);
    out->logit = scratch->logit;
    out->probability = scratch->probability;
    return LYT_OK;
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
