#include <string.h>

#include "out_address.h"
#include "out_retry.h"
#include "out_sign.h"
#include "testing.h"

LYT_SUITE(out_sign);

Test(out_sign, AL_16_the_published_vector_comes_out)
{
    static const char *const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    cr_expect_eq(lyt_out_sign(&out, lyt_str_of(secret), LYT_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                              1614265330, LYT_STR("{\"test\": 2432232314}")),
                 LYT_OK);
    cr_expect_str_eq(out.data, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    lyt_buf_deinit(&out);
}

Test(out_sign, PR_12_two_secrets_sign_during_a_change)
{
    static const char both[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"
                               "\n whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA \n";
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    cr_expect_eq(lyt_out_sign(&out, lyt_str_of(both), LYT_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                              1614265330, LYT_STR("{\"test\": 2432232314}")),
                 LYT_OK);
    cr_expect(lyt_str_begins(lyt_buf_str(&out),
                             LYT_STR("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,")));
    cr_expect_eq(out.len, 2 * strlen("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=") + 1);
    lyt_buf_deinit(&out);
}

Test(out_sign, what_is_no_secret_signs_nothing)
{
    static const struct {
        int row;
        const char *secret;
        lyt_status status;
    } rows[] = {
        {__LINE__, "", LYT_EFORMAT},
        {__LINE__, "\n \n", LYT_EFORMAT},
        {__LINE__, "whsec_", LYT_EFORMAT},
        {__LINE__, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", LYT_EFORMAT},
        {__LINE__, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", LYT_EFORMAT},
        {__LINE__, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==", LYT_EFORMAT},
        {__LINE__, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La!aSw", LYT_EFORMAT},
        {__LINE__, "whsec_AAAA", LYT_EFORMAT},
        {__LINE__,
         "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nwhsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
         "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nwhsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
         "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
         LYT_ELIMIT},
        {__LINE__, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", LYT_OK},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect_eq(lyt_out_sign(&out, lyt_str_of(rows[i].secret), LYT_STR("a"), 1, LYT_STR("b")),
                     rows[i].status, "row %d", rows[i].row);
        lyt_buf_deinit(&out);
    }
}

Test(out_sign, no_memory_is_said)
{
    testing_alloc failing;

    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_buf out;
        lyt_status status;

        lyt_buf_init(&out, &failing.alloc);
        status = lyt_out_sign(&out, LYT_STR("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), LYT_STR("a"),
                              1, LYT_STR("b"));
        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        lyt_buf_deinit(&out);
    }
    cr_expect_eq(failing.live, 0);
}

Test(out_sign, BU_15_retries_are_those_of_the_table)
{
    static const int64_t s = 1000000, now = (int64_t)1764000000 * 1000000;
    static const struct {
        int row;
        lyt_out_result result;
        int64_t attempts;
        double chance;
        lyt_out_verdict verdict;
        int64_t wait_s, way_s;
    } rows[] = {
        {__LINE__, {.is_answered = true, .status = 200}, 1, 0, LYT_OUT_SENT, 0, 0},
        {__LINE__, {.is_answered = true, .status = 299}, 9, 0, LYT_OUT_SENT, 0, 0},
        {__LINE__, {.is_answered = true, .status = 301}, 1, 0, LYT_OUT_AGAIN, 5, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 1, 0, LYT_OUT_AGAIN, 5, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 2, 0, LYT_OUT_AGAIN, 300, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 3, 0, LYT_OUT_AGAIN, 1800, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 4, 0, LYT_OUT_AGAIN, 7200, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 5, 0, LYT_OUT_AGAIN, 18000, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 6, 0, LYT_OUT_AGAIN, 36000, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 7, 0, LYT_OUT_AGAIN, 50400, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 8, 0, LYT_OUT_AGAIN, 72000, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 9, 0, LYT_OUT_AGAIN, 86400, 0},
        {__LINE__, {.is_answered = true, .status = 500}, 10, 0, LYT_OUT_DEAD, 0, 0},
        {__LINE__, {.is_answered = false}, 2, 0.5, LYT_OUT_AGAIN, 315, 0},
        {__LINE__, {.is_answered = false}, 2, 1, LYT_OUT_AGAIN, 330, 0},
        {__LINE__, {.is_answered = true, .status = 410}, 1, 0, LYT_OUT_GONE, 0, 0},
        {__LINE__, {.is_answered = true, .status = 429}, 1, 0, LYT_OUT_AGAIN, 5, 5},
        {__LINE__,
         {.is_answered = true, .status = 429, .retry_after_us = (int64_t)90 * 1000000},
         1,
         0,
         LYT_OUT_AGAIN,
         90,
         90},
        {__LINE__,
         {.is_answered = true, .status = 503, .retry_after_us = (int64_t)2 * 1000000},
         1,
         0,
         LYT_OUT_AGAIN,
         5,
         2},
        {__LINE__, {.is_answered = true, .status = 504}, 1, 0, LYT_OUT_AGAIN, 5, 5},
        {__LINE__, {.is_answered = true, .status = 400}, 1, 0, LYT_OUT_DEAD, 0, 0},
        {__LINE__, {.is_answered = true, .status = 422}, 1, 0, LYT_OUT_DEAD, 0, 0},
        {__LINE__,
         {.is_answered = true, .status = 422, .is_patient = true},
         1,
         0,
         LYT_OUT_AGAIN,
         5,
         0},
        {__LINE__, {.is_answered = true, .status = 401}, 1, 0, LYT_OUT_AGAIN, 5, 0},
        {__LINE__, {.is_answered = true, .status = 404}, 1, 0, LYT_OUT_AGAIN, 5, 0},
        {__LINE__, {.is_mail = true, .is_answered = true, .status = 250}, 1, 0, LYT_OUT_SENT, 0, 0},
        {__LINE__,
         {.is_mail = true, .is_answered = true, .status = 450},
         1,
         0,
         LYT_OUT_AGAIN,
         5,
         0},
        {__LINE__, {.is_mail = true, .is_answered = true, .status = 550}, 1, 0, LYT_OUT_DEAD, 0, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_out_next next =
            lyt_out_retry(&rows[i].result, rows[i].attempts, INT64_MAX, now, rows[i].chance);

        cr_expect_eq(next.verdict, rows[i].verdict, "row %d", rows[i].row);
        cr_expect_eq(next.due_us, rows[i].wait_s ? now + rows[i].wait_s * s : 0, "row %d: %lld",
                     rows[i].row, (long long)(next.due_us - now));
        cr_expect_eq(next.way_due_us, rows[i].way_s ? now + rows[i].way_s * s : 0, "row %d",
                     rows[i].row);
    }
}

Test(out_sign, an_attempt_that_would_come_too_late_is_not_made)
{
    lyt_out_result failed = {.is_answered = false};

    cr_expect_eq(lyt_out_retry(&failed, 1, 5000000, 0, 0).verdict, LYT_OUT_AGAIN);
    cr_expect_eq(lyt_out_retry(&failed, 1, 4999999, 0, 0).verdict, LYT_OUT_DEAD);
    cr_expect_eq(lyt_out_retry(&failed, 2, 299999999, 0, 0).verdict, LYT_OUT_DEAD);
}

Test(out_sign, PR_13_private_addresses_are_known)
{
    static const struct {
        int row;
        size_t n;
        unsigned char bytes[16];
        bool is_private;
    } rows[] = {
        {__LINE__, 4, {127, 0, 0, 1}, true},
        {__LINE__, 4, {10, 1, 2, 3}, true},
        {__LINE__, 4, {172, 15, 255, 255}, false},
        {__LINE__, 4, {172, 16, 0, 0}, true},
        {__LINE__, 4, {172, 31, 255, 255}, true},
        {__LINE__, 4, {172, 32, 0, 0}, false},
        {__LINE__, 4, {192, 168, 255, 1}, true},
        {__LINE__, 4, {192, 169, 0, 1}, false},
        {__LINE__, 4, {169, 254, 169, 254}, true},
        {__LINE__, 4, {100, 63, 0, 1}, false},
        {__LINE__, 4, {100, 64, 0, 1}, true},
        {__LINE__, 4, {100, 127, 255, 255}, true},
        {__LINE__, 4, {0, 0, 0, 0}, true},
        {__LINE__, 4, {224, 0, 0, 1}, true},
        {__LINE__, 4, {255, 255, 255, 255}, true},
        {__LINE__, 4, {198, 19, 0, 1}, true},
        {__LINE__, 4, {35, 241, 147, 191}, false},
        {__LINE__, 4, {8, 8, 8, 8}, false},
        {__LINE__, 16, {[15] = 1}, true},
        {__LINE__, 16, {[15] = 0}, true},
        {__LINE__, 16, {[10] = 0xff, 0xff, 10, 0, 0, 1}, true},
        {__LINE__, 16, {[10] = 0xff, 0xff, 8, 8, 8, 8}, false},
        {__LINE__, 16, {[12] = 127, 0, 0, 1}, true},
        {__LINE__, 16, {0, 0x64, 0xff, 0x9b, [12] = 192, 168, 0, 1}, true},
        {__LINE__, 16, {0, 0x64, 0xff, 0x9b, [12] = 8, 8, 8, 8}, false},
        {__LINE__, 16, {0xfc, 1}, true},
        {__LINE__, 16, {0xfd, 1}, true},
        {__LINE__, 16, {0xfe, 0x80}, true},
        {__LINE__, 16, {0xfe, 0xbf}, true},
        {__LINE__, 16, {0xff, 2}, true},
        {__LINE__, 16, {0x20, 1, 0x0d, 0xb8}, true},
        {__LINE__, 16, {0x20, 2, 10, 0, 0, 1}, true},
        {__LINE__, 16, {0x2a, 0, 0x14, 0x50}, false},
        {__LINE__, 16, {0x26, 6, 0x47, 0}, false},
        {__LINE__, 5, {8, 8, 8, 8, 8}, true},
        {__LINE__, 0, {0}, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_out_is_private(rows[i].bytes, rows[i].n), rows[i].is_private, "row %d",
                     rows[i].row);
}
