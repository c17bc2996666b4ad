#include "testing.h"
#include "workframe.h"

LYT_SUITE(workframe);

typedef struct seen {
    size_t n;
    lyt_done_item last;
    lyt_work_item work;
} seen;

static lyt_status see_done(void *user, const lyt_done_item *item, lyt_str part)
{
    seen *s = user;

    s->n++;
    s->last = *item;
    return lyt_workframe_get_done_item(&s->last, part);
}

static lyt_status see_work(void *user, const lyt_work_item *item)
{
    seen *s = user;

    s->n++;
    s->work = *item;
    return LYT_OK;
}

static void make_done(lyt_buf *out)
{
    lyt_done_item item = {.id = -5, .pack = 9};

    item.judgement.json = LYT_STR("{}");
    item.judgement.language = LYT_STR("da");
    item.judgement.place = LYT_STR("214");
    item.judgement.n_failures = 1;
    item.judgement.failures[0] = (lyt_judged_failure){LYT_STR("cold"),
                                                      LYT_STR("tech"),
                                                      0.25,
                                                      3,
                                                      1,
                                                      5,
                                                      {{"æ", 2}, {"b", 1}},
                                                      2,
                                                      0xfedcba9876543210u,
                                                      30};
    lyt_workframe_begin(out, LYT_WORK_DONE);
    lyt_workframe_add_done(out, &item);
    item.failed = true;
    item.reason = LYT_STR("why");
    lyt_workframe_add_done(out, &item);
    item.failed = false;
    lyt_workframe_add_done(out, &item);
    lyt_workframe_count(out, 3);
}

Test(workframe, done_comes_back_as_it_was)
{
    seen *s = calloc(1, sizeof *s);
    const lyt_judged_failure *f = &s->last.judgement.failures[0];
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    make_done(&out);
    cr_assert_eq(lyt_workframe_each_done(lyt_buf_str(&out), see_done, s), LYT_OK);
    cr_expect_eq(s->n, 3);
    cr_expect_eq(s->last.id, -5);
    cr_expect_eq(s->last.pack, 9);
    cr_expect(lyt_str_equal(s->last.judgement.place, LYT_STR("214")));
    cr_expect(lyt_str_equal(f->scenario, LYT_STR("cold")));
    cr_expect(lyt_str_equal(f->words[0], LYT_STR("æ")));
    cr_expect(f->probability > 0.249 && f->probability < 0.251);
    cr_expect_eq(f->severity, 3);
    cr_expect_eq(f->end, 5);
    cr_expect(f->version == 0xfedcba9876543210u && f->window_min == 30);
    /* cut or lengthened anywhere it is no frame, and nothing of it is seen */
    s->n = 0;
    for (size_t n = 0; n < out.len; n++)
        cr_expect_eq(lyt_workframe_each_done(lyt_str_slice(lyt_buf_str(&out), 0, n), see_done, s),
                     LYT_EFORMAT, "cut at %zu", n);
    lyt_buf_add_char(&out, 0);
    cr_expect_eq(lyt_workframe_each_done(lyt_buf_str(&out), see_done, s), LYT_EFORMAT);
    cr_expect_eq(s->n, 0);
    lyt_buf_deinit(&out);
    free(s);
}

Test(workframe, work_comes_back_as_it_was)
{
    lyt_work_item item = {12, LYT_STR("da"), LYT_STR(""), LYT_STR("havnen"), LYT_STR("koldt"),
                          6.5, 10};
    seen *s = calloc(1, sizeof *s);
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_workframe_begin(&out, LYT_WORK_WORK);
    lyt_workframe_add_work(&out, &item);
    lyt_workframe_count(&out, 1);
    cr_expect_eq(lyt_workframe_each_work(lyt_buf_str(&out), see_work, s), LYT_OK);
    cr_expect_eq(s->work.id, 12);
    cr_expect(lyt_str_equal(s->work.property, LYT_STR("havnen")));
    cr_expect(lyt_str_equal(s->work.text, LYT_STR("koldt")));
    cr_expect(s->work.score == 6.5 && s->work.scale == 10.0);
    for (size_t n = 0; n < out.len; n++)
        cr_expect_eq(lyt_workframe_each_work(lyt_str_slice(lyt_buf_str(&out), 0, n), see_work, s),
                     LYT_EFORMAT, "cut at %zu", n);
    lyt_buf_deinit(&out);
    free(s);
}

/* Whatever one byte becomes, a frame is read within its bounds or refused. */
Test(workframe, every_byte_changed)
{
    seen *s = calloc(1, sizeof *s);
    size_t n_refused = 0;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    make_done(&out);
    for (size_t at = 0; at < out.len; at++) {
        for (int value = 0; value < 256; value += 15) {
            char was = out.data[at];

            out.data[at] = (char)value;
            n_refused += lyt_workframe_each_done(lyt_buf_str(&out), see_done, s) != LYT_OK;
            out.data[at] = was;
        }
    }
    cr_expect_gt(n_refused, 1000);
    lyt_buf_deinit(&out);
    free(s);
}

Test(workframe, ready_has_bounds)
{
    static const struct {
        int line;
        uint32_t credit;
        lyt_status status;
    } rows[] = {
        {__LINE__, 0, LYT_EFORMAT},
        {__LINE__, 1, LYT_OK},
        {__LINE__, 1000, LYT_OK},
        {__LINE__, 1001, LYT_EFORMAT},
        {__LINE__, UINT32_MAX, LYT_EFORMAT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_workframe_type type;
        lyt_work_ready ready = {.worker = 99, .base = 99};
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_workframe_ready(&out, &(lyt_work_ready){rows[i].credit, 77, i, i / 2});
        cr_expect_eq(lyt_workframe_type_of(lyt_buf_str(&out), &type), LYT_OK);
        cr_expect_eq(type, LYT_WORK_READY);
        cr_expect_eq(lyt_workframe_get_ready(lyt_buf_str(&out), &ready), rows[i].status,
                     "row at line %d", rows[i].line);
        cr_expect_eq(ready.pack, 77);
        cr_expect_eq(ready.worker, i);
        cr_expect_eq(ready.base, i / 2);
        lyt_buf_deinit(&out);
    }
}

Test(workframe, lessons_are_whole_or_refused)
{
    uint64_t pack = 0, base = 0;
    lyt_str lessons = {NULL, 0};
    lyt_workframe_type type;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_workframe_lessons(&out, 7, 8, LYT_STR("any\0bytes"));
    cr_expect_eq(lyt_workframe_type_of(lyt_buf_str(&out), &type), LYT_OK);
    cr_expect_eq(type, LYT_WORK_LESSONS);
    cr_expect_eq(lyt_workframe_get_lessons(lyt_buf_str(&out), &pack, &base, &lessons), LYT_OK);
    cr_expect_eq(pack, 7);
    cr_expect_eq(base, 8);
    cr_expect(lyt_str_equal(lessons, LYT_STR("any\0bytes")));
    for (size_t n = 0; n < out.len; n++)
        cr_expect_eq(
            lyt_workframe_get_lessons((lyt_str){out.data, n}, &pack, &base, &lessons) == LYT_OK,
            false, "%zu bytes of it", n);
    lyt_buf_add_char(&out, 'x');
    cr_expect_neq(lyt_workframe_get_lessons(lyt_buf_str(&out), &pack, &base, &lessons), LYT_OK);
    lyt_buf_deinit(&out);
}
