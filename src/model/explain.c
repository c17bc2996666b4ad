#include <math.h>
#include <string.h>

#include "logistic.h"
#include "modelview.h"

/* A token's share of what belongs to many features at once. */
typedef struct shares {
    double *chars, *polarity;
    size_t n_tokens;
} shares;

/*
 * The logit as a sum over rows: what a margin of each output is worth in it. The two
 * curves of a conjunction are taken at their secant from a text without features to
 * this one, so that the contributions add up to what the curve made of their sum.
 */
typedef struct explaining {
    const lyt_model *model;
    const lyt_scratch *scratch;
    const lyt_input *input;
    size_t label;
    double *worth;        /* of each output's margin in the whole text; in the arena */
    double *clause_worth; /* of the outputs from layout.topic on, in the clause */
    size_t clause;        /* the one that counts; SIZE_MAX: the text has but one */
    double logit;
    lyt_arena *arena;
    lyt_reason *rows;
    size_t n, cap;
} explaining;

/* How steeply ln sigmoid(slope x + offset) rose on the way from x0 to x, by x. */
static double secant(double slope, double offset, double x0, double x)
{
    const double rise = lyt_log_sigmoid(slope * x + offset) - lyt_log_sigmoid(slope * x0 + offset);

    return fabs(x - x0) < 1e-9 ? slope * lyt_sigmoid_of(-(slope * x + offset)) : rise / (x - x0);
}

static void add_both(const explaining *e, const double *margin, double weight, double *topic,
                     double *mood)
{
    const lyt_blend *b = &e->model->head->blend;
    const lyt_layout *layout = &e->model->layout;
    const lyt_output *outputs = e->model->outputs;

    *topic += weight * secant(b->topic_slope, b->topic_offset,
                              outputs[layout->topic + e->label].bias, margin[0]);
    *mood +=
        weight * secant(b->mood_slope, b->mood_offset, outputs[layout->negative].bias, margin[1]);
}

static void set_worth_multi(explaining *e)
{
    const lyt_blend *b = &e->model->head->blend;
    const lyt_layout *layout = &e->model->layout;
    const double *margin = e->scratch->margin;
    const double whole[2] = {margin[layout->topic + e->label], margin[layout->negative]};
    const size_t n_clauses = e->input->text->n_clauses;
    double weight = b->weight[LYT_BLEND_BOTH];

    e->worth[e->label] += b->weight[LYT_BLEND_LABEL];
    if (layout->has_topics)
        e->worth[layout->topic + e->label] += b->weight[LYT_BLEND_TOPIC];
    e->worth[layout->negative] += b->weight[LYT_BLEND_NEGATIVE];
    e->worth[layout->positive] += b->weight[LYT_BLEND_POSITIVE];
    if (n_clauses > 1) {
        double both;
        const double *clause;

        e->clause = lyt_modelview_best_clause(e->model, e->scratch, n_clauses, e->label, &both);
        clause = e->scratch->clause_margin + e->clause * layout->n_in_clauses;
        add_both(e, (double[]){clause[e->label], clause[layout->n_labels]},
                 b->weight[LYT_BLEND_CLAUSE], &e->clause_worth[e->label],
                 &e->clause_worth[layout->n_labels]);
    } else {
        weight += b->weight[LYT_BLEND_CLAUSE];
    }
    add_both(e, whole, weight, &e->worth[layout->topic + e->label], &e->worth[layout->negative]);
}

/* A single-label logit is against none, so none's margin counts the other way. */
static void set_worth(explaining *e)
{
    const lyt_output *outputs = e->model->outputs;
    const lyt_layout *layout = &e->model->layout;

    if (e->model->head->is_multi && outputs[e->label].slope == 0) {
        set_worth_multi(e);
        return;
    }
    e->worth[e->label] = outputs[e->label].slope;
    if (layout->none != SIZE_MAX)
        e->worth[layout->none] = -outputs[layout->none].slope;
}

/* What a unit of a row is worth in the whole text, and in the clause. */
static double row_worth(const explaining *e, size_t row)
{
    const lyt_model_head *head = e->model->head;
    const int8_t *weight = (const int8_t *)(e->model->rows + row * head->stride + 1);
    double sum = 0;

    for (size_t k = 0; k < head->n_outputs; k++)
        sum += e->worth[k] * e->model->outputs[k].scale * weight[k];
    return sum;
}

static double clause_row_worth(const explaining *e, size_t row)
{
    const lyt_model_head *head = e->model->head;
    const lyt_layout *layout = &e->model->layout;
    const int8_t *weight =
        (const int8_t *)(e->model->rows + row * head->stride + 1) + layout->topic;
    double sum = 0;

    for (size_t k = 0; k < layout->n_in_clauses; k++)
        sum += e->clause_worth[k] * e->model->outputs[layout->topic + k].scale * weight[k];
    return sum;
}

static double cue_worth(const explaining *e, const lyt_cue *cue)
{
    const lyt_model_head *head = e->model->head;
    const lyt_layout *layout = &e->model->layout;
    const float *weight = e->model->cues + cue->id * head->n_outputs;
    const lyt_text *text = e->input->text;
    double sum = lyt_modelview_firm(e->model, cue, e->label);

    for (size_t k = 0; k < head->n_outputs; k++)
        sum += (double)cue->value * e->worth[k] * (double)weight[k];
    if (cue->first < text->n_tokens && text->tokens[cue->first].clause == e->clause)
        for (size_t k = 0; k < layout->n_in_clauses; k++)
            sum += (double)cue->value * e->clause_worth[k] * (double)weight[layout->topic + k];
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

/* An entry counts once in a text: its first occurrence stands for all. */
static double occurrence_worth(const explaining *e, size_t i)
{
    const lyt_scratch *scratch = e->scratch;
    const lyt_met *met = &scratch->vector.met[i];
    const lyt_entry *entry = &scratch->vector.items[met->entry];
    double sum = 0;

    if ((met->first & LYT_FIRST_OF_TEXT) && entry->x > 0)
        sum += (double)entry->x * row_worth(e, entry->key);
    if (e->clause != SIZE_MAX && scratch->features.items[i].clause == e->clause &&
        scratch->clause_x[i] > 0)
        sum += (double)scratch->clause_x[i] * clause_row_worth(e, entry->key);
    return sum;
}

static lyt_status add_occurrence(explaining *e, shares *s, size_t i)
{
    const lyt_feature *feature = &e->scratch->features.items[i];
    const double weight = occurrence_worth(e, i);

    if (weight == 0)
        return LYT_OK;
    if (feature->group == LYT_GROUP_CHAR) {
        s->chars[feature->token] += weight;
        return LYT_OK;
    }
    if (feature->group != LYT_GROUP_POLARITY)
        return add_feature(e, feature, weight);
    if (feature->token == lyt_no_token)
        return share_polarity(e, s, feature->value, weight);
    s->polarity[feature->token] += weight;
    return LYT_OK;
}

static lyt_status add_shares(explaining *e, const shares *s)
{
    for (size_t i = 0; i < s->n_tokens; i++) {
        lyt_feature feature = {.token = (uint16_t)i, .other = lyt_no_token};
        lyt_status status = LYT_OK;

        feature.group = LYT_GROUP_CHAR;
        if (s->chars[i] != 0)
            status = add_feature(e, &feature, s->chars[i]);
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
                            .weight = cue_worth(e, cue),
                        });
        if (status)
            return status;
    }
    return LYT_OK;
}

/*
 * What is there without a word: all that the rows do not say. It is computed from the
 * logit, so that the sums of floats of the one and of doubles of the other do not differ.
 */
static void close_sum(explaining *e)
{
    double sum = 0;

    for (size_t i = 1; i < e->n; i++)
        sum += e->rows[i].weight;
    e->rows[0].weight = e->logit - sum;
}

static lyt_status begin(explaining *e, shares *s, lyt_scratch *scratch)
{
    const lyt_layout *layout = &e->model->layout;
    lyt_scores scores;
    lyt_status status = lyt_model_score(e->model, scratch, e->input, e->arena, &scores);

    if (status)
        return status;
    e->logit = scores.logit[e->label];
    s->chars = lyt_arena_array(e->arena, s->n_tokens, sizeof *s->chars);
    s->polarity = lyt_arena_array(e->arena, s->n_tokens, sizeof *s->polarity);
    e->worth = lyt_arena_array(e->arena, layout->n_outputs, sizeof *e->worth);
    e->clause_worth = lyt_arena_array(e->arena, layout->n_in_clauses + 1, sizeof *e->clause_worth);
    if (!s->chars || !s->polarity || !e->worth || !e->clause_worth)
        return lyt_arena_status(e->arena);
    set_worth(e);
    return add(e, (lyt_reason){UINT32_MAX, UINT32_MAX, UINT32_MAX, LYT_STR("bias"), 0});
}

lyt_status lyt_model_explain(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                             size_t label, lyt_arena *arena, lyt_reason **out, size_t *n)
{
    explaining e = {.model = model,
                    .scratch = scratch,
                    .input = input,
                    .label = label,
                    .clause = SIZE_MAX,
                    .arena = arena};
    shares s = {.n_tokens = input->text->n_tokens};
    lyt_status status = begin(&e, &s, scratch);

    for (size_t i = 0; !status && i < scratch->features.n; i++)
        status = add_occurrence(&e, &s, i);
    if (!status)
        status = add_shares(&e, &s);
    if (!status)
        status = add_cues(&e);
    if (status)
        return status;
    close_sum(&e);
    *out = e.rows;
    *n = e.n;
    return LYT_OK;
}
