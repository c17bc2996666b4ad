#include "curve.h"

#include <math.h>

#include "solver.h"
#include "testing.h"

LYT_SUITE(curve);

enum { n = 4000, n_alike = 30 };

typedef struct drawn {
    float margin[n * n_alike];
    uint8_t truth[n * n_alike];
    uint32_t positives[n_alike];
} drawn;

static drawn data;

/* Two classes, the second likely by a known logistic curve of its margin. */
static lyt_margins draw_two(double slope, double offset)
{
    uint64_t seed = 4;

    data.positives[0] = data.positives[1] = 0;
    for (size_t i = 0; i < n; i++) {
        const double m = 4 * (double)i / n - 2, p = 1 / (1 + exp(-slope * m - offset));
        const bool is_none = lyt_solver_random(&seed, 1000000) < 1e6 * p;

        data.margin[2 * i] = 0;
        data.margin[2 * i + 1] = (float)m;
        data.truth[2 * i] = !is_none;
        data.truth[2 * i + 1] = is_none;
        data.positives[is_none]++;
    }
    return (lyt_margins){n, 2, data.margin, data.truth, data.positives};
}

/*
 * Many classes; in each row two of them stand out alike and one of the two is true: however
 * far they stand out, neither is more probable than a half.
 */
static lyt_margins draw_twins(void)
{
    uint64_t seed = 9;

    for (size_t i = 0; i < n; i++) {
        const size_t a = lyt_solver_random(&seed, n_alike / 2) * 2,
                     is = a + lyt_solver_random(&seed, 2);

        for (size_t k = 0; k < n_alike; k++) {
            const double noise = lyt_solver_random(&seed, 1000) / 1000.0;

            data.margin[i * n_alike + k] =
                (float)(k == a || k == a + 1 ? .2 + .8 * noise : -1 + .3 * noise);
            data.truth[i * n_alike + k] = k == is;
        }
    }
    return (lyt_margins){n, n_alike, data.margin, data.truth, data.positives};
}

static double probability(const lyt_margins *m, const lyt_curve *c, size_t i, size_t k)
{
    double sum = 0;

    for (size_t j = 0; j < m->n_outputs; j++)
        sum += exp(lyt_curve_at(c, (double)m->margin[i * m->n_outputs + j]));
    return exp(lyt_curve_at(c, (double)m->margin[i * m->n_outputs + k])) / sum;
}

Test(curve, says_what_was_drawn)
{
    const lyt_margins m = draw_two(2.5, .8);
    lyt_curve c;

    cr_assert_eq(lyt_curve_fit(&m, true, NULL, &c), LYT_OK);
    for (double x = -1; x <= 1; x += .5) {
        const double none = exp(lyt_curve_at(&c, x) + c.none), other = exp(lyt_curve_at(&c, 0));
        const double want = 1 / (1 + exp(-2.5 * x - .8));

        cr_expect(fabs(none / (none + other) - want) < .04, "%g: %g", x, none / (none + other));
    }
}

Test(curve, labels_that_are_alike_share)
{
    const lyt_margins m = draw_twins();
    double top = 0, right = 0;
    lyt_curve c;

    cr_assert_eq(lyt_curve_fit(&m, false, NULL, &c), LYT_OK);
    for (size_t i = 0; i < n; i++) {
        size_t best = 0;

        for (size_t k = 1; k < n_alike; k++)
            best = m.margin[i * n_alike + k] > m.margin[i * n_alike + best] ? k : best;
        top += probability(&m, &c, i, best);
        right += m.truth[i * n_alike + best];
    }
    cr_expect(fabs(top - right) / n < .02, "%g said, %g right", top / n, right / n);
    cr_expect(c.none == 0);
}

Test(curve, few_messages_are_held_to_the_default)
{
    static const float margin[4] = {2, -2, -2, 2};
    static const uint8_t truth[4] = {1, 0, 0, 1};
    static const uint32_t positives[2] = {1, 1};
    lyt_curve c;

    cr_assert_eq(lyt_curve_fit(&(lyt_margins){0, 2, NULL, NULL, positives}, true, NULL, &c),
                 LYT_OK);
    cr_expect(fabs(c.slope - lyt_curve_default.slope) < 1e-6 && c.knee == 0 && c.none == 0);
    cr_assert_eq(lyt_curve_fit(&(lyt_margins){2, 2, margin, truth, positives}, true, NULL, &c),
                 LYT_OK);
    cr_expect(c.slope > 3 && c.slope < 6, "%g", c.slope);
}

Test(curve, a_scorer_upside_down_is_not_believed)
{
    const lyt_margins m = draw_two(-3, 0);
    lyt_curve c;

    cr_assert_eq(lyt_curve_fit(&m, true, NULL, &c), LYT_OK);
    cr_expect(c.slope > 0);
}

Test(curve, detection_is_where_the_two_are_best)
{
    const lyt_margins m = draw_two(2.5, .8);
    lyt_curve c;
    double at;

    cr_assert_eq(lyt_curve_fit(&m, true, NULL, &c), LYT_OK);
    at = lyt_curve_detection(&m, &c);
    cr_expect(at > .35 && at < .6, "%g", at);
    cr_expect(lyt_curve_detection(&(lyt_margins){0, 2, NULL, NULL, data.positives}, &c) == .5);
}

Test(curve, NL_14_the_scope_costs_what_it_may)
{
    const lyt_margins m = draw_twins();
    size_t right = 0, lost = 0;
    double limit;

    cr_assert_eq(lyt_curve_scope(&m, NULL, .05, NULL, &limit), LYT_OK);
    for (size_t i = 0; i < n; i++) {
        size_t best = 0;

        for (size_t k = 1; k < n_alike; k++)
            best = m.margin[i * n_alike + k] > m.margin[i * n_alike + best] ? k : best;
        right += m.truth[i * n_alike + best];
        lost += m.truth[i * n_alike + best] && (double)m.margin[i * n_alike + best] < limit;
    }
    cr_expect(right > n / 3);
    cr_expect(lost >= n / 25 && lost <= n / 20, "%zu of %zu", lost, right);
    cr_expect(lyt_curve_within(limit, 0, limit) == .5);
    cr_expect(lyt_curve_within(limit + .4, 0, limit) > .99);
    cr_assert_eq(lyt_curve_scope(&(lyt_margins){0, 2, NULL, NULL, NULL}, NULL, .05, NULL, &limit),
                 LYT_OK);
    cr_expect(limit < -10);
}

Test(curve, survives_every_failed_allocation)
{
    static const float margin[4] = {1, 0, 0, 1};
    static const uint8_t truth[4] = {1, 0, 0, 1};
    static const uint32_t positives[2] = {1, 1};
    const lyt_margins m = {2, 2, margin, truth, positives};
    testing_alloc failing = {.fail_at = 0};

    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_curve c;
        double limit;
        lyt_status status = lyt_curve_fit(&m, true, &failing.alloc, &c);

        if (!status)
            status = lyt_curve_scope(&m, NULL, .1, &failing.alloc, &limit);
        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
}
