#include "choose.h"
#include "modelbed.h"

LYT_SUITE(choose);

Test(choose, doubt_is_how_close_the_second_answer_is)
{
    static const struct {
        int line;
        double p[3], none, doubt;
    } rows[] = {
        {__LINE__, {0, 0, 0}, 1, 0},        {__LINE__, {1, 0, 0}, 0, 0},
        {__LINE__, {.5, 0, 0}, .5, 1},      {__LINE__, {.6, .4, 0}, 0, .8},
        {__LINE__, {.1, .2, .6}, .1, .6},   {__LINE__, {0, 0, 0}, 0, 0},
        {__LINE__, {NAN, .5, 0}, .25, .75}, {__LINE__, {.95, .95, 0}, 0, .1},
        {__LINE__, {.95, 0, 0}, .95, 1},    {__LINE__, {.6, .6, 0}, 0, .8},
        {__LINE__, {.9, .6, 0}, 0, .7},     {__LINE__, {.99, .9, 0}, .95, .96},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_scores scores = {.probability = rows[i].p, .none = rows[i].none};

        cr_expect(fabs(lyt_doubt(&scores, 3) - rows[i].doubt) < 1e-12, "line %d: %f", rows[i].line,
                  lyt_doubt(&scores, 3));
    }
}

/* Words 1 to 9; each row is what stands in it, and the order that follows. */
Test(choose, unsure_different_and_common)
{
    static const uint64_t cold[] = {1, 2}, noise[] = {3, 4}, both[] = {1, 2, 3, 4}, odd[] = {9};
    static const struct {
        int line;
        lyt_candidate candidates[4];
        size_t n, max, want[4], n_want;
    } rows[] = {
        {__LINE__, {{0, NULL, 0}}, 0, 3, {0}, 0},
        {__LINE__, {{.5, cold, 2}, {.9, cold, 2}}, 2, 1, {1}, 1},
        /* the same words twice: the second comes last, however unsure */
        {__LINE__, {{.9, cold, 2}, {.8, cold, 2}, {.1, noise, 2}}, 3, 3, {0, 2, 1}, 3},
        /* what is like others goes before what is like nothing */
        {__LINE__, {{.5, odd, 1}, {.5, noise, 2}, {.5, noise, 2}}, 3, 2, {1, 0}, 2},
        {__LINE__, {{0, cold, 2}, {.2, noise, 2}, {0, both, 4}}, 3, 5, {1, 0, 2}, 3},
        /* nothing but stop words is no reason to fail */
        {__LINE__, {{.9, NULL, 0}, {.1, cold, 2}}, 2, 2, {1, 0}, 2},
        {__LINE__, {{NAN, cold, 2}, {.1, noise, 2}}, 2, 2, {1, 0}, 2},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t out[8], n = 99;

        cr_assert_eq(lyt_choose(rows[i].candidates, rows[i].n, rows[i].max, NULL, out, &n), LYT_OK);
        cr_assert_eq(n, rows[i].n_want, "line %d", rows[i].line);
        for (size_t k = 0; k < n; k++)
            cr_expect_eq(out[k], rows[i].want[k], "line %d: %zu at %zu", rows[i].line, out[k], k);
    }
}

Test(choose, without_memory)
{
    static const uint64_t keys[] = {1, 2};
    const lyt_candidate candidates[] = {{.5, keys, 2}, {.7, keys, 1}};
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        size_t out[2], n_out;
        lyt_status status = lyt_choose(candidates, 2, 2, &failing.alloc, out, &n_out);

        if (failing.asked >= failing.fail_at)
            cr_expect_eq(status, LYT_ENOMEM, "%ld", n);
        cr_expect_eq(failing.live, 0);
    }
}
