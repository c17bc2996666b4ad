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

/* Where a word's rows lie: each plus 1, 0 for none. */
typedef struct word_rows {
    uint32_t own, with_last;       /* by itself; together with the word before it */
    uint32_t first_pair, end_pair; /* together with words further before it */
} word_rows;

/* Where the row of what is said already lies. */
typedef struct merging {
    word_rows *words;
    size_t first_concept; /* row: the first of the clause whose concepts are being added */
    unsigned clause;
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
    const double rise =
        lyt_swift_log_sigmoid(slope * x + offset) - lyt_swift_log_sigmoid(slope * x0 + offset);

    return fabs(x - x0) < 1e-9 ? slope * lyt_swift_sigmoid(-(slope * x + offset)) : rise / (x - x0);
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

    *row = (lyt_reason){
        .token = token, .other = other, .cue = UINT32_MAX, .kind = LYT_REASON_BIAS, .heaviest = -1};
    return row;
}

/* The row that stands there, or a new one. */
static inline lyt_reason *row_at(explaining *e, uint32_t *at, uint32_t token, uint32_t other)
{
    if (*at)
        return &e->rows[*at - 1];
    *at = (uint32_t)e->n + 1;
    return new_row(e, token, other);
}

/* A word's own row. */
static inline lyt_reason *row_of(explaining *e, uint32_t token)
{
    if (!e->by || token == UINT32_MAX)
        return new_row(e, token, UINT32_MAX);
    return row_at(e, &e->by->words[token].own, token, UINT32_MAX);
}

/* Two words go together once in what goes in pairs, so that there can be no row yet. */
static inline lyt_reason *row_of_pair(explaining *e, const lyt_met_feature *feature)
{
    word_rows *words = &e->by->words[feature->other];

    if (feature->other == feature->token + 1)
        return row_at(e, &words->with_last, (uint32_t)feature->token, (uint32_t)feature->other);
    if (!words->first_pair)
        words->first_pair = (uint32_t)e->n + 1;
    words->end_pair = (uint32_t)e->n + 2;
    return new_row(e, (uint32_t)feature->token, (uint32_t)feature->other);
}

/* Two concepts' words: they may have a row as a pair, or by other concepts of the same words. */
static lyt_reason *row_of_concepts(explaining *e, const lyt_met_feature *feature)
{
    merging *by = e->by;
    word_rows *words = &by->words[feature->other];

    if (feature->other == feature->token + 1)
        return row_at(e, &words->with_last, (uint32_t)feature->token, (uint32_t)feature->other);
    for (uint32_t i = words->first_pair; i < words->end_pair; i++)
        if (e->rows[i - 1].token == feature->token)
            return &e->rows[i - 1];
    if (by->clause != feature->clause) {
        by->clause = feature->clause;
        by->first_concept = e->n;
    }
    for (size_t i = by->first_concept; i < e->n; i++)
        if (e->rows[i].token == feature->token && e->rows[i].other == feature->other)
            return &e->rows[i];
    return new_row(e, (uint32_t)feature->token, (uint32_t)feature->other);
}

LYT_WALKING lyt_reason *row_of_feature(explaining *e, const lyt_met_feature *feature)
{
    /* the first bigram begins before the text */
    const bool is_first = feature->token == lyt_no_token;
    const uint32_t token = (uint32_t)(is_first ? feature->other : feature->token);

    if (is_first || feature->other == lyt_no_token)
        return row_of(e, token == lyt_no_token ? UINT32_MAX : token);
    if (!e->by)
        return new_row(e, token, (uint32_t)feature->other);
    return feature->group == LYT_GROUP_CONCEPT ? row_of_concepts(e, feature)
                                               : row_of_pair(e, feature);
}

static inline void add_to(explaining *e, lyt_reason *row, lyt_reason_kind kind, double weight)
{
    const double size = fabs(weight);

    e->sum += weight;
    row->weight += weight;
    if (size > row->heaviest) {
        row->heaviest = size;
        row->kind = (uint8_t)kind;
    }
}

static void add(explaining *e, uint32_t token, lyt_reason_kind kind, double weight)
{
    add_to(e, row_of(e, token), kind, weight);
}

LYT_WALKING void add_feature(explaining *e, const lyt_met_feature *met, double weight)
{
    const double size = fabs(weight);
    lyt_reason *row = row_of_feature(e, met);

    e->sum += weight;
    row->weight += weight;
    if (size > row->heaviest) {
        row->heaviest = size;
        row->kind = LYT_REASON_FEATURE;
        row->group = (uint8_t)met->group;
        row->extra = (uint8_t)met->extra;
        row->is_first = met->token == lyt_no_token;
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

/*
 * What each occurrence is worth. A row counts once in a text: its first occurrence stands for all.
 */
static void weigh_rows(const explaining *e, double *weights)
{
    const lyt_tally *tally = &e->scratch->tally;
    const lyt_row_table table = e->scratch->table;
    const lyt_worth worth = e->row;
    size_t i = 0;

    for (size_t g = 0; g < LYT_GROUPS; g++) {
        const float factor = tally->factor[g];

        for (; i < tally->ends[g]; i++)
            weights[i] =
                (double)(factor * tally->x[i]) *
                lyt_worth_of_row(&worth, (const int8_t *)lyt_row_at(&table, tally->rows[i]) + 1);
    }
    for (i = 0; i < tally->n && e->clause != SIZE_MAX; i++)
        if (tally->clauses[i] == e->clause && tally->apart[i] > 0)
            weights[i] += (double)tally->apart[i] *
                          lyt_worth_of_row(&e->clause_row,
                                           (const int8_t *)lyt_row_at(&table, tally->rows[i]) + 1);
}

/* The walk that found the rows is gone again. */
typedef struct telling {
    explaining *e;
    shares *s;
    const double *weight; /* of the next */
} telling;

LYT_WALKING void tell(void *to, const lyt_met_feature *met)
{
    telling *t = to;
    const double weight = *t->weight++;

    if (met->group == LYT_GROUP_POLARITY) {
        if (met->token != lyt_no_token)
            t->s->polarity[met->token] += weight;
        else
            t->s->whole[(met->value > 0) - (met->value < 0) + 1] += weight;
    } else if (weight > 0 || weight < 0) {
        add_feature(t->e, met, weight);
    }
}

static void tell_group(const lyt_walk *walk, lyt_group group, telling *to)
{
    switch (group) {
    case LYT_GROUP_STEM:
        lyt_walk_stems(walk, tell, to);
        return;
    case LYT_GROUP_BIGRAM:
        lyt_walk_bigrams(walk, tell, to);
        return;
    case LYT_GROUP_PAIR:
        lyt_walk_pairs(walk, tell, to);
        return;
    case LYT_GROUP_POLARITY:
        lyt_walk_polarities(walk, tell, to);
        return;
    case LYT_GROUP_CONCEPT:
        lyt_walk_concepts(walk, tell, to);
        return;
    case LYT_GROUP_CHAR:
    case LYT_GROUPS:
        return;
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
    const size_t n = 4 + e->scratch->tally.n + 2 * e->input->text->n_tokens + e->input->n_cues +
                     (e->model->taught ? e->scratch->view.n : 0);

    e->rows = lyt_arena_room(e->arena, n, sizeof *e->rows);
    return e->rows ? LYT_OK : lyt_arena_status(e->arena);
}

static lyt_status make_merging(const explaining *e, merging *by)
{
    *by = (merging){.clause = lyt_no_clause};
    by->words = lyt_arena_array(e->arena, e->input->text->n_tokens, sizeof *by->words);
    return by->words ? LYT_OK : lyt_arena_status(e->arena);
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
    lyt_walk walk = e->scratch->tally.walk;
    lyt_status status = begin(e, &s);
    double *weights = lyt_arena_room(e->arena, e->scratch->tally.n, sizeof *weights);
    telling t = {e, &s, weights};

    if (status || !weights)
        return lyt_arena_status(e->arena);
    (void)new_row(e, UINT32_MAX, UINT32_MAX);
    share_grams(e, s.chars);
    walk.text = e->input->text;
    weigh_rows(e, weights);
    for (unsigned g = 0; g < LYT_GROUPS; g++)
        if (e->model->head->groups >> g & 1)
            tell_group(&walk, (lyt_group)g, &t);
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

static uint16_t token_of(uint32_t token)
{
    return token == UINT32_MAX ? (uint16_t)lyt_no_token : (uint16_t)token;
}

static lyt_str name_of_feature(const lyt_reason *reason, const lyt_text *text, lyt_arena *arena)
{
    const lyt_feature feature = {
        .token = reason->is_first ? (uint16_t)lyt_no_token : token_of(reason->token),
        .other = token_of(reason->is_first ? reason->token : reason->other),
        .group = reason->group,
        .extra = reason->extra,
    };

    return lyt_feature_name(&feature, text, arena);
}

lyt_str lyt_reason_name(const lyt_reason *reason, const lyt_text *text, lyt_arena *arena)
{
    switch ((lyt_reason_kind)reason->kind) {
    case LYT_REASON_FEATURE:
        return name_of_feature(reason, text, arena);
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
