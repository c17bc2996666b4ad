#include <stdio.h>
#include <string.h>

#include "testing.h"
#include "webreq.h"

LYT_SUITE(webreq);

/* "GET a|b ?c=d&e=" of what was read. */
static void shown(const lyt_webreq *req, char out[400])
{
    size_t n = 0;

    for (size_t i = 0; i < req->n_segments; i++)
        n += (size_t)snprintf(out + n, 400 - n, "/%.*s", LYT_STR_ARG(req->segments[i]));
    for (size_t i = 0; i < req->n_query; i++)
        n += (size_t)snprintf(out + n, 400 - n, " %.*s=%.*s", LYT_STR_ARG(req->query[i].name),
                              LYT_STR_ARG(req->query[i].value));
    out[n] = '\0';
}

Test(webreq, targets)
{
    static const struct {
        int line;
        const char *target;
        lyt_status status;
        const char *shown;
    } rows[] = {
        {__LINE__, "/", LYT_OK, ""},
        {__LINE__, "/api/v1/me", LYT_OK, "/api/v1/me"},
        {__LINE__, "/a//b", LYT_OK, "/a//b"},
        {__LINE__, "/a/", LYT_OK, "/a/"},
        {__LINE__, "/t/havnen%2e214?c=ab%26c", LYT_OK, "/t/havnen.214 c=ab&c"},
        {__LINE__, "/x?a=1&&b&=2&c=a+b%2B", LYT_OK, "/x a=1 b= =2 c=a b+"},
        {__LINE__, "/a+b", LYT_OK, "/a+b"},
        {__LINE__, "/%c3%a6", LYT_OK, "/\xc3\xa6"},
        {__LINE__, "/a?b=c?d", LYT_OK, "/a b=c?d"},
        {__LINE__, "/a%2Fb", LYT_OK, "/a/b"},
        {__LINE__, "", LYT_EFORMAT, NULL},
        {__LINE__, "a", LYT_EFORMAT, NULL},
        {__LINE__, "http://x/", LYT_EFORMAT, NULL},
        {__LINE__, "/%", LYT_EFORMAT, NULL},
        {__LINE__, "/%4", LYT_EFORMAT, NULL},
        {__LINE__, "/%4g", LYT_EFORMAT, NULL},
        {__LINE__, "/%00", LYT_EFORMAT, NULL},
        {__LINE__, "/?a=%ff", LYT_EFORMAT, NULL},
        {__LINE__, "/%e6", LYT_EFORMAT, NULL},
        {__LINE__, "/1/2/3/4/5/6/7/8/9", LYT_ELIMIT, NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_webreq req;
        char text[400];

        lyt_webreq_init(&req, NULL);
        cr_expect_eq(lyt_webreq_target(&req, lyt_str_of(rows[i].target)), rows[i].status,
                     "row at line %d", rows[i].line);
        shown(&req, text);
        if (rows[i].shown)
            cr_expect_str_eq(text, rows[i].shown, "row at line %d", rows[i].line);
        lyt_webreq_deinit(&req);
    }
}

Test(webreq, a_target_that_is_too_long_or_has_too_many_parts)
{
    char target[lyt_target_max + 2];
    lyt_webreq req;

    memset(target, 'a', sizeof target);
    target[0] = '/';
    lyt_webreq_init(&req, NULL);
    cr_expect_eq(lyt_webreq_target(&req, (lyt_str){target, lyt_target_max}), LYT_OK);
    cr_expect_eq(lyt_webreq_target(&req, (lyt_str){target, lyt_target_max + 1}), LYT_ELIMIT);
    target[1] = '?';
    for (size_t i = 2; i < 2 + 2 * (lyt_query_max + 1); i++)
        target[i] = i % 2 ? '&' : 'a';
    cr_expect_eq(lyt_webreq_target(&req, (lyt_str){target, 1 + 2 * lyt_query_max}), LYT_OK);
    cr_expect_eq(req.n_query, (size_t)lyt_query_max);
    cr_expect_eq(lyt_webreq_target(&req, (lyt_str){target, 4 + 2 * lyt_query_max}), LYT_ELIMIT);
    lyt_webreq_deinit(&req);
}

Test(webreq, memory_that_ends_is_told)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_webreq req;

        lyt_webreq_init(&req, &failing.alloc);
        lyt_status status = lyt_webreq_target(&req, LYT_STR("/a/b?c=d"));

        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        lyt_webreq_deinit(&req);
    }
    cr_expect_eq(failing.live, 0);
}

Test(webreq, headers_cookies_and_bearers)
{
    lyt_webreq req;

    lyt_webreq_init(&req, NULL);
    cr_expect(lyt_webreq_header_add(&req, LYT_STR("Cookie"),
                                    LYT_STR(" a=1; lyt_session=xyz ;b=2; lyt_session=no")));
    cr_expect(lyt_webreq_header_add(&req, LYT_STR("AUTHORIZATION"), LYT_STR("bearer  lyt_1 ")));
    cr_expect(lyt_webreq_header_add(&req, LYT_STR("Content-Type"),
                                    LYT_STR("Application/JSON ; charset=utf-8")));
    cr_expect(lyt_str_equal(lyt_webreq_cookie(&req, "lyt_session"), LYT_STR("xyz")));
    cr_expect(lyt_str_equal(lyt_webreq_cookie(&req, "b"), LYT_STR("2")));
    cr_expect_eq(lyt_webreq_cookie(&req, "session").len, 0);
    cr_expect(lyt_str_equal(lyt_webreq_bearer(&req), LYT_STR("lyt_1")));
    cr_expect(lyt_webreq_is_type(&req, "application/json"));
    cr_expect_not(lyt_webreq_is_type(&req, "application/js"));
    cr_expect_eq(lyt_webreq_header(&req, "Nothing").len, 0);
    while (req.n_headers < lyt_webreq_headers_max)
        cr_expect(lyt_webreq_header_add(&req, LYT_STR("X"), LYT_STR("1")));
    cr_expect_not(lyt_webreq_header_add(&req, LYT_STR("X"), LYT_STR("1")));
    lyt_webreq_deinit(&req);
}

Test(webreq, numbers)
{
    static const struct {
        int line;
        const char *text;
        bool is_one;
        int64_t number;
    } rows[] = {
        {__LINE__, "0", true, 0},     {__LINE__, "17", true, 17},
        {__LINE__, "-3", true, -3},   {__LINE__, "1000", true, 1000},
        {__LINE__, "1001", false, 0}, {__LINE__, "-11", false, 0},
        {__LINE__, "", false, 0},     {__LINE__, "-", false, 0},
        {__LINE__, "1a", false, 0},   {__LINE__, " 1", false, 0},
        {__LINE__, "+1", false, 0},   {__LINE__, "99999999999999999999", false, 0},
        {__LINE__, "0x10", false, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t number = 0;
        bool is_one = lyt_webreq_int(lyt_str_of(rows[i].text), -10, 1000, &number);

        cr_expect_eq(is_one, rows[i].is_one, "row at line %d", rows[i].line);
        cr_expect_eq(number, rows[i].number, "row at line %d", rows[i].line);
    }
}

Test(webreq, comparing)
{
    cr_expect(lyt_web_equal_secret(LYT_STR("abc"), LYT_STR("abc")));
    cr_expect(lyt_web_equal_secret(LYT_STR(""), LYT_STR("")));
    cr_expect_not(lyt_web_equal_secret(LYT_STR("abc"), LYT_STR("abd")));
    cr_expect_not(lyt_web_equal_secret(LYT_STR("abc"), LYT_STR("ab")));
    cr_expect(lyt_web_equal_nocase(LYT_STR("Host"), LYT_STR("hOST")));
    cr_expect_not(lyt_web_equal_nocase(LYT_STR("Host"), LYT_STR("Hos")));
}
