#include "topics.h"

#include "fit.h"
#include "modelbed.h"

LYT_SUITE(topics);

/* What another house learned to tell apart: names of dishes, and of what is in a bathroom. */
static const char elsewhere[] =
    "__label__meal the lasagne was bad\n__label__meal a bad risotto\n__label__meal bad ravioli\n"
    "__label__meal the gnocchi was bad\n__label__meal lasagne and ravioli, bad\n"
    "__label__bath the bidet was bad\n__label__bath a bad faucet\n__label__bath bad showerhead\n"
    "__label__bath the washbasin was bad\n__label__bath bidet and faucet, bad\n"
    "__label__none lovely stay\n__label__none great view\n__label__none good morning\n";

/* Two of each are known here, under other names. */
static const char here[] =
    "__label__kitchen the lasagne was bad\n__label__kitchen a bad risotto again\n"
    "__label__repair the bidet was bad\n__label__repair a bad faucet again\n"
    "__label__none lovely place\n__label__none great people\n__label__none good to be here\n";

static lyt_model *teach(const char *lines, const lyt_model *topics)
{
    lyt_train_options options;
    lyt_model *model;
    bed b;

    bed_open(&b, lines);
    options = bed_options(&b);
    options.topics = topics;
    options.is_multi = true;
    model = bed_train(&b, &options);
    bed_close(&b);
    return model;
}

/* By how much the first label (kitchen) is more likely than the second (repair), in log-odds. */
static double lead(const lyt_model *model, const char *utf8)
{
    lyt_scratch *scratch;
    lyt_scores scores;
    lyt_text text;
    double out;
    bed b;

    bed_open(&b, here);
    text = bed_text(&b, utf8);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    cr_assert_eq(lyt_model_score(model, scratch, &(lyt_input){.text = &text}, b.arena, &scores),
                 LYT_OK);
    out = scores.logit[0] - scores.logit[1];
    lyt_scratch_free(scratch);
    bed_close(&b);
    return out;
}

Test(topics, words_known_elsewhere_are_told_apart_by_a_few_that_are_known_here)
{
    static const struct {
        int line;
        const char *text;
        int sign;
    } rows[] = {
        {__LINE__, "lasagne, ravioli", 1},
        {__LINE__, "gnocchi and lasagne", 1},
        {__LINE__, "bidet, washbasin", -1},
        {__LINE__, "faucet and showerhead", -1},
    };
    lyt_model *topics = teach(elsewhere, NULL), *alone = teach(here, NULL),
              *with = teach(here, topics);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_gt(rows[i].sign * lead(with, rows[i].text),
                     rows[i].sign * lead(alone, rows[i].text) + .05, "row at line %d: %g, %g",
                     rows[i].line, lead(with, rows[i].text), lead(alone, rows[i].text));
    lyt_model_free(with);
    lyt_model_free(alone);
    lyt_model_free(topics);
}

Test(topics, tables_of_more_rows_than_the_new_one_are_not_used)
{
    lyt_model *topics = teach(elsewhere, NULL);

    cr_expect_eq(lyt_topics_columns(topics, 12), topics->head->n_outputs);
    cr_expect_eq(lyt_topics_columns(topics, 11), 0);
    cr_expect_eq(lyt_topics_columns(NULL, 12), 0);
    lyt_model_free(topics);
}

/* A dataset of `here`, weighed, with what the topics make of it. */
typedef struct weighing {
    bed b;
    lyt_dataset *set;
    lyt_weighed weighed;
    lyt_model *topics;
} weighing;

static void open_weighing(weighing *w, double weight)
{
    const lyt_recipe recipe = {
        .c = 1, .idf_power = 1, .bigram = 1, .polarity = 1, .concept = 1, .topics = weight};
    lyt_train_options options;

    w->topics = teach(elsewhere, NULL);
    bed_open(&w->b, here);
    options = bed_options(&w->b);
    options.alloc = NULL;
    cr_assert_eq(lyt_dataset_new(&w->set, w->b.corpus, &options, NULL), LYT_OK);
    cr_assert_eq(lyt_dataset_weigh(w->set, &recipe, NULL, w->topics, &w->weighed), LYT_OK);
}

static void close_weighing(weighing *w)
{
    lyt_dataset_unweigh(&w->weighed);
    lyt_dataset_free(w->set);
    lyt_model_free(w->topics);
    bed_close(&w->b);
}

Test(topics, columns_have_mean_0_and_together_the_length_asked_for)
{
    weighing w;
    double square = 0;

    open_weighing(&w, 0.6);
    cr_assert_gt(w.weighed.topics.n, 2);
    for (size_t c = 0; c < w.weighed.topics.n; c++) {
        double mean = 0;

        for (size_t i = 0; i < w.set->n; i++) {
            const double x =
                (double)w.weighed.messages.value[w.weighed.messages.row[i + 1] - 2 - c];

            mean += x / (double)w.set->n;
            square += x * x / (double)w.set->n;
        }
        cr_expect_lt(fabs(mean), 1e-5, "column %zu: %g", c, mean);
    }
    cr_expect_lt(fabs(sqrt(square) - 0.6), 1e-4, "%g", sqrt(square));
    close_weighing(&w);
}

/* What was learned of the columns says the same when it lies in the features' weights. */
Test(topics, folding_changes_no_margin)
{
    enum { most = 1 << 12 };
    static float w_of[most + lyt_topics_columns_max + 1], folded[most + lyt_topics_columns_max + 1];
    weighing w;
    float sum[64];
    size_t n, columns;

    open_weighing(&w, 1);
    n = w.weighed.n_columns;
    columns = w.weighed.topics.n;
    cr_assert_leq(n, sizeof w_of / sizeof *w_of);
    cr_assert_leq(w.weighed.topics.n_outputs, sizeof sum / sizeof *sum);
    for (size_t c = 0; c < n; c++)
        w_of[c] = (float)((double)(c * 2654435761u % 1000) / 1000 - .5);
    memcpy(folded, w_of, sizeof folded);
    lyt_topics_fold(&w.weighed.topics, folded + most, sum, folded, &folded[n - 1]);
    memset(folded + most, 0, columns * sizeof *folded);
    for (size_t i = 0; i < w.set->n; i++) {
        const double before = lyt_solver_margin(&w.weighed.messages, i, w_of),
                     after = lyt_solver_margin(&w.weighed.messages, i, folded);

        cr_expect_lt(fabs(before - after), 1e-4, "message %zu: %g, %g", i, before, after);
    }
    close_weighing(&w);
}

Test(topics, survives_every_failed_allocation)
{
    lyt_model *topics = teach(elsewhere, NULL);
    testing_alloc failing = {.fail_at = 0};
    bed b;

    bed_open(&b, here);
    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_train_options options = bed_options(&b);
        lyt_model *model = NULL;
        lyt_status status;

        options.alloc = &failing.alloc;
        options.topics = topics;
        options.is_multi = true;
        options.fixed_recipe = true;
        status = lyt_model_train(&model, b.corpus, &options, NULL);
        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        lyt_model_free(model);
    }
    lyt_model_free(topics);
    bed_close(&b);
}
