#include <stdlib.h>
#include <string.h>

#include "curve.h"
#include "fit.h"
#include "hash.h"
#include "mem.h"
#include "scope.h"

enum {
    tuning_folds = 3,
    tuning_passes = 5,
    folds = 5,
    passes = 10,
    tuned_from = 20, /* messages; fewer say nothing about a recipe */
    many = 12000,    /* messages; of so many one fold says enough */
    leant_on = 4000, /* messages; of so many, what was learned elsewhere is of no use */
};

/*
 * Right answers, of all messages, that a model without "none" gives up to be able to
 * refuse what is like none of its labels.
 */
static const double scope_cost = 0.015;

/* Where most tasks of the kind end up. */
static const lyt_recipe usual_of_several = {.c = 0.3,
                                            .idf_power = 1,
                                            .bigram = 1,
                                            .polarity = 0.5,
                                            .concept = 0.7,
                                            .damping = 0.25,
                                            .topics = 0.8};
static const lyt_recipe usual_of_one = {
    .c = 0.15, .idf_power = 1, .bigram = 0.7, .polarity = 0.5, .concept = 0.5, .topics = 0.8};

typedef struct training {
    const lyt_corpus *corpus;
    const lyt_train_options *options;
    const lyt_alloc *alloc;
    const lyt_model *prior, *topics;
    bool is_multi, has_none;
    bool is_closed; /* neither: none is added behind all training */
    lyt_layout layout;
    size_t n_labels, n_outputs; /* of the layout */
    lyt_dataset *dataset;
    lyt_fit *fit;
    lyt_weighed weighed;
    bool is_weighed;
    lyt_recipe recipe;
    float *margin, *clause_margin;
    float *scope, *in_scope; /* where is_closed: of each column, of each message */
    lyt_sigmoid *sigmoids;   /* of each output; slope 0: a label that is blended */
    lyt_blend blend;
    lyt_curve curve;
    lyt_mixing mixing; /* of one label a message */
    lyt_thresholds thresholds;
    lyt_error *err;
} training;

uint64_t lyt_cues_hash(const lyt_cue *cues, uint32_t n_cues)
{
    uint64_t hash = n_cues;

    for (uint32_t i = 0; i < n_cues; i++) {
        uint32_t prior;

        memcpy(&prior, &cues[i].prior, sizeof prior);
        hash = lyt_hash_pair(hash, lyt_hash_str(cues[i].name, cues[i].label));
        hash = lyt_hash_pair(hash, prior);
    }
    return hash;
}

static lyt_status no_memory(const training *t)
{
    return lyt_error_set(t->err, LYT_ENOMEM, "out of memory");
}

static lyt_status report(const training *t, const char *stage, double done)
{
    const lyt_train_options *o = t->options;

    return o->progress && !o->progress(o->context, stage, done)
               ? lyt_error_set(t->err, LYT_ESTATE, "stopped")
               : LYT_OK;
}

/* Weighs the dataset anew unless only C differs. */
static lyt_status use_recipe(training *t, const lyt_recipe *recipe)
{
    const lyt_recipe *now = &t->weighed.recipe;

    if (t->is_weighed && now->idf_power == recipe->idf_power && now->polarity == recipe->polarity &&
        now->concept == recipe->concept && now->bigram == recipe->bigram &&
        now->topics == recipe->topics) {
        t->weighed.recipe = *recipe;
        return LYT_OK;
    }
    if (t->is_weighed)
        lyt_dataset_unweigh(&t->weighed);
    t->is_weighed = false;
    if (lyt_dataset_weigh(t->dataset, recipe, t->prior, t->topics, &t->weighed))
        return no_memory(t);
    t->is_weighed = true;
    return LYT_OK;
}

typedef struct judged {
    float margin;
    uint32_t truth;
} judged;

static int by_margin(const void *a, const void *b)
{
    const judged *x = a, *y = b;

    /* among equals the false first: a scorer earns nothing by a tie */
    if (x->margin == y->margin)
        return (x->truth > y->truth) - (x->truth < y->truth);
    return x->margin < y->margin ? 1 : -1;
}

static lyt_fit_plan tuning_plan(const training *t)
{
    return (lyt_fit_plan){tuning_folds, t->dataset->n < many ? tuning_folds : 1, tuning_passes};
}

static bool is_tuned_on(const training *t, size_t message)
{
    const lyt_fit_plan plan = tuning_plan(t);

    return t->dataset->fold[message] % plan.folds < plan.tested;
}

/* Area under precision over recall, over all (message, label) pairs. */
static lyt_status average_precision(const training *t, double *out)
{
    const size_t most = t->dataset->n * t->n_labels;
    const uint8_t *truth = lyt_fit_truth(t->fit);
    judged *sorted = lyt_mem_array(t->alloc, most, sizeof *sorted);
    double sum = 0;
    size_t right = 0, n = 0;

    if (!sorted)
        return no_memory(t);
    for (size_t i = 0; i < most; i++) {
        const size_t at = i / t->n_labels * t->n_outputs + i % t->n_labels;

        if (is_tuned_on(t, i / t->n_labels))
            sorted[n++] = (judged){t->margin[at], truth[at]};
    }
    qsort(sorted, n, sizeof *sorted, by_margin);
    for (size_t i = 0; i < n; i++) {
        if (sorted[i].truth)
            sum += (double)++right / (double)(i + 1);
    }
    lyt_mem_free(t->alloc, sorted);
    *out = right ? sum / (double)right : 0;
    return LYT_OK;
}

static double accuracy(const training *t)
{
    const uint8_t *truth = lyt_fit_truth(t->fit);
    size_t right = 0, n = 0;

    for (size_t i = 0; i < t->dataset->n; i++) {
        const float *margin = t->margin + i * t->n_outputs;
        size_t best = 0;

        if (!is_tuned_on(t, i))
            continue;
        n++;
        for (size_t k = 1; k < t->n_outputs; k++)
            best = margin[k] > margin[best] ? k : best;
        right += truth[i * t->n_outputs + best];
    }
    return n ? (double)right / (double)n : 0;
}

static lyt_status blend(training *t, double *offset, double *logit, double *any)
{
    const lyt_layout *layout = &t->layout;
    const lyt_blend_data data = {
        .alloc = t->alloc,
        .n = t->dataset->n,
        .n_labels = t->n_labels,
        .n_outputs = t->n_outputs,
        .topic = layout->topic,
        .negative = layout->negative,
        .positive = layout->positive,
        .has_topics = layout->has_topics,
        .message = t->margin,
        .clause = t->clause_margin,
        .first_clause = t->dataset->first_clause,
        .truth = lyt_fit_truth(t->fit),
        .positives = lyt_fit_positives(t->fit),
    };
    const lyt_logits logits = {data.n, t->n_labels, logit, any, data.truth, t->n_outputs};

    if (lyt_blend_fit(&data, &t->blend, offset, logit, any) ||
        lyt_calibrate_thresholds(&logits, t->alloc, &t->thresholds))
        return no_memory(t);
    t->blend.any_threshold = t->thresholds.any;
    for (size_t k = 0; k < t->n_outputs; k++)
        t->sigmoids[k] = k < t->n_labels && data.positives[k] ? (lyt_sigmoid){0, offset[k]}
                                                              : lyt_calibrate_default;
    return LYT_OK;
}

static lyt_status judge(training *t, const lyt_recipe *recipe, double *out)
{
    const lyt_fit_plan plan = tuning_plan(t);
    lyt_status status = use_recipe(t, recipe);

    if (status)
        return status;
    lyt_fit_margins(t->fit, &t->weighed, &plan, t->margin, NULL);
    if (t->is_multi)
        return average_precision(t, out);
    *out = accuracy(t);
    return LYT_OK;
}

typedef enum ingredient { IDF, BIGRAM, CONCEPT, POLARITY, TOPICS, DAMPING, COST } ingredient;

static double *ingredient_of(lyt_recipe *recipe, ingredient what)
{
    switch (what) {
    case IDF:
        return &recipe->idf_power;
    case BIGRAM:
        return &recipe->bigram;
    case CONCEPT:
        return &recipe->concept
        ;
    case POLARITY:
        return &recipe->polarity;
    case TOPICS:
        return &recipe->topics;
    case DAMPING:
        return &recipe->damping;
    case COST:
        break;
    }
    return &recipe->c;
}

typedef struct attempt {
    ingredient what;
    double value;
} attempt;

/* Other weights of bigrams were worth nothing where a message has several labels. */
static const attempt of_several[] = {
    {IDF, 0.75},  {IDF, 0.5},    {TOPICS, 0},     {CONCEPT, 1}, {CONCEPT, 0.35},
    {CONCEPT, 0}, {POLARITY, 1}, {POLARITY, 0.3}, {DAMPING, 0}, {COST, 0.1},
    {COST, 0.2},  {COST, 0.5},   {COST, 1},
};
static const attempt of_one[] = {
    {IDF, 0.75},    {IDF, 0.5},   {TOPICS, 0},   {BIGRAM, 1},     {CONCEPT, 1},
    {CONCEPT, 0.3}, {CONCEPT, 0}, {POLARITY, 1}, {POLARITY, 0.3}, {DAMPING, 0.25},
    {COST, 0.05},   {COST, 0.1},  {COST, 0.2},   {COST, 0.5},     {COST, 1},
};

/*
 * One ingredient after the other, each from where the last one led: a full grid
 * costs five times as much and is flat around its optimum.
 */
static lyt_status tune(training *t)
{
    const attempt *tries = t->is_multi ? of_several : of_one;
    const size_t n_tries =
        t->is_multi ? sizeof of_several / sizeof *of_several : sizeof of_one / sizeof *of_one;
    /* less than this is noise */
    const double least = 0.0005;
    double best;
    lyt_status status;

    if (t->options->fixed_recipe || t->dataset->n < tuned_from)
        return LYT_OK;
    status = judge(t, &t->recipe, &best);
    for (size_t i = 0; !status && i < n_tries; i++) {
        lyt_recipe tried = t->recipe;
        double now, *value = ingredient_of(&tried, tries[i].what);

        if (*value == tries[i].value || (tries[i].what == TOPICS && !t->weighed.topics.n))
            continue;
        *value = tries[i].value;
        status = report(t, "tuning", (double)(i + 1) / (double)(n_tries + 1));
        if (!status)
            status = judge(t, &tried, &now);
        if (!status && now > best + least) {
            best = now;
            t->recipe = tried;
        }
    }
    return status;
}

static lyt_status calibrate_multi(training *t)
{
    const size_t n = t->dataset->n;
    double *offset = lyt_mem_array(t->alloc, t->n_labels, sizeof *offset);
    double *logit = lyt_mem_array(t->alloc, n * t->n_labels, sizeof *logit);
    double *any = lyt_mem_array(t->alloc, n, sizeof *any);
    lyt_status status = offset && logit && any ? blend(t, offset, logit, any) : no_memory(t);

    lyt_mem_free(t->alloc, offset);
    lyt_mem_free(t->alloc, logit);
    lyt_mem_free(t->alloc, any);
    return status;
}

/* What is refused: with none by what is said of it; without, by what no label says. */
static lyt_status find_limits(training *t, const lyt_margins *margins)
{
    if (t->has_none) {
        t->thresholds.label = lyt_curve_detection(margins, &t->curve);
        return LYT_OK;
    }
    t->thresholds.label = 0.5;
    t->scope = lyt_mem_array(t->alloc, t->weighed.n_columns, sizeof *t->scope);
    t->in_scope = lyt_mem_array(t->alloc, margins->n, sizeof *t->in_scope);
    return !t->scope || !t->in_scope ||
                   lyt_scope_fit(t->dataset, &t->weighed, folds, t->scope, t->in_scope)
               ? LYT_ENOMEM
               : lyt_curve_scope(margins, t->in_scope, scope_cost, t->alloc, &t->curve.none);
}

/* Probabilities as good as a guess. */
static lyt_status leave_bare(training *t)
{
    t->thresholds = (lyt_thresholds){.label = 0.5, .any = 1};
    t->blend.any_threshold = 1;
    for (size_t k = 0; k < t->n_outputs; k++)
        t->sigmoids[k] = lyt_calibrate_default;
    return use_recipe(t, &t->recipe) ? no_memory(t) : LYT_OK;
}

static lyt_status calibrate(training *t)
{
    const lyt_margins margins = {
        .n = t->dataset->n,
        .n_outputs = t->n_outputs,
        .margin = t->margin,
        .truth = lyt_fit_truth(t->fit),
        .positives = lyt_fit_positives(t->fit),
    };
    lyt_status status = report(t, "checking", 0);

    if (!status)
        status = use_recipe(t, &t->recipe);
    if (status)
        return status;
    lyt_fit_margins(t->fit, &t->weighed, &(lyt_fit_plan){folds, folds, passes}, t->margin,
                    t->clause_margin);
    if (t->is_multi)
        return calibrate_multi(t);
    if (lyt_mixing_fit(&margins, t->dataset->fold, t->alloc, &t->mixing))
        return no_memory(t);
    lyt_mixing_apply(&t->mixing, t->margin, t->dataset->n);
    return lyt_curve_fit(&margins, t->has_none, t->alloc, &t->curve) || find_limits(t, &margins)
               ? no_memory(t)
               : LYT_OK;
}

static lyt_status assemble(const training *t, const lyt_fit_result *result, lyt_model **out)
{
    const lyt_train_options *o = t->options;
    lyt_model_parts parts = {
        .head =
            {
                .corpus_hash = lyt_corpus_hash(t->corpus),
                .lexis_hash = o->lexis ? lyt_lexis_hash(o->lexis) : 0,
                .cues_hash = lyt_cues_hash(o->cues, o->n_cues),
                .prior_hash = t->prior ? t->prior->checksum : 0,
                .n_messages = t->dataset->n,
                .n_features = t->dataset->n_features,
                .n_labels = (uint32_t)t->n_labels,
                .n_outputs = (uint32_t)(t->n_outputs + t->is_closed),
                .n_cues = o->n_cues,
                .hash_bits = t->dataset->hash_bits,
                .stride = (uint32_t)result->stride,
                .groups = t->weighed.groups,
                .is_multi = t->is_multi,
                .has_none = t->has_none || t->is_closed,
                .is_closed = t->is_closed,
                .has_topics = t->layout.has_topics,
                .threshold = t->thresholds.label,
                .micro_f1 = t->thresholds.micro_f1,
                .detect_f1 = t->thresholds.detect_f1,
                .blend = t->blend,
                .curve = t->curve,
            },
        .outputs = result->outputs,
        .rows = result->rows,
        .cues = result->cues,
        .said = o->cues,
        .vocab = t->dataset->vocab,
    };
    const char **labels = lyt_mem_array(t->alloc, t->n_labels, sizeof *labels);
    lyt_buf file;
    lyt_status status;

    if (!labels)
        return no_memory(t);
    for (size_t i = 0; i < t->n_labels; i++)
        labels[i] = lyt_corpus_label(t->corpus, i);
    parts.labels = labels;
    memcpy(parts.head.idf, t->weighed.idf, sizeof parts.head.idf);
    memcpy(parts.head.weights, t->weighed.weights, sizeof parts.head.weights);
    lyt_buf_init(&file, t->alloc);
    lyt_modelview_write(&parts, &file);
    status = lyt_buf_status(&file);
    if (status)
        lyt_error_set(t->err, status, "%s", lyt_status_text(status));
    else
        status = lyt_modelview_open(out, t->alloc, lyt_buf_str(&file), t->err);
    if (!status)
        (*out)->owned = (uint8_t *)lyt_buf_take(&file);
    lyt_buf_deinit(&file);
    lyt_mem_free(t->alloc, labels);
    return status;
}

static void set_outputs(const training *t, lyt_output *outputs)
{
    for (size_t k = 0; k < t->n_outputs; k++) {
        size_t label;

        outputs[k].kind = (uint32_t)lyt_layout_kind(&t->layout, k, &label);
        outputs[k].label = (uint32_t)label;
        outputs[k].slope = t->sigmoids[k].slope;
        outputs[k].offset = t->sigmoids[k].offset;
    }
    if (t->is_closed)
        outputs[t->n_outputs].kind = LYT_OUTPUT_NONE;
}

static lyt_status finish(const training *t, lyt_model **out)
{
    const size_t n_rows = (size_t)1 << t->dataset->hash_bits, n = t->n_outputs + t->is_closed;
    lyt_fit_result result = {.stride = (n + 1 + 3) / 4 * 4, .n_cue_outputs = n};
    lyt_status status = LYT_ENOMEM;

    result.outputs = lyt_mem_array(t->alloc, n, sizeof *result.outputs);
    result.rows = lyt_mem_array(t->alloc, n_rows, result.stride);
    result.cues = lyt_mem_array(t->alloc, t->options->n_cues, n * sizeof *result.cues);
    if (result.outputs && result.rows && result.cues) {
        for (size_t row = 0; row < n_rows; row++)
            result.rows[row * result.stride] = t->weighed.codes[row];
        status = lyt_fit_all(t->fit, &t->weighed, passes, &t->mixing, &result);
        if (t->is_closed)
            lyt_fit_put(t->fit, t->scope, t->n_outputs, &result);
    }
    if (status) {
        no_memory(t);
    } else {
        set_outputs(t, result.outputs);
        status = assemble(t, &result, out);
    }
    lyt_mem_free(t->alloc, result.outputs);
    lyt_mem_free(t->alloc, result.rows);
    lyt_mem_free(t->alloc, result.cues);
    return status;
}

/*
 * What was learned elsewhere is the less to be leant on the more there is to learn from here. Of
 * hospitality reviews, those unseen: average precision .36 to .42 with 100 in two languages, .50
 * to .52 with 300, .60 to .61 with 800, and nothing or less with 2,500.
 */
static void lean_on_topics(training *t)
{
    const double share = 1 - (double)lyt_corpus_size(t->corpus) / leant_on;

    t->topics = share > 0 ? t->options->topics : NULL;
    t->recipe.topics *= share > 0 ? share : 0;
}

static lyt_status prepare(training *t)
{
    const lyt_fit_options fit = {
        .topics = t->topics,
        .alloc = t->alloc,
        .cues = t->options->cues,
        .n_cues = t->options->n_cues,
        .layout = t->layout,
        .prior = t->prior,
        .seed = t->options->seed,
    };
    lyt_fit_options with = fit;
    lyt_status status = lyt_dataset_new(&t->dataset, t->corpus, t->options, t->err);

    if (status)
        return status;
    with.dataset = t->dataset;
    t->margin = lyt_mem_array(t->alloc, t->dataset->n * t->n_outputs, sizeof *t->margin);
    t->clause_margin = lyt_mem_array(
        t->alloc, t->dataset->first_clause[t->dataset->n] * t->layout.n_in_clauses + 1,
        sizeof *t->clause_margin);
    t->sigmoids = lyt_mem_array(t->alloc, t->n_outputs, sizeof *t->sigmoids);
    return !t->margin || !t->clause_margin || !t->sigmoids || lyt_fit_new(&t->fit, &with)
               ? no_memory(t)
               : LYT_OK;
}

static lyt_status check(const training *t)
{
    const lyt_train_options *o = t->options;

    if (!t->n_labels)
        return lyt_error_set(
            t->err, LYT_EINVAL,
            "no message has a label beside none; a line is __label__NAME, a space, the text");
    if (lyt_corpus_size(t->corpus) < 2 && !o->n_cues)
        return lyt_error_set(t->err, LYT_EINVAL, "fewer than two messages");
    if (o->hash_bits && (o->hash_bits < lyt_hash_bits_min || o->hash_bits > lyt_hash_bits_max))
        return lyt_error_set(t->err, LYT_EINVAL, "hash_bits must be %d to %d", lyt_hash_bits_min,
                             lyt_hash_bits_max);
    if (o->n_cues > lyt_cues_max)
        return lyt_error_set(t->err, LYT_EINVAL, "more than %d cues", lyt_cues_max);
    return LYT_OK;
}

lyt_status lyt_model_train(lyt_model **out, const lyt_corpus *corpus,
                           const lyt_train_options *options, lyt_error *err)
{
    training t = {.corpus = corpus, .options = options, .alloc = options->alloc, .err = err};
    lyt_status status;

    t.mixing.alloc = t.alloc;
    t.n_labels = lyt_corpus_labels(corpus);
    t.is_multi = options->is_multi || lyt_corpus_is_multi(corpus);
    for (size_t i = 0; !t.is_multi && !t.has_none && i < lyt_corpus_size(corpus); i++)
        t.has_none = !lyt_corpus_at(corpus, i)->n_labels;
    t.is_closed = !t.is_multi && !t.has_none;
    t.layout = lyt_layout_of(t.n_labels, t.is_multi, t.has_none, lyt_corpus_has_opinions(corpus));
    t.n_outputs = t.layout.n_outputs;
    t.prior = options->prior;
    if (t.prior && options->hash_bits && options->hash_bits < t.prior->head->hash_bits)
        t.prior = NULL;
    t.recipe = t.is_multi ? usual_of_several : usual_of_one;
    lean_on_topics(&t);
    status = check(&t);
    if (!status)
        status = prepare(&t);
    if (!status)
        status = tune(&t);
    if (!status)
        status = options->is_bare && t.is_multi ? leave_bare(&t) : calibrate(&t);
    if (!status)
        status = report(&t, "fitting", 0);
    if (!status)
        status = finish(&t, out);
    if (t.is_weighed)
        lyt_dataset_unweigh(&t.weighed);
    lyt_fit_free(t.fit);
    lyt_dataset_free(t.dataset);
    lyt_mixing_free(&t.mixing);
    lyt_mem_free(t.alloc, t.margin);
    lyt_mem_free(t.alloc, t.clause_margin);
    lyt_mem_free(t.alloc, t.sigmoids);
    lyt_mem_free(t.alloc, t.scope);
    lyt_mem_free(t.alloc, t.in_scope);
    return status;
}
