#include "modelview.h"

typedef struct explaining {
    const lyt_model *model;
    const lyt_scratch *scratch;
    const lyt_input *input;
    size_t label;
    double unit;            /* of a weight of the label's output, in the logit */
    const lyt_output *none; /* whose weights count the other way; NULL for none */
    double none_unit;
    double whole[3]; /* of polarity counted over the text: negative, all, positive */
    lyt_arena *arena;
    lyt_reason *rows;
    size_t n;
} explaining;

/* A single-label logit is against none. */
static void set_units(explaining *e)
{
    const lyt_model_head *head = e->model->head;
    const lyt_output *output = &e->model->outputs[e->label];

    e->unit = output->slope * output->scale;
    if (head->is_multi || !head->has_none)
        return;
    e->none = &e->model->outputs[head->n_labels];
    e->none_unit = e->none->slope * e->none->scale;
}

/* What a row is worth in the logit. */
static double worth(const explaining *e, size_t row)
{
    const lyt_model_head *head = e->model->head;
    const int8_t *weight = (const int8_t *)(e->model->rows + row * head->stride + 1);

    return e->none ? e->unit * weight[e->label] - e->none_unit * weight[head->n_labels]
                   : e->unit * weight[e->label];
}

static double cue_worth(const explaining *e, size_t id)
{
    const lyt_model_head *head = e->model->head;
    const float *weight = e->model->cues + id * head->n_outputs;
    double sum = e->model->outputs[e->label].slope * (double)weight[e->label];

    return e->none ? sum - e->none->slope * (double)weight[head->n_labels] : sum;
}

static double bias_worth(const explaining *e)
{
    const lyt_output *output = &e->model->outputs[e->label];
    double sum = output->slope * output->bias + output->offset;

    return e->none ? sum - (e->none->slope * e->none->bias + e->none->offset) : sum;
}

static uint32_t token_of(uint16_t token)
{
    return token == lyt_no_token ? UINT32_MAX : token;
}

/* There is room: make_rows(). */
static void add(explaining *e, lyt_reason reason)
{
    e->rows[e->n++] = reason;
}

static void add_named(explaining *e, uint32_t token, lyt_str name, double weight)
{
    add(e, (lyt_reason){token, UINT32_MAX, UINT32_MAX, weight, name, NULL});
}

static void add_feature(explaining *e, const lyt_feature *feature, double weight)
{
    uint32_t token = token_of(feature->token), other = token_of(feature->other);

    if (token == UINT32_MAX) {
        /* the first bigram begins before the text */
        token = other;
        other = UINT32_MAX;
    }
    add(e, (lyt_reason){token, other, UINT32_MAX, weight, {NULL, 0}, feature});
}

static bool is_counted(int polarity, int sign)
{
    return polarity && (!sign || (polarity < 0) == (sign < 0));
}

/* What was counted over the whole text belongs to the words that were counted. */
static void share_polarity(explaining *e, double *polarity, int sign, double weight)
{
    const lyt_token *tokens = e->input->text->tokens;
    const size_t n_tokens = e->input->text->n_tokens;
    size_t n = 0;

    if (!(weight > 0 || weight < 0))
        return;
    for (size_t i = 0; i < n_tokens; i++)
        n += is_counted(tokens[i].polarity, sign);
    if (!n)
        add_named(e, UINT32_MAX, LYT_STR("polarity"), weight);
    for (size_t i = 0; i < n_tokens && n; i++)
        if (is_counted(tokens[i].polarity, sign))
            polarity[i] += weight / (double)n;
}

static void add_occurrence(explaining *e, double *polarity, size_t i)
{
    const lyt_feature *feature = &e->scratch->features.items[i];
    const lyt_entry *entry = &e->scratch->vector.items[e->scratch->vector.entry_of[i]];
    const double x = entry->tf == 1 ? entry->x : entry->x / entry->tf;
    const double weight = x * worth(e, entry->key);

    if (feature->group != LYT_GROUP_POLARITY) {
        /* written down in any case and kept if it is not 0: nobody can guess which are */
        add_feature(e, feature, weight);
        e->n -= !(weight > 0 || weight < 0);
    } else if (feature->token != lyt_no_token) {
        polarity[feature->token] += weight;
    } else {
        e->whole[(feature->value > 0) - (feature->value < 0) + 1] += weight;
    }
}

static void add_shares(explaining *e, const double *chars, const double *polarity)
{
    const lyt_text *text = e->input->text;

    for (size_t i = 0; i < text->n_tokens; i++) {
        if (chars[i] > 0 || chars[i] < 0)
            add_named(e, (uint32_t)i, LYT_STR("char"), chars[i]);
        if (polarity[i] > 0 || polarity[i] < 0)
            add_named(e, (uint32_t)i, lyt_feature_polarity_name(text->tokens[i].polarity),
                      polarity[i]);
    }
}

static void share_grams(const explaining *e, double *chars)
{
    const lyt_model_head *head = e->model->head;
    const lyt_grams *grams = &e->scratch->grams;

    if (!(head->groups >> LYT_GROUP_CHAR & 1))
        return;
    lyt_grams_share(grams, e->label, e->unit, chars);
    if (e->none)
        lyt_grams_share(grams, head->n_labels, -e->none_unit, chars);
}

static void add_cues(explaining *e)
{
    for (size_t i = 0; i < e->input->n_cues; i++) {
        const lyt_cue *cue = &e->input->cues[i];

        if (cue->id < e->model->head->n_cues)
            add(e, (lyt_reason){cue->first, UINT32_MAX, (uint32_t)i,
                                (double)cue->value * cue_worth(e, cue->id),
                                cue->name.ptr ? cue->name : LYT_STR("cue"), NULL});
    }
}

/* The bias, each feature, each token's characters and polarity, each cue: no more can come. */
static lyt_status make_rows(explaining *e)
{
    const size_t n = 1 + e->scratch->features.n + 2 * e->input->text->n_tokens + e->input->n_cues;

    e->rows = lyt_arena_room(e->arena, n, sizeof *e->rows);
    return e->rows ? LYT_OK : lyt_arena_status(e->arena);
}

lyt_status lyt_model_explain_scored(const lyt_model *model, lyt_scratch *scratch,
                                    const lyt_input *input, size_t label, lyt_arena *arena,
                                    lyt_reason **out, size_t *n)
{
    explaining e = {
        .model = model, .scratch = scratch, .input = input, .label = label, .arena = arena};
    const size_t n_tokens = input->text->n_tokens;
    double *polarity = lyt_arena_array(arena, n_tokens, sizeof *polarity);
    double *chars = lyt_arena_array(arena, n_tokens, sizeof *chars);
    lyt_status status = polarity && chars ? make_rows(&e) : lyt_arena_status(arena);

    if (status)
        return status;
    set_units(&e);
    share_grams(&e, chars);
    add_named(&e, UINT32_MAX, LYT_STR("bias"), bias_worth(&e));
    for (size_t i = 0; i < scratch->features.n; i++)
        add_occurrence(&e, polarity, i);
    for (int sign = -1; sign <= 1; sign++)
        share_polarity(&e, polarity, sign, e.whole[sign + 1]);
    add_shares(&e, chars, polarity);
    add_cues(&e);
    *out = e.rows;
    *n = e.n;
    return LYT_OK;
}

lyt_status lyt_model_explain(const lyt_model *model, lyt_scratch *scratch, const lyt_input *input,
                             size_t label, lyt_arena *arena, lyt_reason **out, size_t *n)
{
    lyt_status status = lyt_modelview_margins(model, scratch, input);

    return status ? status : lyt_model_explain_scored(model, scratch, input, label, arena, out, n);
}

lyt_str lyt_reason_name(const lyt_reason *reason, const lyt_text *text, lyt_arena *arena)
{
    return reason->feature ? lyt_feature_name(reason->feature, text, arena) : reason->name;
}
