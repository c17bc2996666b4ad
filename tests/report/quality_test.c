#include <string.h>

#include "golden.h"
#include "json.h"
#include "quality.h"

LYT_SUITE(quality);

static const char *const labels[] = {"cold", "noise", "wifi"};
enum { n_labels = 3 };

/*
 * Five messages, by hand. Pairs of probability and truth: cold .9 t, .8 t, .3 f, .1 f, .05 f;
 * noise .2 t, .7 f, .6 t, .1 f, 0 f; wifi five times .01 f.
 */
static const struct {
    const char *text;
    bool truth[n_labels], said[n_labels];
    double p[n_labels];
} messages[] = {
    {"cold and loud", {1, 1, 0}, {1, 0, 0}, {.9, .2, .01}},
    {"so <cold>", {1, 0, 0}, {1, 1, 0}, {.8, .7, .01}},
    {"larm", {0, 1, 0}, {0, 1, 0}, {.3, .6, .01}},
    {"thanks", {0, 0, 0}, {0, 0, 0}, {.1, .1, .01}},
    {"fine", {0, 0, 0}, {0, 0, 0}, {.05, 0, .01}},
};
enum { n_messages = sizeof messages / sizeof *messages };

typedef struct bed {
    lyt_measure *measure;
    lyt_confusion *confusion;
    lyt_sweep *sweep;
    lyt_quality quality;
} bed;

static const lyt_clue clues[] = {
    {1, {"loud", 4}, {"stem:loud", 9}, 1.5},
    {1, {NULL, 0}, {"bias", 4}, -3.25},
    {0, {"cold", 4}, {"stem:cold", 9}, 2},
};
static const lyt_wrong worst[] = {
    {1, {"cold and loud", 13}, messages[0].truth, messages[0].said, .8, clues, 3},
    {2, {"so <cold>", 9}, messages[1].truth, messages[1].said, .7, NULL, 0},
};

static void bed_init(bed *b)
{
    cr_assert_eq(lyt_measure_new(&b->measure, NULL, labels, n_labels, true), LYT_OK);
    cr_assert_eq(lyt_confusion_new(&b->confusion, NULL, n_labels), LYT_OK);
    cr_assert_eq(lyt_sweep_new(&b->sweep, NULL), LYT_OK);
    for (size_t i = 0; i < n_messages; i++) {
        lyt_measure_add(b->measure, messages[i].truth, messages[i].said, messages[i].p, 0);
        lyt_confusion_add(b->confusion, messages[i].truth, messages[i].said);
        for (size_t k = 0; k < n_labels; k++)
            cr_assert_eq(lyt_sweep_add(b->sweep, messages[i].p[k], messages[i].truth[k]), LYT_OK);
    }
    lyt_sweep_seal(b->sweep);
    b->quality = (lyt_quality){.subject = LYT_STR("hotel & co"),
                               .measure = b->measure,
                               .confusion = b->confusion,
                               .sweep = b->sweep,
                               .worst = worst,
                               .n_worst = 2,
                               .n_wrong = 2};
}

static void bed_deinit(bed *b)
{
    lyt_measure_free(b->measure);
    lyt_confusion_free(b->confusion);
    lyt_sweep_free(b->sweep);
}

static void add_json(const lyt_quality *quality, lyt_buf *out)
{
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_quality_json(quality, &jw);
    lyt_jw_object_end(&jw);
}

Test(quality, NL_29_as_accepted)
{
    bed b;
    lyt_buf out;

    bed_init(&b);
    lyt_buf_init(&out, NULL);
    lyt_quality_text(&b.quality, &out);
    golden_expect("quality.txt", &out);
    lyt_buf_reset(&out);
    lyt_quality_html(&b.quality, LYT_PAGE_EN, &out);
    golden_expect("quality-en.html", &out);
    lyt_buf_reset(&out);
    lyt_quality_html(&b.quality, LYT_PAGE_DA, &out);
    golden_expect("quality-da.html", &out);
    lyt_buf_deinit(&out);
    bed_deinit(&b);
}

static double real_of(const lyt_json *json, const char *key)
{
    double value = -1;

    cr_expect(lyt_json_real(lyt_json_get(json, key), &value), "%s", key);
    return value;
}

Test(quality, json_by_hand)
{
    bed b;
    lyt_buf out;
    lyt_json *json;
    const lyt_json *part;
    int64_t n = -1;

    bed_init(&b);
    lyt_buf_init(&out, NULL);
    add_json(&b.quality, &out);
    cr_assert_eq(lyt_json_parse(&json, lyt_buf_str(&out), 1 << 20, NULL), LYT_OK);
    cr_expect_float_eq(real_of(json, "accuracy"), .6, 1e-6);
    /* recall 1/4 at .9, 2/4 at .8, 3/4 at .6 (three of four right), 4/4 at .2 (four of six) */
    cr_expect_float_eq(real_of(json, "average_precision"), .25 * (1 + 1 + 3 / 4.0 + 4 / 6.0), 1e-6);
    cr_expect_eq(lyt_json_len(lyt_json_get(json, "calibration")), 15);
    part = lyt_json_at(lyt_json_get(json, "calibration"), 0);
    /* .05, 0 and five of .01 */
    cr_expect_eq(lyt_json_number(part, "n"), 7);
    cr_expect_float_eq(real_of(part, "mean"), .1 / 7, 1e-6);
    part = lyt_json_get(json, "confusion");
    cr_expect_eq(lyt_json_len(lyt_json_get(part, "labels")), n_labels + 1);
    part = lyt_json_at(lyt_json_get(part, "counts"), 0);
    cr_expect(lyt_json_int(lyt_json_at(part, 0), &n) && n == 2, "cold said for cold");
    part = lyt_json_at(lyt_json_get(json, "thresholds"), 9);
    cr_expect_float_eq(real_of(part, "threshold"), .5, 1e-9);
    cr_expect_eq(lyt_json_number(part, "said"), 4);
    cr_expect_eq(lyt_json_number(part, "right"), 3);
    cr_expect_eq(lyt_json_number(json, "wrong"), 2);
    part = lyt_json_at(lyt_json_get(json, "worst"), 0);
    cr_expect_eq(lyt_json_number(part, "message"), 1);
    cr_expect_eq(lyt_json_len(lyt_json_get(part, "truth")), 2);
    cr_expect_eq(lyt_json_len(lyt_json_get(part, "evidence")), 3);
    lyt_json_free(json);
    lyt_buf_deinit(&out);
    bed_deinit(&b);
}

Test(quality, nothing_outside_is_asked_for)
{
    static const char *const never[] = {"http:", "https:",  "<script", "<link", "<img",
                                        "url(",  "@import", "nan",     "inf\""};
    bed b;
    lyt_buf out;

    bed_init(&b);
    lyt_buf_init(&out, NULL);
    lyt_quality_html(&b.quality, LYT_PAGE_EN, &out);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        cr_expect_null(strstr(out.data, never[i]), "%s", never[i]);
    cr_expect_not_null(strstr(out.data, "so &lt;cold&gt;"));
    lyt_buf_deinit(&out);
    bed_deinit(&b);
}

Test(quality, without_memory)
{
    testing_alloc failing = {.fail_at = 0};
    bed b;

    bed_init(&b);
    for (int form = 0; form < 3; form++) {
        failing.fail_at = 0;
        for (long n = 1; testing_each_failure(&failing, &n);) {
            lyt_buf out;

            lyt_buf_init(&out, &failing.alloc);
            if (form == 0)
                lyt_quality_text(&b.quality, &out);
            else if (form == 1)
                add_json(&b.quality, &out);
            else
                lyt_quality_html(&b.quality, LYT_PAGE_DA, &out);
            if (failing.fail_at && failing.asked >= failing.fail_at)
                cr_expect_eq(lyt_buf_status(&out), LYT_ENOMEM, "%d, %ld", form, n);
            lyt_buf_deinit(&out);
            cr_expect_eq(failing.live, 0);
        }
    }
    bed_deinit(&b);
}
