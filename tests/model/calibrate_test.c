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

    lyt_calibrate_platt(&(lyt_margins){n, 1, margin, truth, &positives}, &s);
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
    lyt_calibrate_platt(&(lyt_margins){n, 2, margin, truth, positives}, s);
    /* two perfect examples make no step function */
    cr_expect(s[1].slope < 8, "%g", s[1].slope);
    cr_expect(s[1].slope > .5, "%g", s[1].slope);
}

Test(calibrate, without_examples_the_default_stays)
{
    const uint32_t positives[2] = {0, 0};
    lyt_sigmoid s[2];

    lyt_calibrate_platt(&(lyt_margins){0, 2, NULL, NULL, positives}, s);
    cr_expect(s[0].slope == lyt_calibrate_default.slope && s[0].offset == 0);
    cr_assert_eq(lyt_calibrate_softmax(&(lyt_margins){0, 2, NULL, NULL, positives}, true, NULL, s),
                 LYT_OK);
    cr_expect(fabs(s[1].slope - lyt_calibrate_default.slope) < 1e-9);
    cr_expect(s[1].offset == 0);
    cr_expect(lyt_calibrate_threshold(&(lyt_margins){0, 2, NULL, NULL, positives}, s) == .5);
    cr_expect(lyt_calibrate_detection(&(lyt_margins){0, 2, NULL, NULL, positives}, s) == .5);
}

Test(calibrate, a_scorer_upside_down_is_not_believed)
{
    static float margin[n];
    static uint8_t truth[n];
    const uint32_t positives = draw(margin, truth, 1, 1);
    lyt_sigmoid s;

    for (size_t i = 0; i < n; i++)
        margin[i] = -margin[i];
    lyt_calibrate_platt(&(lyt_margins){n, 1, margin, truth, &positives}, &s);
    cr_expect(s.slope > 0);
}

Test(calibrate, threshold_is_where_f1_is_best)
{
    static float margin[n];
    static uint8_t truth[n];
    uint32_t positives = 0;
    const lyt_sigmoid as_it_is = {1, 0};

    /* true exactly from probability .3 on */
    for (size_t i = 0; i < n; i++) {
        const double p = ((double)i + .5) / n;

        margin[i] = (float)log(p / (1 - p));
        truth[i] = p > .3;
        positives += truth[i];
    }
    const double t =
        lyt_calibrate_threshold(&(lyt_margins){n, 1, margin, truth, &positives}, &as_it_is);

    cr_expect(fabs(t - .3) < .021, "%g", t);
}

Test(calibrate, softmax_finds_the_temperature)
{
    static float margin[2 * n];
    static uint8_t truth[2 * n];
    uint32_t positives[2] = {0, 0};
    uint64_t seed = 4;
    lyt_sigmoid s[2];

    for (size_t i = 0; i < n; i++) {
        const double m = 4 * (double)i / n - 2, p = 1 / (1 + exp(-2.5 * m - .8));
        const bool is_none = lyt_solver_random(&seed, 1000000) < 1e6 * p;

        margin[2 * i] = 0;
        margin[2 * i + 1] = (float)m;
        truth[2 * i] = !is_none;
        truth[2 * i + 1] = is_none;
        positives[is_none]++;
    }
    cr_assert_eq(
        lyt_calibrate_softmax(&(lyt_margins){n, 2, margin, truth, positives}, true, NULL, s),
        LYT_OK);
    cr_expect(fabs(s[1].slope - 2.5) < .3, "%g", s[1].slope);
    cr_expect(fabs(s[1].offset - s[0].offset - .8) < .2, "%g", s[1].offset - s[0].offset);
}

Test(calibrate, survives_every_failed_allocation)
{
    static const float margin[4] = {1, 0, 0, 1};
    static const uint8_t truth[4] = {1, 0, 0, 1};
    static const uint32_t positives[2] = {1, 1};
    testing_alloc failing = {.fail_at = 0};

    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_sigmoid s[2];
        const lyt_status status = lyt_calibrate_softmax(
            &(lyt_margins){2, 2, margin, truth, positives}, true, &failing.alloc, s);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
}
