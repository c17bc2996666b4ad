#include "scope.h"

#include "modelbed.h"

LYT_SUITE(scope);

/* What people write of anything; the prior of what is below. */
static const char anywhere[] =
    "__label__negative the laptop is slow\n__label__negative a bad battery, slow laptop\n"
    "__label__positive the laptop is great\n__label__positive a great course, good teacher\n"
    "__label__negative the course was slow\n__label__negative the teacher was bad\n"
    "__label__positive good battery\n__label__none a laptop\n__label__none the course\n";

/* One label each, and none without: requests to a bank. */
static const char bank[] =
    "__label__card my card was stolen\n__label__card card lost, stop the card\n"
    "__label__card a new card please\n__label__card the card does not work\n"
    "__label__money send the money home\n__label__money money was not sent\n"
    "__label__money where is the money\n__label__money send a transfer\n";

static lyt_model *teach(const char *lines, const lyt_model *prior)
{
    lyt_train_options options;
    lyt_model *model;
    bed b;

    bed_open(&b, lines);
    options = bed_options(&b);
    options.prior = prior;
    model = bed_train(&b, &options);
    bed_close(&b);
    return model;
}

static double none_of(const lyt_model *model, const char *utf8)
{
    lyt_scratch *scratch;
    lyt_scores scores;
    lyt_text text;
    double none;
    bed b;

    bed_open(&b, bank);
    text = bed_text(&b, utf8);
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    cr_assert_eq(lyt_model_score(model, scratch, &(lyt_input){.text = &text}, b.arena, &scores),
                 LYT_OK);
    none = scores.none;
    lyt_scratch_free(scratch);
    bed_close(&b);
    return none;
}

/* Words that are usual elsewhere and never met here speak against the scope. */
Test(scope, NL_14_what_is_usual_elsewhere_is_rather_out_of_scope)
{
    lyt_model *prior = teach(anywhere, NULL), *model = teach(bank, prior);

    cr_assert(lyt_model_about(model).is_closed);
    cr_expect_gt(model->outputs[model->layout.none].scale, 0);
    cr_expect_gt(none_of(model, "the card laptop course"), none_of(model, "the card") + .01);
    cr_expect_gt(none_of(model, "my slow laptop battery"), none_of(model, "my lost card money"));
    lyt_model_free(model);
    lyt_model_free(prior);
}

typedef struct weighing {
    bed b;
    lyt_dataset *set;
    lyt_weighed weighed;
    lyt_model *prior;
} weighing;

static void open_weighing(weighing *w, bool has_prior)
{
    const lyt_recipe recipe = {.c = 1, .idf_power = 1, .bigram = 1, .polarity = 1};
    lyt_train_options options;

    w->prior = has_prior ? teach(anywhere, NULL) : NULL;
    bed_open(&w->b, bank);
    options = bed_options(&w->b);
    cr_assert_eq(lyt_dataset_new(&w->set, w->b.corpus, &options, NULL), LYT_OK);
    cr_assert_eq(lyt_dataset_weigh(w->set, &recipe, w->prior, NULL, &w->weighed), LYT_OK);
}

static void close_weighing(weighing *w)
{
    lyt_dataset_unweigh(&w->weighed);
    lyt_dataset_free(w->set);
    lyt_model_free(w->prior);
    bed_close(&w->b);
}

enum { most_columns = (1 << 12) + 1 };

Test(scope, messages_differ_by_a_twentieth_of_a_margin_around_0)
{
    static float w[most_columns];
    weighing with;
    float more[8];
    double mean = 0, square = 0;

    open_weighing(&with, true);
    cr_assert_eq(with.set->n, 8);
    cr_assert_leq(with.weighed.n_columns, most_columns);
    cr_assert_eq(lyt_scope_fit(with.set, &with.weighed, 5, w, more), LYT_OK);
    for (size_t i = 0; i < 8; i++) {
        mean += (double)more[i] / 8;
        square += (double)more[i] * (double)more[i] / 8;
    }
    cr_expect_lt(fabs(mean), 1e-4, "%g", mean);
    cr_expect_lt(fabs(sqrt(square) - .05), 1e-4, "%g", sqrt(square));
    close_weighing(&with);
}

Test(scope, without_a_prior_nothing_is_said)
{
    static float w[most_columns];
    weighing without;
    float more[8];

    open_weighing(&without, false);
    cr_assert_eq(lyt_scope_fit(without.set, &without.weighed, 5, w, more), LYT_OK);
    for (size_t c = 0; c < without.weighed.n_columns; c++)
        cr_assert_eq(w[c], 0);
    for (size_t i = 0; i < 8; i++)
        cr_expect_eq(more[i], 0);
    close_weighing(&without);
}
