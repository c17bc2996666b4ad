#include "mixing.h"

#include <math.h>

#include "solver.h"
#include "testing.h"

LYT_SUITE(mixing);

enum { n = 3000, n_outputs = 3 };

typedef struct drawn {
    float margin[n * n_outputs];
    uint8_t truth[n * n_outputs];
    uint32_t positives[n_outputs], fold[n];
    lyt_margins margins;
} drawn;

static drawn data;

static double noise(uint64_t *seed)
{
    return lyt_solver_random(seed, 20001) / 10000.0 - 1;
}

/*
 * Two frequent outputs and a rare one whose scorer is `modest`: its margin is so much too low.
 * hint: how much the margin of the second sinks where the rare one is true.
 */
static const lyt_margins *draw(size_t n_rows, double modest, double hint)
{
    uint64_t seed = 11;

    data = (drawn){.margins = {n_rows, n_outputs, data.margin, data.truth, data.positives}};
    for (size_t i = 0; i < n_rows; i++) {
        const uint32_t at = lyt_solver_random(&seed, 100);
        const size_t is = at < 48 ? 0 : at < 90 ? 1 : 2;

        for (size_t k = 0; k < n_outputs; k++) {
            data.margin[i * n_outputs + k] = (float)((k == is ? .2 : -.6) + .6 * noise(&seed));
            data.truth[i * n_outputs + k] = k == is;
        }
        data.margin[i * n_outputs + 2] -= (float)modest;
        data.margin[i * n_outputs + 1] -= is == 2 ? (float)hint : 0;
        data.positives[is]++;
        data.fold[i] = lyt_solver_random(&seed, 1000);
    }
    return &data.margins;
}

/* Of the rows in which that output is true, the share in which its margin is the largest. */
static double found(size_t output)
{
    size_t right = 0, all = 0;

    for (size_t i = 0; i < data.margins.n; i++) {
        const float *x = data.margin + i * n_outputs;
        bool is_best = true;

        if (!data.truth[i * n_outputs + output])
            continue;
        for (size_t k = 0; k < n_outputs; k++)
            is_best &= x[k] <= x[output];
        right += is_best;
        all++;
    }
    return (double)right / (double)all;
}

Test(mixing, a_modest_output_is_raised)
{
    lyt_mixing mixing;
    double before;

    cr_assert_eq(lyt_mixing_fit(draw(n, .9, 0), data.fold, NULL, &mixing), LYT_OK);
    cr_assert_eq(mixing.n, n_outputs);
    cr_expect_gt(mixing.bias[2], mixing.bias[0]);
    before = found(2);
    lyt_mixing_apply(&mixing, data.margin, n);
    cr_expect_lt(before, .3, "%g", before);
    cr_expect_gt(found(2), before + .3, "%g", found(2));
    lyt_mixing_free(&mixing);
}

Test(mixing, what_one_output_says_of_another_is_heard)
{
    lyt_mixing mixing;

    cr_assert_eq(lyt_mixing_fit(draw(n, 0, .8), data.fold, NULL, &mixing), LYT_OK);
    cr_assert_eq(mixing.n, n_outputs);
    cr_expect_lt(mixing.weight[2 * n_outputs + 1], -.1, "%g", mixing.weight[2 * n_outputs + 1]);
    lyt_mixing_free(&mixing);
}

Test(mixing, weights_are_as_linear_as_margins)
{
    const float row[2 * n_outputs] = {.5f, -.25f, 1, -1, 0, .75f};
    float mixed[2 * n_outputs];
    lyt_mixing mixing;

    cr_assert_eq(lyt_mixing_fit(draw(n, .6, .8), data.fold, NULL, &mixing), LYT_OK);
    for (size_t i = 0; i < 2 * n_outputs; i++)
        mixed[i] = row[i];
    lyt_mixing_apply(&mixing, mixed, 2);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < n_outputs; k++) {
            double want = mixing.bias[k];

            for (size_t j = 0; j < n_outputs; j++)
                want += mixing.weight[k * n_outputs + j] * (double)row[i * n_outputs + j];
            cr_expect_float_eq((double)mixed[i * n_outputs + k], want, 1e-5);
        }
    lyt_mixing_free(&mixing);
}

Test(mixing, what_gains_nothing_is_left)
{
    lyt_mixing mixing;
    lyt_margins many = *draw(60, 0, 0);
    float first;

    /* every scorer is right by itself */
    for (size_t i = 0; i < 60 * n_outputs; i++)
        data.margin[i] = data.truth[i] ? 1 : -1;
    first = data.margin[0];
    cr_assert_eq(lyt_mixing_fit(&many, data.fold, NULL, &mixing), LYT_OK);
    cr_expect_eq(mixing.n, 0);
    lyt_mixing_apply(&mixing, data.margin, 60);
    cr_expect_eq(data.margin[0], first);
    lyt_mixing_free(&mixing);
    /* beyond the number of outputs nothing is looked at */
    many.n_outputs = lyt_mixing_max + 1;
    cr_assert_eq(lyt_mixing_fit(&many, data.fold, NULL, &mixing), LYT_OK);
    cr_expect_eq(mixing.n, 0);
    many.n_outputs = 1;
    cr_assert_eq(lyt_mixing_fit(&many, data.fold, NULL, &mixing), LYT_OK);
    cr_expect_eq(mixing.n, 0);
    many.n = 0;
    many.n_outputs = n_outputs;
    cr_assert_eq(lyt_mixing_fit(&many, data.fold, NULL, &mixing), LYT_OK);
    cr_expect_eq(mixing.n, 0);
}

Test(mixing, is_the_same_each_time)
{
    lyt_mixing a, b;
    const lyt_margins *margins = draw(n, .6, .3);

    cr_assert_eq(lyt_mixing_fit(margins, data.fold, NULL, &a), LYT_OK);
    cr_assert_eq(lyt_mixing_fit(margins, data.fold, NULL, &b), LYT_OK);
    cr_assert_eq(a.n, b.n);
    for (size_t i = 0; i < n_outputs * n_outputs; i++)
        cr_expect_eq(a.weight[i], b.weight[i]);
    lyt_mixing_free(&a);
    lyt_mixing_free(&b);
}

Test(mixing, survives_running_out_of_memory)
{
    const lyt_margins *margins = draw(400, .6, 0);
    testing_alloc failing = {.fail_at = 0};

    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_mixing mixing;
        lyt_status status = lyt_mixing_fit(margins, data.fold, &failing.alloc, &mixing);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        if (!status)
            lyt_mixing_free(&mixing);
    }
}
