#include <math.h>
#include <string.h>

#include "mem.h"
#include "modelview.h"

lyt_status lyt_scratch_new(lyt_scratch **out, const lyt_alloc *alloc, const lyt_model *model)
{
    lyt_scratch *scratch = lyt_mem_new(alloc, sizeof *scratch);

    if (!scratch)
        return LYT_ENOMEM;
    scratch->alloc = alloc;
    lyt_features_init(&scratch->features, alloc);
    lyt_vector_init(&scratch->vector, alloc);
    scratch->sum = lyt_mem_array(alloc, model->head->stride, sizeof *scratch->sum);
    scratch->margin = lyt_mem_array(alloc, model->head->n_outputs, sizeof *scratch->margin);
    scratch->logit = lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->logit);
    scratch->probability =
        lyt_mem_array(alloc, model->head->n_labels, sizeof *scratch->probability);
    if (lyt_grams_init(&scratch->grams, alloc, model) || !scratch->sum || !scratch->margin ||
        !scratch->logit || !scratch->probability) {
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
    lyt_vector_deinit(&scratch->vector);
    lyt_grams_deinit(&scratch->grams);
    lyt_mem_free(scratch->alloc, scratch->terms);
    lyt_mem_free(scratch->alloc, scratch->sum);
    lyt_mem_free(scratch->alloc, scratch->margin);
    lyt_mem_free(scratch->alloc, scratch->logit);
    lyt_mem_free(scratch->alloc, scratch->probability);
    lyt_mem_free(scratch->alloc, scratch);
}

/*
 * Only features whose row training met: the others count nothing. The rows of a big table
 * are far away, so they are asked for before the first is needed.
 */
static void keep_known(const lyt_model *model, lyt_features *features)
{
    const size_t stride = model->head->stride;
    const unsigned shift = 64 - model->head->hash_bits;
    size_t kept = 0;

    for (size_t i = 0; i < features->n; i++) {
        const size_t row = features->items[i].hash >> shift;

        features->items[kept] = features->items[i];
        kept += lyt_modelview_knows(model, row);
    }
    features->n = kept;
    for (size_t i = 0; i < kept; i++)
        __builtin_prefetch(model->rows + (features->items[i].hash >> shift) * stride);
}

static lyt_status add_vector(const lyt_model *model, lyt_scratch *scratch)
{
    const lyt_vector *vector = &scratch->vector;
    const size_t stride = model->head->stride;
    size_t n = 0;

    if (lyt_mem_grow(scratch->alloc, &scratch->terms, &scratch->cap_terms, vector->n,
                     sizeof *scratch->terms))
        return LYT_ENOMEM;
    for (size_t i = 0; i < vector->n; i++) {
        const lyt_entry *entry = &vector->items[i];

        if (entry->x > 0 || entry->x < 0)
            scratch->terms[n++] = (lyt_term){model->rows + entry->key * stride, entry->x};
    }
    scratch->grams.add_rows(scratch->terms, n, stride, scratch->sum);
    return LYT_OK;
}

/* Each group's rows, weighed, into scratch->sum. */
static lyt_status add_features(const lyt_model *model, lyt_scratch *scratch, const lyt_text *text)
{
    const lyt_model_head *head = model->head;
    const lyt_weighing weighing = {model->rows, head->stride, head->idf, head->weights};
    const unsigned chars = 1u << LYT_GROUP_CHAR;
    lyt_status status;

    memset(scratch->sum, 0, head->stride * sizeof *scratch->sum);
    if (lyt_features_find(&scratch->features, text, head->groups & ~chars))
        return LYT_ENOMEM;
    keep_known(model, &scratch->features);
    if (lyt_vector_collect(&scratch->vector, &scratch->features, 64 - head->hash_bits))
        return LYT_ENOMEM;
    lyt_vector_weigh(&scratch->vector, &weighing);
    status = add_vector(model, scratch);
    if (!status && (head->groups & chars))
        status = lyt_grams_add(&scratch->grams, text, scratch->sum);
    return status;
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
        margin[k] = scratch->sum[1 + k] * model->outputs[k].scale + model->outputs[k].bias;
    for (size_t i = 0; i < input->n_cues; i++) {
        const lyt_cue *cue = &input->cues[i];

        /* a cue that the model was not trained with has no weight in it */
        for (size_t k = 0; cue->id < head->n_cues && k < head->n_outputs; k++)
            margin[k] += (double)cue->value * (double)model->cues[cue->id * head->n_outputs + k];
    }
    return LYT_OK;
}

static double sigmoid(double z)
{
    return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

/* Of one label a message: the softmax over all outputs, log-odds against none. */
static double score_single(const lyt_model *model, lyt_scratch *scratch)
{
    const lyt_model_head *head = model->head;
    double *z = scratch->margin, top = -INFINITY, sum = 0;
    const double none = head->has_none ? z[head->n_labels] : 0;

    for (size_t k = 0; k < head->n_outputs; k++)
        top = z[k] > top ? z[k] : top;
    for (size_t k = 0; k < head->n_outputs; k++)
        sum += exp(z[k] - top);
    for (size_t k = 0; k < head->n_labels; k++) {
        scratch->logit[k] = z[k] - none;
        scratch->probability[k] = exp(z[k] - top) / sum;
    }
    return head->has_none ? exp(none - top) / sum : 0;
}

static double score_multi(const lyt_model *model, lyt_scratch *scratch)
{
    double none = 1;

    for (size_t k = 0; k < model->head->n_labels; k++) {
        scratch->logit[k] = scratch->margin[k];
        scratch->probability[k] = sigmoid(scratch->margin[k]);
        none *= 1 - scratch->probability[k];
    }
    return none;
}

lyt_status lyt_model_score(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                           lyt_arena *arena, lyt_scores *out)
{
    lyt_status status = lyt_modelview_margins(model, scratch, input);

    (void)arena;
    if (status)
        return status;
    for (size_t k = 0; k < model->head->n_outputs; k++)
        scratch->margin[k] =
            model->outputs[k].slope * scratch->margin[k] + model->outputs[k].offset;
    out->none = model->head->is_multi ? score_multi(model, scratch) : score_single(model, scratch);
    out->logit = scratch->logit;
    out->probability = scratch->probability;
    return LYT_OK;
}

void lyt_model_decide(const lyt_model *model, const lyt_scores *scores, bool *said)
{
    const lyt_model_head *head = model->head;
    size_t best = 0;

    for (size_t i = 0; i < head->n_labels; i++) {
        said[i] = head->is_multi && scores->probability[i] >= head->threshold;
        best = scores->probability[i] > scores->probability[best] ? i : best;
    }
    if (!head->is_multi)
        said[best] = 1 - scores->none >= head->threshold;
}
