#include <math.h>
#include <string.h>

#include "logistic.h"
#include "modelview.h"

/* A token's share of what belongs to many features at once. */
typedef struct shares {
    double *chars, *polarity;
    double whole[3]; /* of polarity counted over the text: negative, all, positive */
    size_t n_tokens;
} shares;

/* A pair of words and the row of its reasons plus 1; open addressing, at most half full. */
typedef struct pair_slot {
    uint32_t key, row;
} pair_slot;

/* Where the row of what is said already lies. */
typedef struct merging {
    uint32_t *of_token; /* row plus 1, 0 for none */
    pair_slot *pairs;
    size_t mask;
    unsigned shift; /* of a key's hash */
} merging;

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
    double *worth;             /* of each output's margin in the whole text; in the arena */
    double *clause_worth;      /* of the outputs from layout.topic on, in the clause */
    lyt_worth row, clause_row; /* the same of rows, of those outputs that are worth anything */
    size_t clause;             /* the one that counts; SIZE_MAX: the text has but one */
    double logit;
    lyt_arena *arena;
    lyt_reason *rows;
    size_t n;
    double sum;  /* of all rows but the first */
    merging *by; /* NULL: each reason is a row of its own */
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
    if (layout->has_topics)
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
static void set_worth_single(explaining *e)
{
    const lyt_curve *curve = &e->model->head->curve;
    const lyt_output *outputs = e->model->outputs;
    const double *margin = e->scratch->margin;
    const size_t none = e->model->layout.none;

    e->worth[e->label] =
        secant(curve->slope, curve->knee, outputs[e->label].bias, margin[e->label]);
    if (none != SIZE_MAX && !e->model->head->is_closed)
        e->worth[none] = -secant(curve->slope, curve->knee, outputs[none].bias, margin[none]);
}

static void set_worth(explaining *e)
{
    const lyt_output *outputs = e->model->outputs;

    if (!e->model->head->is_multi)
        set_worth_single(e);
    else if (outputs[e->label].slope == 0)
        set_worth_multi(e);
    else
        e->worth[e->label] = outputs[e->label].slope;
}

static void add_worth(const explaining *e, lyt_worth *out, size_t output, double worth)
{
    if ((worth > 0 || worth < 0) && out->n < lyt_worth_max) {
        out->output[out->n] = output;
        out->unit[out->n++] = worth * e->model->outputs[output].scale;
    }
}

/* What a unit of a row is worth in the whole text, and in the clause: few outputs count. */
static void set_row_worths(explaining *e)
{
    const lyt_layout *layout = &e->model->layout;

    for (size_t k = 0; k < layout->n_outputs; k++)
        add_worth(e, &e->row, k, e->worth[k]);
    for (size_t k = 0; k < layout->n_in_clauses; k++)
        add_worth(e, &e->clause_row, layout->topic + k, e->clause_worth[k]);
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

/* There is room: make_rows(). */
static inline lyt_reason *new_row(explaining *e, uint32_t token, uint32_t other)
{
    lyt_reason *row = &e->rows[e->n++];

    *row = (lyt_reason){token, other, UINT32_MAX, LYT_REASON_BIAS, 0, -1, NULL};
    return row;
}

/* The row of the pair, or of the word where other is none: a new one where there is no such yet. */
static inline lyt_reason *row_of(explaining *e, uint32_t token, uint32_t other)
{
    const uint32_t key = token << 16 | other;
    merging *by = e->by;
    uint32_t *row;
    size_t at;

    if (!by || token == UINT32_MAX)
        return new_row(e, token, other);
    if (other == UINT32_MAX) {
        row = &by->of_token[token];
    } else {
        at = (key * 0x9e3779b1u) >> by->shift;
        while (by->pairs[at].row && by->pairs[at].key != key)
            at = (at + 1) & by->mask;
        by->pairs[at].key = key;
        row = &by->pairs[at].row;
    }
    if (*row)
        return &e->rows[*row - 1];
    *row = (uint32_t)e->n + 1;
    return new_row(e, token, other);
}

static inline void add_to(explaining *e, lyt_reason *row, lyt_reason_kind kind, double weight)
{
    const double size = fabs(weight);

    e->sum += weight;
    row->weight += weight;
    if (size > row->heaviest) {
        row->heaviest = size;
        row->kind = kind;
        row->feature = NULL;
    }
}

static void add(explaining *e, uint32_t token, lyt_reason_kind kind, double weight)
{
    add_to(e, row_of(e, token, UINT32_MAX), kind, weight);
}

static inline void add_feature(explaining *e, const lyt_feature *feature, double weight)
{
    const double size = fabs(weight);
    /* the first bigram begins before the text */
    const bool is_first = feature->token == lyt_no_token;
    const uint32_t token = is_first ? feature->other : feature->token;
    const uint32_t other = is_first || feature->other == lyt_no_token ? UINT32_MAX : feature->other;
    lyt_reason *row = row_of(e, token == lyt_no_token ? UINT32_MAX : token, other);

    e->sum += weight;
    row->weight += weight;
    if (size > row->heaviest) {
        row->heaviest = size;
        row->kind = LYT_REASON_FEATURE;
        row->feature = feature;
    }
}

static bool is_counted(int polarity, int sign)
{
    return polarity && (!sign || (polarity < 0) == (sign < 0));
}

/* What was counted over the whole text belongs to the words that were counted. */
static void share_polarity(explaining *e, const shares *s, int sign, double weight)
{
    const lyt_token *tokens = e->input->text->tokens;
    size_t n = 0;

    if (!(weight > 0 || weight < 0))
        return;
    for (size_t i = 0; i < s->n_tokens; i++)
        n += is_counted(tokens[i].polarity, sign);
    if (!n)
        add(e, UINT32_MAX, LYT_REASON_POLARITY, weight);
    for (size_t i = 0; i < s->n_tokens && n; i++)
        if (is_counted(tokens[i].polarity, sign))
            s->polarity[i] += weight / (double)n;
}

/* An entry counts once in a text: its first occurrence stands for all. */
static double occurrence_worth(const explaining *e, size_t i)
{
    const lyt_scratch *scratch = e->scratch;
    const lyt_feature *feature = &scratch->features.items[i];
    const int8_t *weights = (const int8_t *)feature->row + 1;
    double sum = 0;

    if (feature->x > 0)
        sum += (double)feature->x * lyt_worth_of_row(&e->row, weights);
    if (e->clause != SIZE_MAX && feature->clause == e->clause && scratch->clause_x[i] > 0)
        sum += (double)scratch->clause_x[i] * lyt_worth_of_row(&e->clause_row, weights);
    return sum;
}

static void add_occurrence(explaining *e, shares *s, size_t i)
{
    const lyt_feature *feature = &e->scratch->features.items[i];
    const double weight = occurrence_worth(e, i);

    if (feature->group == LYT_GROUP_POLARITY) {
        if (feature->token != lyt_no_token)
            s->polarity[feature->token] += weight;
        else
            s->whole[(feature->value > 0) - (feature->value < 0) + 1] += weight;
    } else if (weight > 0 || weight < 0) {
        add_feature(e, feature, weight);
    }
}

static void share_grams(const explaining *e, double *chars)
{
    const lyt_grams *grams = &e->scratch->grams;

    if (!(e->model->head->groups >> LYT_GROUP_CHAR & 1))
        return;
    lyt_grams_share(grams, &e->row, chars);
    if (e->clause != SIZE_MAX)
        lyt_grams_share_clause(grams, &e->input->text->clauses[e->clause], e->clause,
                               &e->clause_row, chars);
}

static void add_shares(explaining *e, const shares *s)
{
    for (size_t i = 0; i < s->n_tokens; i++) {
        if (s->chars[i] > 0 || s->chars[i] < 0)
            add(e, (uint32_t)i, LYT_REASON_CHARS, s->chars[i]);
        if (s->polarity[i] > 0 || s->polarity[i] < 0)
            add(e, (uint32_t)i, LYT_REASON_POLARITY, s->polarity[i]);
    }
}

/* A lesson's share of a word, through what its margin is worth where a margin is what it moves. */
static void add_lessons(explaining *e)
{
    const lyt_model *model = e->model;
    const lyt_taught_view *view = &e->scratch->view;
    const bool is_multi = model->head->is_multi;
    const size_t none = model->head->is_closed ? SIZE_MAX : model->layout.none;

    if (!model->taught ||
        (is_multi && lyt_modelview_taught(model, e->scratch, e->input, e->label) == 0))
        return;
    for (size_t i = 0; i < view->n; i++) {
        const lyt_taught_term *term = &view->terms[i];
        double weight =
            (is_multi ? 1 : e->worth[e->label]) * lyt_taught_of(model->taught, term, e->label);

        if (!is_multi && none != SIZE_MAX)
            weight += e->worth[none] * lyt_taught_of(model->taught, term, none);
        if (weight > 0 || weight < 0)
            add(e, term->token == lyt_no_token ? UINT32_MAX : term->token, LYT_REASON_LESSON,
                weight);
    }
}

/* A cue is a row of its own. */
static void add_cues(explaining *e)
{
    for (size_t i = 0; i < e->input->n_cues; i++) {
        const lyt_cue *cue = &e->input->cues[i];
        lyt_reason *row;

        if (cue->id >= e->model->head->n_cues)
            continue;
        row = new_row(e, cue->first, UINT32_MAX);
        row->cue = (uint32_t)i;
        add_to(e, row, LYT_REASON_CUE, cue_worth(e, cue));
    }
}

/* The bias, each feature, each token's characters and polarity, each cue: no more can come. */
static lyt_status make_rows(explaining *e)
{
    const size_t n = 4 + e->scratch->features.n + 2 * e->input->text->n_tokens + e->input->n_cues +
                     (e->model->taught ? e->scratch->view.n : 0);

    e->rows = lyt_arena_room(e->arena, n, sizeof *e->rows);
    return e->rows ? LYT_OK : lyt_arena_status(e->arena);
}

static lyt_status make_merging(const explaining *e, merging *by)
{
    unsigned bits = 6;

    while ((size_t)1 << bits < 2 * e->scratch->features.n)
        bits++;
    by->mask = ((size_t)1 << bits) - 1;
    by->shift = 32 - bits;
    by->of_token = lyt_arena_array(e->arena, e->input->text->n_tokens, sizeof *by->of_token);
    by->pairs = lyt_arena_array(e->arena, by->mask + 1, sizeof *by->pairs);
    return by->of_token && by->pairs ? LYT_OK : lyt_arena_status(e->arena);
}

static lyt_status begin(explaining *e, shares *s)
{
    const lyt_layout *layout = &e->model->layout;

    e->logit = e->scratch->logit[e->label];
    s->chars = lyt_arena_array(e->arena, s->n_tokens, sizeof *s->chars);
    s->polarity = lyt_arena_array(e->arena, s->n_tokens, sizeof *s->polarity);
    e->worth = lyt_arena_array(e->arena, layout->n_outputs, sizeof *e->worth);
    e->clause_worth = lyt_arena_array(e->arena, layout->n_in_clauses + 1, sizeof *e->clause_worth);
    if (!s->chars || !s->polarity || !e->worth || !e->clause_worth)
        return lyt_arena_status(e->arena);
    set_worth(e);
    set_row_worths(e);
    return make_rows(e);
}

/*
 * The first row is what is there without a word: all that the others do not say. It is computed
 * from the logit, so that the sums of floats of the one and of doubles of the other do not differ.
 */
static lyt_status explain(explaining *e)
{
    shares s = {.n_tokens = e->input->text->n_tokens};
    lyt_status status = begin(e, &s);

    if (status)
        return status;
    (void)new_row(e, UINT32_MAX, UINT32_MAX);
    share_grams(e, s.chars);
    for (size_t i = 0; i < e->scratch->features.n; i++)
        add_occurrence(e, &s, i);
    for (int sign = -1; sign <= 1; sign++)
        share_polarity(e, &s, sign, s.whole[sign + 1]);
    add_shares(e, &s);
    add_cues(e);
    add_lessons(e);
    e->rows[0].weight = e->logit - e->sum;
    e->rows[0].heaviest = fabs(e->rows[0].weight);
    return LYT_OK;
}

lyt_status lyt_model_explain_scored(const lyt_model *model, lyt_scratch *scratch,
                                    const lyt_input *input, size_t label, lyt_arena *arena,
                                    lyt_reason **out, size_t *n)
{
    merging by;
    explaining e = {.model = model,
                    .scratch = scratch,
                    .input = input,
                    .label = label,
                    .clause = SIZE_MAX,
                    .arena = arena,
                    .by = &by};
    lyt_status status = make_merging(&e, &by);

    if (!status)
        status = explain(&e);
    if (!status) {
        *out = e.rows;
        *n = e.n;
    }
    return status;
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
    lyt_scores scores;
    lyt_status status = lyt_model_score(model, scratch, input, arena, &scores);

    if (!status)
        status = explain(&e);
    if (!status) {
        *out = e.rows;
        *n = e.n;
    }
    return status;
}

lyt_str lyt_reason_name(const lyt_reason *reason, const lyt_text *text, lyt_arena *arena)
{
    switch (reason->kind) {
    case LYT_REASON_FEATURE:
        return lyt_feature_name(reason->feature, text, arena);
    case LYT_REASON_CHARS:
        return LYT_STR("char");
    case LYT_REASON_POLARITY:
        return reason->token == UINT32_MAX
                   ? LYT_STR("polarity")
                   : lyt_feature_polarity_name(text->tokens[reason->token].polarity);
    case LYT_REASON_CUE:
        return LYT_STR("cue");
    case LYT_REASON_LESSON:
        return LYT_STR("lesson");
    case LYT_REASON_BIAS:
        break;
    }
    return LYT_STR("bias");
}
