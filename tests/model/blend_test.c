#include <math.h>
#include <string.h>

#include "blend.h"
#include "mem.h"
#include "newton.h"
#include "solver.h"
#include "testing.h"

LYT_SUITE(blend);

enum { n = 4000, outputs = 5 }; /* two labels, of one topic each, negative: D D T T X; no P */

typedef struct drawn {
    float message[n * (outputs + 1)];
    uint8_t truth[n * (outputs + 1)];
    uint32_t positives[outputs + 1];
    size_t first_clause[n + 1];
} drawn;

static double noise(uint64_t *seed)
{
    return (double)lyt_solver_random(seed, 2001) / 1000 - 1;
}

/* A label fails where its topic is spoken of and something is bad: neither says it alone. */
static lyt_blend_data draw(drawn *d)
{
    uint64_t seed = 7;

    memset(d, 0, sizeof *d);
    for (size_t i = 0; i < n; i++) {
        float *margin = d->message + i * (outputs + 1);
        uint8_t *truth = d->truth + i * (outputs + 1);
        const bool bad = lyt_solver_random(&seed, 2);

        for (size_t k = 0; k < 2; k++) {
            const bool spoken = lyt_solver_random(&seed, 3) == 0;

            truth[2 + k] = spoken;
            truth[k] = spoken && bad;
            margin[k] = (float)(0.2 * noise(&seed));
            margin[2 + k] = (float)((spoken ? 1 : -1) + 0.5 * noise(&seed));
        }
        truth[4] = truth[0] || truth[1];
        margin[4] = (float)((bad ? 1 : -1) + 0.5 * noise(&seed));
        for (size_t k = 0; k <= outputs; k++)
            d->positives[k] += truth[k];
    }
    return (lyt_blend_data){.n = n,
                            .n_labels = 2,
                            .n_outputs = outputs + 1,
                            .topic = 2,
                            .negative = 4,
                            .positive = 5,
                            .has_topics = true,
                            .message = d->message,
                            .first_clause = d->first_clause,
                            .truth = d->truth,
                            .positives = d->positives};
}

Test(blend, hears_a_topic_spoken_of_badly)
{
    static drawn d;
    static double logit[2 * n], any[n];
    const lyt_blend_data data = draw(&d);
    double offset[2];
    lyt_blend blend;
    size_t right = 0, right_any = 0;

    cr_assert_eq(lyt_blend_fit(&data, &blend, offset, logit, any), LYT_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 2; k++)
            right += (logit[2 * i + k] > 0) == d.truth[i * data.n_outputs + k];
        right_any += (any[i] > 0) == d.truth[i * data.n_outputs + 4];
    }
    cr_expect(right > 2 * n * 97 / 100, "%zu of %d", right, 2 * n);
    cr_expect(right_any > n * 95 / 100, "%zu of %d", right_any, n);
    /* what only the conjunction can say is said by it, in the whole text or its only clause */
    cr_expect_gt(blend.weight[LYT_BLEND_BOTH] + blend.weight[LYT_BLEND_CLAUSE], 1);
}

Test(blend, little_data_stays_near_the_usual_weights)
{
    static const float message[6] = {2, 0, 1, 0, 1, 0};
    static const uint8_t truth[6] = {1, 0, 1, 0, 1, 0};
    static const uint32_t positives[6] = {1, 0, 1, 0, 1, 0};
    static const size_t first_clause[2] = {0, 0};
    const lyt_blend_data data = {.n = 1,
                                 .n_labels = 2,
                                 .n_outputs = 6,
                                 .topic = 2,
                                 .negative = 4,
                                 .positive = 5,
                                 .has_topics = true,
                                 .message = message,
                                 .first_clause = first_clause,
                                 .truth = truth,
                                 .positives = positives};
    double offset[2], logit[2], any[1];
    lyt_blend blend;

    cr_assert_eq(lyt_blend_fit(&data, &blend, offset, logit, any), LYT_OK);
    for (int t = 0; t < LYT_BLEND_TERMS; t++)
        cr_expect(fabs(blend.weight[t]) < 3, "term %d: %g", t, blend.weight[t]);
    cr_expect_gt(blend.weight[LYT_BLEND_LABEL], 1);
}

Test(blend, survives_every_failed_allocation)
{
    static drawn d;
    static double logit[2 * n], any[n];
    lyt_blend_data data = draw(&d);
    testing_alloc failing = {.fail_at = 0};

    data.n = 20;
    for (long k = 1; testing_each_failure(&failing, &k);) {
        double offset[2];
        lyt_blend blend;

        data.alloc = &failing.alloc;
        cr_expect_eq(lyt_blend_fit(&data, &blend, offset, logit, any),
                     failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
}

Test(blend, newton_finds_what_was_drawn)
{
    static double terms[n][2];
    static int truth[n];
    double weights[2] = {0, 0};
    uint64_t seed = 3;

    for (size_t i = 0; i < n; i++) {
        const double x = 2 * noise(&seed), p = 1 / (1 + exp(-(0.5 + 1.5 * x)));

        terms[i][0] = 1;
        terms[i][1] = x;
        truth[i] = lyt_solver_random(&seed, 1000000) < 1e6 * p;
    }
    for (int round = 0; round < 20; round++) {
        lyt_newton newton;

        lyt_newton_begin(&newton, 2);
        for (size_t i = 0; i < n; i++)
            lyt_newton_add(&newton, terms[i], weights[0] + weights[1] * terms[i][1], truth[i]);
        if (lyt_newton_step(&newton, weights))
            break;
    }
    cr_expect(fabs(weights[0] - 0.5) < 0.15, "%g", weights[0]);
    cr_expect(fabs(weights[1] - 1.5) < 0.2, "%g", weights[1]);
}

Test(blend, newton_does_not_move_what_it_cannot_tell_apart)
{
    double weights[2] = {1, 1};
    lyt_newton newton;

    lyt_newton_begin(&newton, 2);
    lyt_newton_add(&newton, (double[]){1, 1}, 0, 1);
    cr_expect_eq(lyt_newton_step(&newton, weights), LYT_ESTATE);
    cr_expect(weights[0] == 1 && weights[1] == 1);
}
