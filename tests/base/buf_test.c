#include <math.h>

#include "buf.h"
#include "mem.h"
#include "testing.h"

LYT_SUITE(buf);

Test(buf, numbers_are_written_the_same_everywhere)
{
    static const struct {
        int line;
        double value;
        int decimals;
        const char *want;
    } rows[] = {
        {__LINE__, 0, 3, "0"},
        {__LINE__, 0.5, 3, "0.5"},
        {__LINE__, 0.1234567, 4, "0.1235"},
        {__LINE__, -0.00001, 3, "0"},
        {__LINE__, -1.25, 2, "-1.25"},
        {__LINE__, 12, 0, "12"},
        {__LINE__, 0.9999, 2, "1"},
        {__LINE__, NAN, 2, "null"},
        {__LINE__, INFINITY, 2, "null"},
        {__LINE__, 1e300, 2, "null"},
        {__LINE__, 1234567.000001, 6, "1234567.000001"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf buf;

        lyt_buf_init(&buf, NULL);
        lyt_buf_add_real(&buf, rows[i].value, rows[i].decimals);
        cr_expect_str_eq(buf.data, rows[i].want, "row at line %d: %s", rows[i].line, buf.data);
        lyt_buf_deinit(&buf);
    }
}

Test(buf, whole_numbers_to_the_ends)
{
    lyt_buf buf;

    lyt_buf_init(&buf, NULL);
    lyt_buf_add_int(&buf, INT64_MIN);
    lyt_buf_add_char(&buf, ' ');
    lyt_buf_add_int(&buf, INT64_MAX);
    cr_expect_str_eq(buf.data, "-9223372036854775808 9223372036854775807");
    lyt_buf_deinit(&buf);
}

Test(buf, keeps_its_first_failure)
{
    lyt_buf buf;

    lyt_buf_init(&buf, NULL);
    buf.limit = 4;
    lyt_buf_add(&buf, LYT_STR("abcd"));
    cr_expect_eq(lyt_buf_status(&buf), LYT_OK);
    lyt_buf_add(&buf, LYT_STR("e"));
    lyt_buf_add(&buf, LYT_STR(""));
    cr_expect_eq(lyt_buf_status(&buf), LYT_ELIMIT);
    cr_expect_str_eq(buf.data, "abcd");
    cr_expect_null(lyt_buf_take(&buf));
    lyt_buf_reset(&buf);
    lyt_buf_add(&buf, LYT_STR("e"));
    cr_expect_eq(lyt_buf_status(&buf), LYT_OK);
    lyt_buf_deinit(&buf);
}

Test(buf, survives_every_failed_allocation)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_buf buf;

        lyt_buf_init(&buf, &failing.alloc);
        for (int i = 0; i < 100; i++)
            lyt_buf_addf(&buf, "%d,", i);
        cr_expect_eq(lyt_buf_status(&buf), failing.asked >= failing.fail_at ? LYT_ENOMEM : LYT_OK);
        lyt_buf_deinit(&buf);
    }
}

Test(buf, take_hands_over)
{
    lyt_buf buf;
    char *text;

    lyt_buf_init(&buf, NULL);
    text = lyt_buf_take(&buf);
    cr_expect_str_eq(text, "");
    lyt_mem_free(NULL, text);
    lyt_buf_addf(&buf, "%s-%d", "a", 7);
    text = lyt_buf_take(&buf);
    cr_expect_str_eq(text, "a-7");
    cr_expect_eq(buf.len, 0);
    lyt_mem_free(NULL, text);
}
