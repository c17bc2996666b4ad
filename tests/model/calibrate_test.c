#include <math.h>

#include "calibrate.h"
#include "solver.h"
#include "testing.h"

LYT_SUITE(calibrate);

enum { n = 4000 };

/* Margins evenly over -2 … 2, truth drawn from the sigmoid of slope 3, offset -1. */
static uint32_t draw(float *margin, uint8_t *truth, size_t step, uint64_t seed)
{
    uint32_t positives = 0;

    for (size_t i = 0; i < n; i++) {
        const double m = 4 * (double)i / n - 2, p = 1 / (1 + exp(-(3 * m - 1)));

        margin[i * step] = (float)m;
        truth[i * step] = lyt_solver_random(&seed, 1000000) < 1e6 * p;
        positives += truth[i * step];
    }
    return positives;
}

Test(calibrate, finds_the_sigmoid_again)
{
    static float margin[n];
    static uint8_t truth[n];
    const uint32_t positives = draw(margin, truth, 1, 1);
    lyt_sigmoid s;

    s = lyt_calibrate_shared(&(lyt_margins){n, 1, margin, truth, &positives}, 0, 1);
    cr_expect(fabs(s.slope - 3) < .3, "%g", s.slope);
    cr_expect(fabs(s.offset + 1) < .2, "%g", s.offset);
}

Test(calibrate, few_examples_follow_the_many)
{
    static float margin[2 * n];
    static uint8_t truth[2 * n];
    uint32_t positives[2] = {draw(margin, truth, 2, 1), 2};
    lyt_sigmoid s[2];

    for (size_t i = 0; i < n; i++) {
        margin[2 * i + 1] = i < 2 ? 2 : -2;
        truth[2 * i + 1] = i < 2;
    }
    s[1] = lyt_calibrate_shared(&(lyt_margins){n, 2, margin, truth, positives}, 1, 2);
    /* two perfect examples make no step function */
    cr_expect(s[1].slope < 8, "%g", s[1].slope);
    cr_expect(s[1].slope > .5, "%g", s[1].slope);
}

Test(calibrate, without_examples_the_default_stays)
{
    const uint32_t positives[2] = {0, 0};
    lyt_sigmoid s[1];
    lyt_thresholds none;

    s[0] = lyt_calibrate_shared(&(lyt_margins){0, 2, NULL, NULL, positives}, 0, 1);
    cr_expect(s[0].slope == lyt_calibrate_default.slope && s[0].offset == 0);
    cr_assert_eq(lyt_calibrate_thresholds(&(lyt_logits){0, 1, NULL, NULL, NULL, 1}, NULL, &none),
                 LYT_OK);
    cr_expect(none.label == .5 && none.any == 1, "%g %g", none.label, none.any);
}

Test(calibrate, a_scorer_upside_down_is_not_believed)
{
    static float margin[n];
    static uint8_t truth[n];
    const uint32_t positives = draw(margin, truth, 1, 1);
    lyt_sigmoid s;

    for (size_t i = 0; i < n; i++)
        margin[i] = -margin[i];
    s = lyt_calibrate_shared(&(lyt_margins){n, 1, margin, truth, &positives}, 0, 1);
    cr_expect(s.slope > 0);
}

/*
 * The label is true as often as its probability says, which is anything up to .6; "anything" is
 * said to be that much surer. Where probabilities are right, F1 is best from half of itself on
 * (Lipton, Elkan, Naryanaswamy, ECML 2014, section 3): of these from .282 on, where it is .563.
 */
static lyt_logits drawn(double *label, double *any, uint8_t *truth)
{
    uint64_t seed = 1;

    for (size_t i = 0; i < n; i++) {
        const double p = .6 * ((double)i + .5) / n, q = p / .6 > .999 ? .999 : p / .6;

        label[i] = log(p / (1 - p));
        any[i] = log(q / (1 - q));
        truth[i] = lyt_solver_random(&seed, 1000000) < 1e6 * p;
    }
    return (lyt_logits){n, 1, label, any, truth, 1};
}

Test(calibrate, thresholds_are_where_f1_is_best)
{
    static double label[n], any[n];
    static uint8_t truth[n];
    lyt_thresholds t;
    const lyt_logits logits = drawn(label, any, truth);

    cr_assert_eq(lyt_calibrate_thresholds(&logits, NULL, &t), LYT_OK);
    /* said is what reaches one of them */
    cr_expect(fabs(fmin(t.label, .6 * t.any) - .282) < .04, "%g %g", t.label, t.any);
    cr_expect(fabs(t.micro_f1 - .563) < .02 && fabs(t.detect_f1 - .563) < .02, "%g %g", t.micro_f1,
              t.detect_f1);
}

Test(calibrate, thresholds_survive_every_failed_allocation)
{
    static double label[n], any[n];
    static uint8_t truth[n];
    testing_alloc failing = {.fail_at = 0};
    const lyt_logits logits = drawn(label, any, truth);

    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_thresholds t;
        const lyt_status status = lyt_calibrate_thresholds(&logits, &failing.alloc, &t);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
}
