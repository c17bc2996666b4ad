#include "modelbed.h"
#include "modelview.h"

LYT_SUITE(score);

static const char single_lines[] =
    "__label__a cold room\n__label__a very cold\n__label__b noise\n__label__b loud noise\n"
    "__label__none lovely\n__label__none lovely stay\n__label__c rare\n";

/* A label is as many times as likely as none as its log-odds say. */
static void expect_odds(const lyt_model *model, const lyt_scores *scores, double shift, double knee)
{
    double sum = scores->none;

    for (size_t k = 0; k < lyt_model_about(model).n_labels; k++) {
        const double p = exp(scores->logit[k]) * scores->none;

        sum += scores->probability[k];
        cr_expect(fabs(scores->probability[k] - p) <= 1e-9 * p + 1e-12,
                  "label %zu, none %+g, knee %g: %g, not %g", k, shift, knee,
                  scores->probability[k], p);
    }
    cr_expect(fabs(sum - 1) < 1e-9, "none %+g, knee %g: in all %g", shift, knee, sum);
}

/*
 * However much is added to none, with a firm cue and without, and where the curve leaves each label
 * less than any number that could be added up.
 */
Test(score, NL_14_probabilities_of_one_label_are_what_their_log_odds_say)
{
    static const double shifts[] = {-3, 0, 2}, knees[] = {0, -5000};
    const lyt_cue siren = {
        .id = 0, .label = 1, .prior = 8, .value = 1, .end = 1, .name = {"rule:siren", 10}};
    lyt_train_options options;
    lyt_scratch *scratch;
    lyt_model_head head;
    lyt_model *model;
    bed b;

    bed_open(&b, single_lines);
    options = bed_options(&b);
    options.cues = &siren;
    options.n_cues = 1;
    model = bed_train(&b, &options);
    head = *model->head;
    model->head = &head;
    cr_assert_eq(lyt_scratch_new(&scratch, NULL, model), LYT_OK);
    for (size_t i = 0; i < 12; i++) {
        const lyt_text text = bed_text(&b, "siren in a cold room");
        const bool with_cue = i >= 6;
        lyt_scores scores;

        head.curve.none = shifts[i % 3];
        head.curve.knee = knees[i / 3 % 2];
        cr_assert_eq(
            lyt_model_score(model, scratch,
                            &(lyt_input){.text = &text, .cues = &siren, .n_cues = with_cue},
                            b.arena, &scores),
            LYT_OK);
        expect_odds(model, &scores, head.curve.none, head.curve.knee);
        cr_expect_eq(scores.probability[1] > scores.probability[0], with_cue);
    }
    lyt_scratch_free(scratch);
    lyt_model_free(model);
    bed_close(&b);
}
