#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "out_post.h"
#include "testing.h"

/* Sending where nobody listens, and where nobody may; what receivers answer is in the e2e tests. */
LYT_SUITE(out_post);

/* A port of this machine that is taken and, when it listens, never answers. */
static int take_port(bool listens, int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    cr_assert(!listens || listen(fd, 5) == 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static bool is_knocked(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    return poll(&wait, 1, 0) == 1;
}

static void fill(lyt_out_request *request, const char *url)
{
    lyt_out_request_reset(request);
    request->is_mail = strncmp(url, "smtp", 4) == 0;
    lyt_buf_add_text(&request->url, url);
    lyt_buf_add_text(&request->headers, "Idempotency-Key: k\n");
    lyt_buf_add_text(&request->body, "{}");
    lyt_buf_add_text(&request->mail_from, "<a@b>");
    lyt_buf_add_text(&request->mail_to, "<c@d>");
}

static lyt_posted wait_for(lyt_poster *poster)
{
    lyt_posted posted;

    while (!lyt_poster_take(poster, &posted))
        lyt_poster_step(poster, NULL, 0, 1000);
    cr_expect_eq(lyt_poster_active(poster), 0);
    return posted;
}

Test(out_post, PR_13_private_addresses_are_not_even_knocked_at)
{
    static const char *const urls[] = {
        "http://127.0.0.1:%d/",   "https://127.0.0.1:%d/", "http://localhost:%d/",
        "smtp://127.0.0.1:%d",    "smtps://127.0.0.1:%d",  "http://[::ffff:127.0.0.1]:%d/",
        "http://0.0.0.0:%d/",     "http://2130706433:%d/", "http://0x7f.1:%d/",
        "http://user@127.1:%d/x",
    };
    int port, fd = take_port(true, &port);
    lyt_poster *poster = NULL;
    lyt_out_request request;

    lyt_out_request_init(&request, NULL);
    cr_assert_eq(lyt_poster_new(&poster, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char url[100];
        lyt_posted posted;

        snprintf(url, sizeof url, urls[i], port);
        fill(&request, url);
        cr_assert_eq(lyt_poster_send(poster, &request,
                                     &(lyt_post_options){.tag = 40 + i, .timeout_ms = 5000}),
                     LYT_OK);
        posted = wait_for(poster);
        cr_expect_eq(posted.tag, 40 + i);
        cr_expect(!posted.result.is_answered, "%s", url);
        cr_expect_not_null(strstr(posted.reason, "private address"), "%s: %s", url, posted.reason);
        cr_expect(!is_knocked(fd), "%s", url);
    }
    lyt_poster_free(poster);
    lyt_out_request_deinit(&request);
    close(fd);
}

Test(out_post, other_protocols_do_not_go_out)
{
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/",
                                       "gopher://127.0.0.1/", "dict://127.0.0.1/",
                                       "telnet://127.0.0.1/"};
    lyt_poster *poster = NULL;
    lyt_out_request request;

    lyt_out_request_init(&request, NULL);
    cr_assert_eq(lyt_poster_new(&poster, NULL), LYT_OK);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        lyt_posted posted;

        fill(&request, urls[i]);
        cr_assert_eq(
            lyt_poster_send(poster, &request,
                            &(lyt_post_options){.allow_private = true, .timeout_ms = 5000}),
            LYT_OK);
        posted = wait_for(poster);
        cr_expect(!posted.result.is_answered, "%s: %s", urls[i], posted.reason);
    }
    lyt_poster_free(poster);
    lyt_out_request_deinit(&request);
}

Test(out_post, who_does_not_listen_or_answer_is_told_of)
{
    int port, closed = take_port(false, &port), silent;
    char url[100];
    lyt_poster *poster = NULL;
    lyt_out_request request;
    lyt_posted posted;

    lyt_out_request_init(&request, NULL);
    cr_assert_eq(lyt_poster_new(&poster, NULL), LYT_OK);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    fill(&request, url);
    cr_assert_eq(lyt_poster_send(poster, &request,
                                 &(lyt_post_options){.allow_private = true, .timeout_ms = 5000}),
                 LYT_OK);
    posted = wait_for(poster);
    cr_expect(!posted.result.is_answered && posted.reason[0], "%s", posted.reason);
    close(closed);
    silent = take_port(true, &port);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    fill(&request, url);
    cr_assert_eq(lyt_poster_send(poster, &request,
                                 &(lyt_post_options){.allow_private = true, .timeout_ms = 50}),
                 LYT_OK);
    posted = wait_for(poster);
    cr_expect(!posted.result.is_answered);
    cr_expect_not_null(strstr(posted.reason, "timed out"), "%s", posted.reason);
    cr_expect(is_knocked(silent));
    /* what is still under way when it ends */
    cr_assert_eq(lyt_poster_send(poster, &request,
                                 &(lyt_post_options){.allow_private = true, .timeout_ms = 50000}),
                 LYT_OK);
    lyt_poster_step(poster, NULL, 0, 0);
    cr_expect_eq(lyt_poster_active(poster), 1);
    lyt_poster_free(poster);
    lyt_out_request_deinit(&request);
    close(silent);
}

Test(out_post, no_memory_is_said)
{
    testing_alloc failing;
    lyt_out_request request;

    lyt_out_request_init(&request, NULL);
    fill(&request, "http://127.0.0.1:1/");
    testing_alloc_init(&failing, 0);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_poster *poster = NULL;
        lyt_status status = lyt_poster_new(&poster, &failing.alloc);

        if (!status)
            status = lyt_poster_send(poster, &request, &(lyt_post_options){.timeout_ms = 100});
        cr_expect(status == LYT_OK || status == LYT_ENOMEM);
        cr_expect(!poster || lyt_poster_active(poster) == (status == LYT_OK));
        lyt_poster_free(poster);
    }
    cr_expect_eq(failing.live, 0);
    lyt_out_request_deinit(&request);
}
