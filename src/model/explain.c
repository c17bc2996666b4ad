#include <math.h>
#include <string.h>

#include "modelview.h"

/* A token's share of what belongs to many features at once. */
typedef struct shares {
    double *polarity;
    size_t n_tokens;
} shares;

typedef struct explaining {
    const lyt_model *model;
    const lyt_scratch *scratch;
    const lyt_input *input;
    size_t label;
    lyt_arena *arena;
    lyt_reason *rows;
    size_t n, cap;
} explaining;

/*
 * What a unit of an output's weight is worth in the logit. A single-label logit
 * is against none, so none's weights count the other way.
 */
static double worth(const explaining *e, size_t row)
{
    const lyt_model_head *head = e->model->head;
    const int8_t *weight = (const int8_t *)(e->model->rows + row * head->stride + 1);
    const lyt_output *output = &e->model->outputs[e->label];
    double sum = output->slope * output->scale * weight[e->label];

    if (!head->is_multi && head->has_none) {
        const lyt_output *none = &e->model->outputs[head->n_labels];

        sum -= none->slope * none->scale * weight[head->n_labels];
    }
    return sum;
}

/* The same for what all characters of a word have in the margins. */
static double grams_worth(const explaining *e, size_t token)
{
    const lyt_model_head *head = e->model->head;
    const lyt_grams *grams = &e->scratch->grams;
    const lyt_output *output = &e->model->outputs[e->label];
    double sum = output->slope * output->scale * lyt_grams_share(grams, token, e->label);

    if (!head->is_multi && head->has_none) {
        const lyt_output *none = &e->model->outputs[head->n_labels];

        sum -= none->slope * none->scale * lyt_grams_share(grams, token, head->n_labels);
    }
    return sum;
}

static double cue_worth(const explaining *e, size_t id)
{
    const lyt_model_head *head = e->model->head;
    const float *weight = e->model->cues + id * head->n_outputs;
    double sum = e->model->outputs[e->label].slope * (double)weight[e->label];

    if (!head->is_multi && head->has_none)
        sum -= e->model->outputs[head->n_labels].slope * (double)weight[head->n_labels];
    return sum;
}

static double bias_worth(const explaining *e)
{
    const lyt_model_head *head = e->model->head;
    const lyt_output *output = &e->model->outputs[e->label];
    double sum = output->slope * output->bias + output->offset;

    if (!head->is_multi && head->has_none) {
        const lyt_output *none = &e->model->outputs[head->n_labels];

        sum -= none->slope * none->bias + none->offset;
    }
    return sum;
}

static uint32_t token_of(uint16_t token)
{
    return token == lyt_no_token ? UINT32_MAX : token;
}

static lyt_status add(explaining *e, lyt_reason reason)
{
    lyt_status status;

    if (!reason.feature.ptr)
        return lyt_arena_status(e->arena);
    status = lyt_arena_grow(e->arena, &e->rows, &e->cap, e->n + 1, sizeof *e->rows);
    if (status)
        return status;
    e->rows[e->n++] = reason;
    return LYT_OK;
}

static lyt_status add_feature(explaining *e, const lyt_feature *feature, double weight)
{
    uint32_t token = token_of(feature->token), other = token_of(feature->other);

    if (token == UINT32_MAX) {
        /* the first bigram begins before the text */
        token = other;
        other = UINT32_MAX;
    }
    return add(e, (lyt_reason){
                      .token = token,
                      .other = other,
                      .cue = UINT32_MAX,
                      .feature = lyt_feature_name(feature, e->input->text, e->arena),
                      .weight = weight,
                  });
}

/* What was counted over the whole text belongs to the words that were counted. */
static lyt_status share_polarity(explaining *e, shares *s, int sign, double weight)
{
    const lyt_token *tokens = e->input->text->tokens;
    size_t n = 0;

    for (size_t i = 0; i < s->n_tokens; i++)
        n += tokens[i].polarity && (!sign || (tokens[i].polarity < 0) == (sign < 0));
    if (!n)
        return add(e,
                   (lyt_reason){UINT32_MAX, UINT32_MAX, UINT32_MAX, LYT_STR("polarity"), weight});
    for (size_t i = 0; i < s->n_tokens; i++) {
        if (tokens[i].polarity && (!sign || (tokens[i].polarity < 0) == (sign < 0)))
            s->polarity[i] += weight / (double)n;
    }
    return LYT_OK;
}

static lyt_status add_occurrence(explaining *e, shares *s, size_t i)
{
    const lyt_feature *feature = &e->scratch->features.items[i];
    const lyt_entry *entry = &e->scratch->vector.items[e->scratch->vector.entry_of[i]];
    const double weight = entry->x / entry->tf * worth(e, entry->key);

    if (weight == 0)
        return LYT_OK;
    if (feature->group != LYT_GROUP_POLARITY)
        return add_feature(e, feature, weight);
    if (feature->token == lyt_no_token)
        return share_polarity(e, s, feature->value, weight);
    s->polarity[feature->token] += weight;
    return LYT_OK;
}

static lyt_status add_shares(explaining *e, const shares *s)
{
    const bool has_chars = e->model->head->groups >> LYT_GROUP_CHAR & 1;

    for (size_t i = 0; i < s->n_tokens; i++) {
        const double chars = has_chars ? grams_worth(e, i) : 0;
        lyt_feature feature = {.token = (uint16_t)i, .other = lyt_no_token};
        lyt_status status = LYT_OK;

        feature.group = LYT_GROUP_CHAR;
        if (chars > 0 || chars < 0)
            status = add_feature(e, &feature, chars);
        feature.group = LYT_GROUP_POLARITY;
        feature.value = e->input->text->tokens[i].polarity;
        if (!status && s->polarity[i] != 0)
            status = add_feature(e, &feature, s->polarity[i]);
        if (status)
            return status;
    }
    return LYT_OK;
}

static lyt_status add_cues(explaining *e)
{
    for (size_t i = 0; i < e->input->n_cues; i++) {
        const lyt_cue *cue = &e->input->cues[i];
        lyt_status status;

        if (cue->id >= e->model->head->n_cues)
            continue;
        status = add(e, (lyt_reason){
                            .token = cue->first,
                            .other = UINT32_MAX,
                            .cue = (uint32_t)i,
                            .feature = cue->name.ptr ? cue->name : LYT_STR("cue"),
                            .weight = (double)cue->value * cue_worth(e, cue->id),
                        });
        if (status)
            return status;
    }
    return LYT_OK;
}

lyt_status lyt_model_explain(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                             size_t label, lyt_arena *arena, lyt_reason **out, size_t *n)
{
    explaining e = {
        .model = model, .scratch = scratch, .input = input, .label = label, .arena = arena};
    shares s = {.n_tokens = input->text->n_tokens};
    lyt_status status = lyt_modelview_margins(model, scratch, input);

    if (status)
        return status;
    s.polarity = lyt_arena_array(arena, s.n_tokens, sizeof *s.polarity);
    if (!s.polarity)
        return lyt_arena_status(arena);
    status =
        add(&e, (lyt_reason){UINT32_MAX, UINT32_MAX, UINT32_MAX, LYT_STR("bias"), bias_worth(&e)});
    for (size_t i = 0; !status && i < scratch->features.n; i++)
        status = add_occurrence(&e, &s, i);
    if (!status)
        status = add_shares(&e, &s);
    if (!status)
        status = add_cues(&e);
    if (status)
        return status;
    *out = e.rows;
    *n = e.n;
    return LYT_OK;
}
