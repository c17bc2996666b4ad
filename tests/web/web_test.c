/* The HTTP server in front of a whole service in this process, over real sockets. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "serving.h"
#include "signing.h"
#include "web.h"

LYT_SUITE(httpserver);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

enum { answer_max = 1 << 20 };

typedef struct bed {
    serving s;
    lyt_gateway_config gates[2];
    lyt_channels channels;
    lyt_web_options options;
    lyt_web *web;
    char url[lyt_web_url_max];
    char *answer;
} bed;

static void bed_open(bed *b)
{
    lyt_error err = {.text = ""};

    cr_assert_eq(lyt_web_start(&b->web, &b->options, b->url, &err), LYT_OK, "%s", err.text);
}

static void bed_init(bed *b)
{
    memset(b, 0, sizeof *b);
    serving_init(&b->s);
    serving_start(&b->s);
    b->answer = malloc(answer_max);
    b->gates[0] = (lyt_gateway_config){.name = LYT_STR("twilio"),
                                       .gateway = lyt_gateway_find("twilio"),
                                       .path = LYT_STR("/in/twilio"),
                                       .property = LYT_STR("havnen")};
    b->gates[0].secrets.n = 1;
    b->gates[0].secrets.keys[0] = LYT_STR("12345");
    b->gates[1] = (lyt_gateway_config){.name = LYT_STR("vonage"),
                                       .gateway = lyt_gateway_find("vonage"),
                                       .path = LYT_STR("/in/vonage"),
                                       .scheme = LYT_SCHEME_NONE,
                                       .property = LYT_STR("havnen")};
    b->channels = (lyt_channels){.public_url = LYT_STR("https://feedback.example.dk"),
                                 .gateways = b->gates,
                                 .n_gateways = 2};
    b->options = (lyt_web_options){.listen = "127.0.0.1:0",
                                   .service = b->s.service,
                                   .at = &b->s.at,
                                   .state = b->s.folder,
                                   .channels = &b->channels,
                                   .version = "1"};
}

static void bed_close(bed *b)
{
    lyt_error err = {.text = ""};

    cr_expect_eq(lyt_web_stop(b->web, &err), LYT_OK, "%s", err.text);
    b->web = NULL;
}

static void bed_deinit(bed *b)
{
    bed_close(b);
    serving_deinit(&b->s);
    free(b->answer);
}

static int dial(const bed *b)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = 30};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_port = htons((uint16_t)atoi(strrchr(b->url, ':') + 1));
    cr_assert_geq(fd, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* The whole answer until the other side closes; its status, 0 when it only closed. */
static int ask(bed *b, const char *method, const char *target, const char *headers,
               const char *body)
{
    char request[8192];
    int fd = dial(b), status = 0;
    size_t n = 0;
    ssize_t got;

    snprintf(request, sizeof request,
             "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%sContent-Length: "
             "%zu\r\n\r\n%s",
             method, target, headers, strlen(body), body);
    cr_assert_eq(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    while (n < answer_max - 1 && (got = recv(fd, b->answer + n, answer_max - 1 - n, 0)) > 0)
        n += (size_t)got;
    b->answer[n] = '\0';
    close(fd);
    if (sscanf(b->answer, "HTTP/1.1 %d", &status) != 1)
        return 0;
    return status;
}

/* As Twilio signs: the address, then the fields by name; here one of each. */
static int twilio(bed *b, const char *secret, const char *sid, const char *words)
{
    char signed_text[400], headers[300], body[400], letters[lyt_signed_text_max];
    lyt_signed sum;

    snprintf(signed_text, sizeof signed_text,
             "https://feedback.example.dk/in/twilioAccountSidAC1Body%sFrom+4540404422MessageSid%s"
             "To+4592450000",
             words, sid);
    sum = lyt_hmac_of(LYT_DIGEST_SHA1, lyt_str_of(secret), lyt_str_of(signed_text));
    snprintf(headers, sizeof headers,
             "Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: %.*s\r\n",
             LYT_STR_ARG(lyt_base64(&sum, letters)));
    snprintf(body, sizeof body,
             "AccountSid=AC1&Body=%s&From=%%2B4540404422&MessageSid=%s&To=%%2B4592450000", words,
             sid);
    return ask(b, "POST", "/in/twilio", headers, body);
}

Test(httpserver, a_signed_call_becomes_one_message_and_an_unsigned_one_none)
{
    bed b;

    bed_init(&b);
    bed_open(&b);
    serving_listen(&b.s);
    cr_expect_eq(twilio(&b, "12345", "SM1", "cold"), 200, "%s", b.answer);
    cr_expect_eq(serving_number(&b.s, "{\"request\":\"status\"}", "counts", "feedback"), 1);
    cr_expect_eq(twilio(&b, "12345", "SM1", "cold"), 200, "a copy is well taken");
    cr_expect_eq(twilio(&b, "wrong", "SM2", "cold"), 403);
    cr_expect_eq(ask(&b, "POST", "/in/twilio",
                     "Content-Type: application/x-www-form-urlencoded\r\n", "Body=cold"),
                 403);
    cr_expect_eq(ask(&b, "POST", "/in/nobody", "", "Body=cold"), 404);
    cr_expect_eq(serving_number(&b.s, "{\"request\":\"status\"}", "counts", "feedback"), 1);
    serving_hear(&b.s, 2); /* alarm and incident */
    HAS(b.s.heard.data, "alarm.havnen.technical.3.heating-broken");
    cr_expect_eq(ask(&b, "GET", "/metrics", "", ""), 200);
    HAS(b.answer, "lyt_gateway_refused_total{gateway=\"twilio\",why=\"bad-signature\"} 1\n");
    HAS(b.answer, "lyt_gateway_refused_total{gateway=\"twilio\",why=\"no-signature\"} 1\n");
    HAS(b.answer, "lyt_gateway_items_total{gateway=\"twilio\",kind=\"feedback\"} 2\n");
    HAS(b.answer, "lyt_http_refused_total{why=\"gateway\"} 2\n");
    bed_deinit(&b);
}

#define PART(sid, n, words)                                                                        \
    "/in/vonage?msisdn=4540404422&to=4592450000&messageId=" sid "&type=text&concat=true&"          \
    "concat-ref=7&concat-total=2&concat-part=" n                                                   \
    "&message-timestamp=2026-11-22+05:40:00&text=" words

/* The service ends between two parts of a long SMS, and none is lost. */
Test(httpserver, parts_of_a_long_sms_wait_on_the_disk)
{
    bed b;

    bed_init(&b);
    bed_open(&b);
    cr_expect_eq(ask(&b, "GET", PART("a1", "2", "dirty"), "", ""), 204, "%s", b.answer);
    cr_expect_eq(serving_number(&b.s, "{\"request\":\"status\"}", "counts", "feedback"), 0);
    bed_close(&b);
    bed_open(&b);
    cr_expect_eq(ask(&b, "GET", PART("a0", "1", "cold%20and%20"), "", ""), 204);
    serving_until(&b.s, "counts", "verdicts", 1);
    HAS(serving_ask(&b.s, "{\"request\":\"feedback\",\"feedback\":1}"), "\"cold and dirty\"");
    bed_deinit(&b);
}

Test(httpserver, what_cannot_be_is_said_before_it_listens)
{
    static const struct {
        int line;
        const char *listen, *cert, *key;
        lyt_status status;
        const char *says;
    } rows[] = {
        {__LINE__, "0.0.0.0:0", NULL, NULL, LYT_EINVAL, "lyt token new"},
        {__LINE__, "127.0.0.1", NULL, NULL, LYT_EINVAL, "127.0.0.1:7700"},
        {__LINE__, "192.0.2.7.8:1", NULL, NULL, LYT_EINVAL, ""},
        {__LINE__, "127.0.0.1:0", "cert.pem", NULL, LYT_EINVAL, "--tls-key"},
        {__LINE__, "127.0.0.1:0", "nothing.pem", "nothing.key", LYT_ENOTFOUND, ""},
    };
    bed b;

    bed_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_web_options options = b.options;
        lyt_error err = {.text = ""};

        options.listen = rows[i].listen;
        options.tls_cert = rows[i].cert;
        options.tls_key = rows[i].key;
        cr_expect_eq(lyt_web_start(&b.web, &options, b.url, &err), rows[i].status,
                     "row at line %d: %s", rows[i].line, err.text);
        HAS(err.text, rows[i].says);
    }
    b.web = NULL;
    bed_open(&b);
    {
        lyt_web_options options = b.options;
        lyt_web *second = NULL;
        char url[lyt_web_url_max];
        lyt_error err = {.text = ""};

        options.listen = b.url + strlen("http://");
        cr_expect_eq(lyt_web_start(&second, &options, url, &err), LYT_EEXISTS);
        HAS(err.text, "in use");
    }
    bed_deinit(&b);
}

/* Memory ends at the n-th allocation of the start, for every n: it says so and leaves nothing. */
Test(httpserver, memory_that_ends_at_the_start)
{
    testing_alloc failing = {.fail_at = 0};
    bed b;

    bed_init(&b);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_error err = {.text = ""};
        lyt_status status;

        b.options.alloc = &failing.alloc;
        status = lyt_web_start(&b.web, &b.options, b.url, &err);
        if (!status)
            bed_close(&b);
        cr_expect(status == LYT_OK || err.text[0], "at %ld", n);
        cr_expect_eq(failing.live, 0, "at %ld: %ld", n, failing.live);
        b.web = NULL;
    }
    bed_deinit(&b);
}

/*
 * The same while it serves. The client hears 503 or is cut off, and then memory is back: all is as
 * it was, and what was answered 200 is there.
 */
Test(httpserver, memory_that_ends_while_it_serves)
{
    static const struct {
        const char *method, *target, *body;
    } asks[] = {
        {"POST", "/api/v1/feedback", "{\"id\":\"a\",\"channel\":\"sms\",\"text\":\"cold\"}"},
        {"GET", "/api/v1/incidents", ""},
        {"GET", "/api/v1/feedback?query=cold", ""},
        {"GET", "/metrics", ""},
        {"POST", "/api/v1/incidents/1/ack", "{\"by\":\"mette\"}"},
    };
    testing_alloc failing = {.fail_at = 0};
    bool opened = false;
    bed b;

    bed_init(&b);
    testing_alloc_init(&failing, 0);
    b.options.alloc = &failing.alloc;
    bed_open(&b);
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        int status = 0;

        for (long n = 1; n < 100 && status != 200 && status != 409; n++) {
            failing.fail_at = failing.asked + n;
            status = ask(&b, asks[i].method, asks[i].target, "Content-Type: application/json\r\n",
                         asks[i].body);
            cr_expect(status == 0 || status == 200 || status == 409 || status == 503,
                      "%s %s at %ld: %s", asks[i].method, asks[i].target, n, b.answer);
            failing.fail_at = 0;
        }
        status = ask(&b, asks[i].method, asks[i].target, "Content-Type: application/json\r\n",
                     asks[i].body);
        cr_expect(status == 200 || status == 409, "%s: %s", asks[i].target, b.answer);
        /* what is asked next is about the incident that comes of the message */
        for (long n = 0; n < 100000 && !opened; n++)
            opened = serving_number(&b.s, "{\"request\":\"status\"}", "counts", "incidents") > 0;
    }
    cr_expect_eq(serving_number(&b.s, "{\"request\":\"status\"}", "counts", "feedback"), 1);
    bed_deinit(&b);
}
