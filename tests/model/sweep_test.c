#include <math.h>

#include "sweep.h"
#include "testing.h"

LYT_SUITE(sweep);

static void expect_near(double got, double want, int line, const char *what)
{
    cr_expect(fabs(got - want) < 1e-12, "line %d: %s: %.15f instead of %.15f", line, what, got,
              want);
}

/* .9 true, .8 false, .7 true, .7 false, .2 true, .1 false, added out of order. */
static lyt_sweep *six_pairs(void)
{
    static const struct {
        double p;
        bool truth;
    } pairs[] = {{.7, true}, {.1, false}, {.9, true}, {.2, true}, {.8, false}, {.7, false}};
    lyt_sweep *sweep;

    cr_assert_eq(lyt_sweep_new(&sweep, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_assert_eq(lyt_sweep_add(sweep, pairs[i].p, pairs[i].truth), LYT_OK);
    lyt_sweep_seal(sweep);
    return sweep;
}

Test(sweep, cuts_by_hand)
{
    static const struct {
        int line;
        double threshold;
        uint64_t said, right;
        double precision, recall, f1;
    } rows[] = {
        {__LINE__, 1, 0, 0, 0, 0, 0},
        {__LINE__, .9, 1, 1, 1, 1.0 / 3, .5},
        {__LINE__, .85, 1, 1, 1, 1.0 / 3, .5},
        {__LINE__, .8, 2, 1, .5, 1.0 / 3, 2.0 / 5},
        {__LINE__, .7, 4, 2, .5, 2.0 / 3, 4.0 / 7},
        {__LINE__, .2, 5, 3, .6, 1, 6.0 / 8},
        {__LINE__, 0, 6, 3, .5, 1, 6.0 / 9},
        {__LINE__, -1, 6, 3, .5, 1, 6.0 / 9},
    };
    lyt_sweep *sweep = six_pairs();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_cut cut = lyt_sweep_cut(sweep, rows[i].threshold);

        cr_expect_eq(cut.said, rows[i].said, "line %d", rows[i].line);
        cr_expect_eq(cut.right, rows[i].right, "line %d", rows[i].line);
        cr_expect_eq(cut.there, 3, "line %d", rows[i].line);
        expect_near(lyt_cut_precision(&cut), rows[i].precision, rows[i].line, "precision");
        expect_near(lyt_cut_recall(&cut), rows[i].recall, rows[i].line, "recall");
        expect_near(lyt_cut_f1(&cut), rows[i].f1, rows[i].line, "F1");
    }
    lyt_sweep_free(sweep);
}

Test(sweep, thresholds_that_reach_a_recall)
{
    static const struct {
        int line;
        double recall, threshold;
    } rows[] = {
        {__LINE__, 0, .9},       {__LINE__, .1, .9}, {__LINE__, 1.0 / 3, .9}, {__LINE__, .34, .7},
        {__LINE__, 2.0 / 3, .7}, {__LINE__, 1, .2},  {__LINE__, 1.5, .1},
    };
    lyt_sweep *sweep = six_pairs();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_near(lyt_sweep_reaching(sweep, rows[i].recall).threshold, rows[i].threshold,
                    rows[i].line, "threshold");
    lyt_sweep_free(sweep);
}

Test(sweep, best_and_area_by_hand)
{
    lyt_sweep *sweep = six_pairs();
    lyt_cut best = lyt_sweep_best(sweep);

    expect_near(best.threshold, .2, __LINE__, "best threshold");
    /* 1/3 of recall at precision 1, then 1/3 at 2/4 (both .7 at once), then 1/3 at 3/5 */
    expect_near(lyt_sweep_average_precision(sweep), (1 + .5 + .6) / 3, __LINE__, "area");
    lyt_sweep_free(sweep);
}

Test(sweep, nothing_and_odd_numbers)
{
    lyt_sweep *sweep;
    lyt_cut cut;

    cr_assert_eq(lyt_sweep_new(&sweep, NULL), LYT_OK);
    lyt_sweep_seal(sweep);
    cut = lyt_sweep_cut(sweep, .5);
    cr_expect_eq(cut.said + cut.right + cut.there, 0);
    cut = lyt_sweep_best(sweep);
    cr_expect_eq(cut.said, 0);
    cut = lyt_sweep_reaching(sweep, .5);
    cr_expect_eq(cut.said, 0);
    expect_near(lyt_sweep_average_precision(sweep), 0, __LINE__, "area");
    lyt_sweep_free(sweep);

    cr_assert_eq(lyt_sweep_new(&sweep, NULL), LYT_OK);
    cr_assert_eq(lyt_sweep_add(sweep, NAN, true), LYT_OK);
    cr_assert_eq(lyt_sweep_add(sweep, -3, false), LYT_OK);
    cr_assert_eq(lyt_sweep_add(sweep, 7, true), LYT_OK);
    lyt_sweep_seal(sweep);
    cut = lyt_sweep_cut(sweep, .5);
    cr_expect_eq(cut.said, 1);
    cut = lyt_sweep_cut(sweep, 0);
    cr_expect_eq(cut.said, 3, "what is not a number counts as 0");
    lyt_sweep_free(sweep);
}

Test(sweep, without_memory_nothing_changes)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_sweep *sweep = NULL;

        if (lyt_sweep_new(&sweep, &failing.alloc))
            continue;
        for (int i = 0; i < 40; i++)
            if (lyt_sweep_add(sweep, i / 40.0, i % 2))
                break;
        lyt_sweep_seal(sweep);
        (void)lyt_sweep_average_precision(sweep);
        lyt_sweep_free(sweep);
        cr_expect_eq(failing.live, 0);
    }
}
