#include <math.h>
#include <string.h>

#include "logistic.h"
#include "modelview.h"
#include "reason.h"

/*
 * What is said of a word by itself, of it and the word before it, and of two words further apart:
 * rows of what people read. c: NULL where each reason is a row of its own.
 */
typedef struct cells {
    lyt_reason *words; /* two a token: its own, and with the one before it */
    lyt_reason *far;   /* n_far of them */
    size_t n_far;
    size_t first; /* far: the first of the clause whose concepts are being added */
    unsigned clause;
} cells;

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
    double sum;              /* of all rows but the first */
    float *weights;          /* what each occurrence is worth */
    float *chars, *polarity; /* by token: its share of what belongs to many features at once */
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
        out->unit[out->n++] = (float)(worth * e->model->outputs[output].scale);
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
    e->row.n += e->row.n % 2;
    e->clause_row.n += e->clause_row.n % 2;
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

    *row = (lyt_reason){.token = token, .other = other};
    return row;
}

static void add_row(explaining *e, uint32_t token, uint32_t what, double weight)
{
    lyt_reason *row = new_row(e, token, UINT32_MAX);

    e->sum += weight;
    row->what = what;
    row->weight = weight;
    row->heaviest = (float)fabs(weight);
}

/* Without a branch: which is the heavier nobody can foretell. */
static inline void add_to(lyt_reason *to, uint32_t what, float weight)
{
    const float size = fabsf(weight), before = to->heaviest;
    const uint32_t was = to->what;

    to->weight += (double)weight;
    to->heaviest = size > before ? size : before;
    to->what = size > before ? what : was;
}

static inline lyt_reason *own_of(const cells *c, size_t token)
{
    return &c->words[2 * token];
}

static inline lyt_reason *with_last_of(const cells *c, size_t token)
{
    return &c->words[2 * token + 1];
}

/* Of two concepts' words, which may go together by other concepts of theirs too. */
static lyt_reason *row_of_concepts(cells *c, uint32_t token, uint32_t other, unsigned clause)
{
    lyt_reason *row;

    if (other == token + 1)
        return with_last_of(c, other);
    if (c->clause != clause) {
        c->clause = clause;
        c->first = c->n_far;
    }
    for (size_t i = c->first; i < c->n_far; i++)
        if (c->far[i].token == token && c->far[i].other == other)
            return &c->far[i];
    row = &c->far[c->n_far++];
    *row = (lyt_reason){.token = token, .other = other};
    return row;
}

/*
 * weights[i] = x[i] times what row i is worth: n outputs, a constant after inlining. A row counts
 * once in a text: its first occurrence stands for all.
 */
LYT_WALKING void weigh(const explaining *e, const lyt_worth *worth, size_t n, size_t from,
                       size_t to, float factor)
{
    const lyt_row_table table = e->scratch->table;
    const uint32_t *const rows = e->scratch->tally.rows;
    const float *const x = e->scratch->tally.x;
    float *const restrict weights = e->weights;

    for (size_t i = from; i < to; i++) {
        const int8_t *row = (const int8_t *)lyt_row_at(&table, rows[i]) + 1;
        float sum = 0;

        for (size_t k = 0; k < n; k++)
            sum += worth->unit[k] * (float)row[worth->output[k]];
        weights[i] = factor * x[i] * sum;
    }
}

static float worth_at(const lyt_worth *worth, const int8_t *row)
{
    float sum = 0;

    for (size_t k = 0; k < worth->n; k++)
        sum += worth->unit[k] * (float)row[worth->output[k]];
    return sum;
}

/* What each occurrence is worth. */
static void weigh_all(const explaining *e)
{
    const lyt_tally *tally = &e->scratch->tally;
    const lyt_worth worth = e->row;

    for (size_t g = 0, from = 0; g < LYT_GROUPS; from = tally->ends[g++]) {
        if (worth.n == 2)
            weigh(e, &worth, 2, from, tally->ends[g], tally->factor[g]);
        else if (worth.n == 4)
            weigh(e, &worth, 4, from, tally->ends[g], tally->factor[g]);
        else
            weigh(e, &worth, worth.n, from, tally->ends[g], tally->factor[g]);
    }
    for (size_t g = 0, i = 0; e->clause != SIZE_MAX && g < LYT_GROUPS; g++) {
        const float factor = e->scratch->clause_factor[e->clause * LYT_GROUPS + g];

        for (; i < tally->ends[g]; i++)
            if (tally->clauses[i] == e->clause)
                e->weights[i] +=
                    factor * tally->apart[i] *
                    worth_at(&e->clause_row,
                             (const int8_t *)lyt_row_at(&e->scratch->table, tally->rows[i]) + 1);
    }
}

/* Shares of what was counted over the whole text: it belongs to the words that were counted. */
static void share_polarity(explaining *e, const float whole[3])
{
    const lyt_text *text = e->input->text;
    float n[3] = {0, 0, 0}, share[3] = {0, 0, 0};

    for (size_t i = 0; i < text->n_tokens; i++) {
        n[0] += text->tokens[i].polarity < 0;
        n[2] += text->tokens[i].polarity > 0;
    }
    n[1] = n[0] + n[2];
    for (int k = 0; k < 3; k++) {
        share[k] = n[k] > 0 ? whole[k] / n[k] : 0;
        if (!(n[k] > 0) && (whole[k] > 0 || whole[k] < 0))
            add_row(e, UINT32_MAX, lyt_what_polarity, (double)whole[k]);
    }
    share[0] += share[1];
    share[2] += share[1];
    share[1] = 0;
    for (size_t i = 0; i < text->n_tokens; i++) {
        const int polarity = text->tokens[i].polarity;

        e->polarity[i] += share[1 + (polarity > 0) - (polarity < 0)];
    }
}

static void tell_polarities(explaining *e)
{
    const lyt_tally *tally = &e->scratch->tally;
    float whole[3] = {0, 0, 0}; /* of what counts negative, all and positive words */

    for (size_t i = tally->ends[LYT_GROUP_POLARITY - 1]; i < tally->ends[LYT_GROUP_POLARITY]; i++) {
        const uint16_t token = lyt_tally_first(tally->places[i]);
        const int value = (int16_t)lyt_tally_second(tally->places[i]);

        *(token != lyt_no_token ? &e->polarity[token] : &whole[1 + (value > 0) - (value < 0)]) +=
            e->weights[i];
    }
    share_polarity(e, whole);
}

static void share_grams(const explaining *e)
{
    const lyt_grams *grams = &e->scratch->grams;

    if (!(e->model->head->groups >> LYT_GROUP_CHAR & 1))
        return;
    lyt_grams_share(grams, &e->row, e->chars);
    if (e->clause != SIZE_MAX)
        lyt_grams_share_clause(grams, &e->input->text->clauses[e->clause], e->clause,
                               &e->clause_row, e->chars);
}

static uint32_t wide(uint16_t token)
{
    return token == lyt_no_token ? UINT32_MAX : token;
}

/* Each occurrence as a row. */
static void tell_each(explaining *e)
{
    const lyt_tally *tally = &e->scratch->tally;

    for (size_t g = 0, i = 0; g < LYT_GROUPS; g++)
        for (; i < tally->ends[g]; i++) {
            const double weight = (double)e->weights[i];
            uint16_t token = lyt_tally_first(tally->places[i]);
            uint16_t other =
                g == LYT_GROUP_STEM ? (uint16_t)lyt_no_token : lyt_tally_second(tally->places[i]);

            if (g == LYT_GROUP_POLARITY || !(weight > 0 || weight < 0))
                continue;
            /* the first bigram begins before the text */
            if (token == lyt_no_token) {
                token = other;
                other = lyt_no_token;
            }
            add_row(e, wide(token), (uint32_t)i + 1, weight);
            e->rows[e->n - 1].other = wide(other);
        }
    for (uint32_t i = 0; i < e->input->text->n_tokens; i++) {
        if (e->chars[i] > 0 || e->chars[i] < 0)
            add_row(e, i, lyt_what_chars, (double)e->chars[i]);
        if (e->polarity[i] > 0 || e->polarity[i] < 0)
            add_row(e, i, lyt_what_polarity, (double)e->polarity[i]);
    }
}

LYT_WALKING lyt_reason *row_at(explaining *e, cells *c, lyt_group group, uint32_t place)
{
    const uint16_t token = lyt_tally_first(place), other = lyt_tally_second(place);

    if (group == LYT_GROUP_STEM || other == lyt_no_token)
        return own_of(c, token);
    if (group == LYT_GROUP_CONCEPT)
        return row_of_concepts(c, token, other, e->input->text->tokens[other].clause);
    /* the first bigram begins before the text */
    return token == lyt_no_token ? own_of(c, other) : with_last_of(c, other);
}

/* The group's occurrences into the rows of their words. */
LYT_WALKING void gather_group(explaining *e, cells *c, lyt_group group)
{
    const lyt_tally *tally = &e->scratch->tally;
    const size_t end = tally->ends[group];
    double sum = 0;

    for (size_t i = group ? tally->ends[group - 1] : 0; i < end; i++) {
        sum += (double)e->weights[i];
        add_to(row_at(e, c, group, tally->places[i]), (uint32_t)i + 1, e->weights[i]);
    }
    e->sum += sum;
}

static void gather_words(explaining *e, cells *c)
{
    for (size_t i = 0; i < e->input->text->n_tokens; i++) {
        add_to(own_of(c, i), lyt_what_chars, e->chars[i]);
        add_to(own_of(c, i), lyt_what_polarity, e->polarity[i]);
        e->sum += (double)e->chars[i] + (double)e->polarity[i];
    }
}

/* The first rows are the words', then those of words apart; others may follow those. */
static void make_cells(explaining *e, cells *c)
{
    const size_t n = e->input->text->n_tokens;

    *c = (cells){.words = e->rows + e->n, .clause = lyt_no_clause};
    for (uint32_t i = 0; i < n; i++) {
        (void)new_row(e, i, UINT32_MAX);
        (void)new_row(e, i ? i - 1 : 0, i);
    }
    c->far = e->rows + e->n;
}

static void gather(explaining *e, cells *c)
{
    make_cells(e, c);
    gather_group(e, c, LYT_GROUP_STEM);
    gather_group(e, c, LYT_GROUP_BIGRAM);
    gather_group(e, c, LYT_GROUP_CONCEPT);
    gather_words(e, c);
    e->n += c->n_far;
}

/* token: of the whole text; of a part's other words nobody is told which they are. */
static void add_lesson(explaining *e, cells *c, uint32_t token, double weight)
{
    if (token != lyt_no_token) {
        const bool is_here =
            token >= e->input->first && token - e->input->first < e->input->text->n_tokens;

        token = is_here ? token - e->input->first : lyt_no_token;
    }
    if (!c || token == lyt_no_token) {
        add_row(e, token == lyt_no_token ? UINT32_MAX : token, lyt_what_lesson, weight);
        return;
    }
    e->sum += (double)(float)weight;
    add_to(own_of(c, token), lyt_what_lesson, (float)weight);
}

/* A lesson's share of a word, through what its margin is worth where a margin is what it moves. */
static void add_lessons(explaining *e, cells *c)
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
            add_lesson(e, c, term->token, weight);
    }
}

/* A cue is a row of its own. */
static void add_cues(explaining *e)
{
    for (uint32_t i = 0; i < e->input->n_cues; i++) {
        const lyt_cue *cue = &e->input->cues[i];

        if (cue->id < e->model->head->n_cues)
            add_row(e, cue->first, lyt_what_cue | i, cue_worth(e, cue));
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

static lyt_status begin(explaining *e)
{
    const lyt_layout *layout = &e->model->layout;
    const size_t n = e->input->text->n_tokens;

    e->logit = e->scratch->logit[e->label];
    e->weights = lyt_arena_room(e->arena, e->scratch->tally.n, sizeof *e->weights);
    e->chars = lyt_arena_array(e->arena, 2 * n, sizeof *e->chars);
    e->polarity = e->chars + n;
    e->worth = lyt_arena_array(e->arena, layout->n_outputs, sizeof *e->worth);
    e->clause_worth = lyt_arena_array(e->arena, layout->n_in_clauses + 1, sizeof *e->clause_worth);
    if (!e->weights || !e->chars || !e->worth || !e->clause_worth)
        return lyt_arena_status(e->arena);
    set_worth(e);
    set_row_worths(e);
    return make_rows(e);
}

/*
 * The first row is what is there without a word: all that the others do not say. It is computed
 * from the logit, so that the sums of floats of the one and of doubles of the other do not differ.
 * c: NULL where each reason is a row of its own.
 */
static lyt_status explain(explaining *e, cells *c)
{
    lyt_status status = begin(e);

    if (status)
        return status;
    add_row(e, UINT32_MAX, lyt_what_bias, 0);
    weigh_all(e);
    share_grams(e);
    tell_polarities(e);
    if (c)
        gather(e, c);
    else
        tell_each(e);
    add_cues(e);
    add_lessons(e, c);
    e->rows[0].weight = e->logit - e->sum;
    e->rows[0].heaviest = (float)fabs(e->rows[0].weight);
    return LYT_OK;
}

lyt_status lyt_model_explain_scored(const lyt_model *model, lyt_scratch *scratch,
                                    const lyt_input *input, size_t label, lyt_arena *arena,
                                    lyt_reason **out, size_t *n)
{
    explaining e = {.model = model,
                    .scratch = scratch,
                    .input = input,
                    .label = label,
                    .clause = SIZE_MAX,
                    .arena = arena};
    cells c;
    lyt_status status = explain(&e, &c);

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
        status = explain(&e, NULL);
    if (!status) {
        *out = e.rows;
        *n = e.n;
    }
    return status;
}
