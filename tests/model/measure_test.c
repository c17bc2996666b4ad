#include <math.h>
#include <string.h>

#include "json.h"
#include "measure.h"
#include "testing.h"

LYT_SUITE(measure);

static const char *const names[] = {"a", "b", "c"};

static void expect_near(double got, double want, const char *what)
{
    cr_expect(fabs(got - want) < 1e-9, "%s: %.12f instead of %.12f", what, got, want);
}

/*
 * Four messages, by hand: truth ab, -, a, c; said a, b, a, -.
 * a: 2 there, 2 said, 2 right. b: 1, 1, 0. c: 1, 0, 0.
 */
static lyt_measure *four_messages(bool is_multi)
{
    static const bool truth[4][3] = {{1, 1, 0}, {0, 0, 0}, {1, 0, 0}, {0, 0, 1}};
    static const bool said[4][3] = {{1, 0, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 0}};
    lyt_measure *m;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, is_multi), LYT_OK);
    for (int i = 0; i < 4; i++)
        lyt_measure_add(m, truth[i], said[i], NULL, 0);
    return m;
}

Test(measure, several_labels_by_hand)
{
    lyt_measure *m = four_messages(true);
    const lyt_figures f = lyt_measure_figures(m);

    cr_expect_eq(f.messages, 4);
    expect_near(f.accuracy, 1.0 / 4, "accuracy");
    expect_near(f.precision, 2.0 / 3, "precision");
    expect_near(f.recall, 2.0 / 4, "recall");
    expect_near(f.micro_f1, 4.0 / 7, "micro F1");
    expect_near(f.macro_f1, (1 + 0 + 0) / 3.0, "macro F1");
    /* failed: 3, reported: 3, both: 2 */
    expect_near(f.detect_f1, 4.0 / 6, "detection F1");
    expect_near(f.ece, 0, "ECE without probabilities");
    lyt_measure_free(m);
}

Test(measure, none_is_a_class_of_single_labels)
{
    lyt_measure *m = four_messages(false);

    /* none: 1 there, 1 said, 0 right */
    expect_near(lyt_measure_figures(m).macro_f1, (1 + 0 + 0 + 0) / 4.0, "macro F1");
    lyt_measure_free(m);
}

Test(measure, labels_nobody_met_are_no_class)
{
    static const bool truth[3] = {1, 0, 0};
    lyt_measure *m;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, false), LYT_OK);
    expect_near(lyt_measure_figures(m).macro_f1, 0, "macro F1 of nothing");
    lyt_measure_add(m, truth, truth, NULL, 0);
    expect_near(lyt_measure_figures(m).macro_f1, 1, "macro F1");
    lyt_measure_free(m);
}

Test(measure, calibration_of_several_labels)
{
    static const bool truth[2][3] = {{1, 0, 0}, {0, 1, 0}}, said[3] = {0, 0, 0};
    /* bins of 1/15: .9 with .92, .3 with .31, the rest at 0 */
    static const double p[2][3] = {{.9, .3, 0}, {.92, .31, 0}};
    lyt_measure *m;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, true), LYT_OK);
    for (int i = 0; i < 2; i++)
        lyt_measure_add(m, truth[i], said, p[i], 0);
    expect_near(lyt_measure_figures(m).ece, ((1.82 - 1) + (1 - .61) + 0) / 6, "ECE");
    lyt_measure_free(m);
}

Test(measure, calibration_of_the_top_probability)
{
    static const bool truth[3] = {1, 0, 0}, nothing[3] = {0, 0, 0};
    static const double sure[3] = {.8, .1, 0}, unsure[3] = {.2, .1, .1};
    lyt_measure *m;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, false), LYT_OK);
    lyt_measure_add(m, truth, truth, sure, .1);
    lyt_measure_add(m, truth, nothing, unsure, .6);
    expect_near(lyt_measure_figures(m).ece, ((1 - .8) + .6) / 2, "ECE");
    lyt_measure_add(m, nothing, nothing, unsure, .6);
    expect_near(lyt_measure_figures(m).ece, ((1 - .8) + (1.2 - 1)) / 3, "ECE");
    lyt_measure_free(m);
}

Test(measure, odd_probabilities_stay_in_their_bins)
{
    static const bool truth[3] = {0, 0, 1};
    static const double odd[3] = {NAN, -1, 2};
    lyt_measure *m;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, true), LYT_OK);
    lyt_measure_add(m, truth, truth, odd, 0);
    expect_near(lyt_measure_figures(m).ece, 0, "ECE");
    lyt_measure_free(m);
}

Test(measure, labels_and_bins_one_by_one)
{
    static const bool truth[3] = {1, 0, 0}, said[3] = {1, 1, 0};
    static const double p[3] = {.95, .5, .04};
    lyt_measure *m;
    lyt_label_figures label;
    lyt_reliability bin;

    cr_assert_eq(lyt_measure_new(&m, NULL, names, 3, true), LYT_OK);
    lyt_measure_add(m, truth, said, p, 0);
    cr_expect_eq(lyt_measure_labels(m), 3);
    cr_expect_str_eq(lyt_measure_name(m, 2), "c");
    label = lyt_measure_label(m, 1);
    cr_expect(label.messages == 0 && label.said == 1 && label.right == 0);
    label = lyt_measure_label(m, 0);
    expect_near(label.f1, 1, "F1");
    cr_assert_eq(lyt_measure_bins(m), 15);
    bin = lyt_measure_bin(m, 14);
    expect_near(bin.from, 14 / 15.0, "from");
    expect_near(bin.to, 1, "to");
    expect_near(bin.mean, .95, "mean");
    cr_expect(bin.n == 1 && bin.right == 1);
    bin = lyt_measure_bin(m, 7);
    cr_expect(bin.n == 1 && bin.right == 0);
    bin = lyt_measure_bin(m, 3);
    expect_near(bin.mean, 0, "mean of an empty bin");
    lyt_measure_free(m);
}

Test(measure, json_has_the_keys)
{
    static const char *const keys[] = {"messages",  "accuracy",  "micro_f1", "macro_f1",
                                       "detect_f1", "precision", "recall",   "ece"};
    static const char *const label_keys[] = {"messages",  "said",   "right",
                                             "precision", "recall", "f1"};
    lyt_measure *m = four_messages(true);
    const lyt_json *label;
    lyt_json *json;
    lyt_buf out;
    int64_t count;
    double real;

    lyt_buf_init(&out, NULL);
    lyt_measure_json(m, &out);
    cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&out), 1 << 16, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect(lyt_json_real(lyt_json_get(json, keys[i]), &real), "%s", keys[i]);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "per_label")), 3);
    label = lyt_json_get(lyt_json_get(json, "per_label"), "a");
    for (size_t i = 0; i < sizeof label_keys / sizeof *label_keys; i++)
        cr_expect(lyt_json_real(lyt_json_get(label, label_keys[i]), &real), "%s", label_keys[i]);
    cr_expect(lyt_json_int(lyt_json_get(label, "right"), &count));
    cr_expect_eq(count, 2);
    lyt_json_free(json);
    lyt_buf_deinit(&out);
    lyt_measure_free(m);
}

Test(measure, table_shows_every_label)
{
    lyt_measure *m = four_messages(true);
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_measure_table(m, &out);
    cr_assert_eq(lyt_buf_status(&out), LYT_OK);
    cr_expect_not_null(strstr(out.data, "accuracy              0.250\n"), "%s", out.data);
    cr_expect_not_null(
        strstr(out.data,
               "\na                         2       2       2      1.000   1.000   1.000\n"),
        "%s", out.data);
    lyt_buf_deinit(&out);
    lyt_measure_free(m);
}

Test(measure, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_measure *m = NULL;
        lyt_status status = lyt_measure_new(&m, &failing.alloc, names, 3, true);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
        lyt_measure_free(m);
    }
}
