#include <stdio.h>
#include <string.h>

#include "actor.h"
#include "serving.h"
#include "worker.h"

LYT_SUITE(intake);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)

/* Without an id the content is the id, where it says whose or of when it is. */
Test(intake, content_stands_for_an_id)
{
    static const struct {
        int line;
        const char *message;
        const char *status;
    } rows[] = {
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\"}", "duplicate"},
        {__LINE__, "{\"from\":\"b\",\"text\":\"cold\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold!\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"channel\":\"sms\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"place\":\"2\"}", "accepted"},
        {__LINE__, "{\"from\":\"acold\",\"text\":\"x\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"coldx\"}", "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"sent_at\":\"2026-11-22T05:40:00Z\"}",
         "accepted"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"sent_at\":\"2026-11-22T05:40:00Z\"}",
         "duplicate"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"sent_at\":\"2026-11-22T06:40:00+01:00\"}",
         "duplicate"},
        {__LINE__, "{\"from\":\"a\",\"text\":\"cold\",\"id\":\"1\"}", "accepted"},
        {__LINE__, "{\"text\":\"cold\"}", "accepted"},
        {__LINE__, "{\"text\":\"cold\"}", "accepted"},
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_not_null(strstr(serving_submit(&s, rows[i].message), rows[i].status),
                           "row at line %d: %s", rows[i].line, s.json.data);
    /* and after a restart */
    serving_stop(&s);
    serving_start(&s);
    HAS(serving_submit(&s, rows[0].message), "duplicate");
    serving_deinit(&s);
}

/* Two copies on two connections, sent before either is answered: one of them is the message. */
Test(intake, CH_03_two_copies_in_the_same_moment_are_one)
{
    enum { rounds = 200 };
    lyt_sock *sock[2];
    lyt_frames *frames;
    serving s;
    lyt_error err;

    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    for (int k = 0; k < 2; k++) {
        cr_assert_eq(lyt_sock_open(&sock[k], s.net, LYT_SOCK_DEALER, 1000, &err), LYT_OK);
        cr_assert_eq(lyt_sock_connect(sock[k], s.at.submit, &err), LYT_OK);
    }
    for (int i = 0; i < rounds; i++) {
        char json[2][80], answer[2][200];

        for (int k = 0; k < 2; k++) {
            lyt_str frame;

            snprintf(json[k], sizeof json[k], "{\"%s\":\"%d\",\"text\":\"so cold\"}",
                     i % 2 ? "id" : "from", i);
            frame = lyt_str_of(json[k]);
            cr_assert_eq(lyt_sock_send(sock[k], &frame, 1), LYT_OK);
        }
        for (int k = 0; k < 2; k++) {
            cr_assert_eq(lyt_sock_recv(sock[k], frames, 20000), LYT_OK);
            snprintf(answer[k], sizeof answer[k], "%.*s", LYT_STR_ARG(lyt_frames_at(frames, 0)));
        }
        cr_expect_neq(strstr(answer[0], "accepted") != NULL, strstr(answer[1], "accepted") != NULL,
                      "round %d: %s %s", i, answer[0], answer[1]);
        cr_expect_neq(strstr(answer[0], "duplicate") != NULL,
                      strstr(answer[1], "duplicate") != NULL);
    }
    cr_expect_eq(serving_number(&s, "{\"request\":\"status\"}", "counts", "feedback"), rounds);
    for (int k = 0; k < 2; k++)
        lyt_sock_close(sock[k], 0);
    lyt_frames_free(frames);
    serving_deinit(&s);
}

/* "fire" is danger to people for this judge. */
static lyt_status judge_fire(void *session, const lyt_question *question, lyt_judgement *out,
                             lyt_error *err)
{
    lyt_status status = serving_judge.judge(session, question, out, err);

    if (!status && lyt_str_begins(question->text, LYT_STR("fire")))
        out->failures[out->n_failures++] = (lyt_judged_failure){
            LYT_STR("danger"), LYT_STR("duty"), 1, 4, 0, 4, {{"fire", 4}}, 1, 0, 0};
    return status;
}

/* Nobody works, so a queue builds up and fills; danger goes in all the same, and comes out first.
 */
Test(intake, danger_passes_a_full_queue_and_goes_first)
{
    lyt_judge judge = serving_judge;
    serving s;
    char text[80];

    judge.judge = judge_fire;
    serving_init(&s);
    s.options.judge = &judge;
    s.options.n_workers = 0;
    s.options.queue_soft = 250;
    s.options.queue_hard = 300;
    serving_start(&s);
    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "{\"place\":\"%d\",\"text\":\"cold\"}", i);
        HAS(serving_submit(&s, text), "accepted");
    }
    HAS(serving_submit(&s, "{\"id\":\"late\",\"text\":\"cold\"}"), "\"status\":\"busy\"");
    HAS(serving_submit(&s, "{\"id\":\"f\",\"text\":\"fire!\"}"), "accepted");
    cr_expect_gt(serving_number(&s, "{\"request\":\"status\"}", "queue", "urgent"), 0);
    {
        lyt_worker_options options = {
            .net = s.net, .endpoint = s.at.work, .judge = &judge, .heartbeat_ms = 300, .credit = 1};
        lyt_error err = {.text = ""};
        lyt_actor *worker;

        serving_listen(&s);
        cr_assert_eq(lyt_actor_start(&worker, s.net, "worker", lyt_worker_run, &options, &err),
                     LYT_OK);
        serving_hear(&s, 1);
        cr_expect(lyt_str_begins(lyt_buf_str(&s.heard), LYT_STR("alarm.default.duty.4.danger\n")),
                  "%s", s.heard.data);
        serving_hear(&s, 602);
        cr_expect_eq(lyt_actor_stop(worker, &err), LYT_OK);
    }
    serving_deinit(&s);
}

/* A reload while messages come: each is judged by the one or the other, none is lost. */
Test(intake, messages_go_on_while_the_judge_changes)
{
    lyt_judge other = serving_judge;
    lyt_error err = {.text = ""};
    serving s;
    char text[80];

    other.version = 8;
    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "{\"place\":\"%d\",\"text\":\"cold\"}", i);
        HAS(serving_submit(&s, text), "accepted");
        if (i % 20 == 10)
            cr_expect_eq(
                lyt_service_rejudge(s.service, i == 30 ? &serving_judge : &other, 120, &err),
                LYT_OK, "%s", err.text);
    }
    serving_hear(&s, 120);
    HAS(s.json.data, "incident");
    HAS(serving_ask(&s, "{\"request\":\"status\"}"), "\"pack\":\"0000000000000008\"");
    HAS(serving_ask(&s, "{\"request\":\"events\",\"since\":117,\"topic\":\"alarm.\"}"),
        "\"pack\":\"0000000000000008\"");
    serving_until(&s, "counts", "verdicts", 60);
    serving_deinit(&s);
}

Test(intake, OP_04_what_is_refused_is_counted_by_why)
{
    static const char *const bad[] = {
        "{\"text\":\"\"}",
        "{\"text\":5}",
        "{\"property\":\"!\",\"text\":\"a\"}",
        "x",
        "{\"type\":\"incident.ack\",\"incident\":99,\"by\":\"Ida\"}",
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not_null(strstr(serving_submit(&s, bad[i]), "\"refused\""), "%s", bad[i]);
    serving_until(&s, "queue", "refused", sizeof bad / sizeof *bad);
    cr_expect_not_null(
        strstr(serving_ask(&s, "{\"request\":\"status\"}"),
               "\"refused_by\":{\"incident\":1,\"json\":1,\"property\":1,\"text\":2}"),
        "%s", s.json.data);
    serving_deinit(&s);
}

/* Whoever sends nothing but danger does not fill the memory either. */
Test(intake, OP_15_even_danger_has_a_bound)
{
    lyt_judge judge = serving_judge;
    serving s;
    char text[80];
    int n = 0;

    judge.judge = judge_fire;
    serving_init(&s);
    s.options.judge = &judge;
    s.options.n_workers = 0;
    s.options.queue_soft = 250;
    s.options.queue_hard = 300;
    serving_start(&s);
    do
        snprintf(text, sizeof text, "{\"id\":\"%d\",\"text\":\"fire %d\"}", n, n);
    while (strstr(serving_submit(&s, text), "accepted") && ++n < 1000);
    cr_expect_eq(n, 600, "%d were taken", n);
    HAS(s.json.data, "\"status\":\"busy\"");
    serving_deinit(&s);
}

Test(intake, OP_15_the_bytes_that_wait_have_a_bound)
{
    serving s;
    char text[600];
    int n = 0;

    serving_init(&s);
    s.options.n_workers = 0;
    s.options.queue_bytes = 5000;
    serving_start(&s);
    do
        snprintf(text, sizeof text, "{\"id\":\"%d\",\"text\":\"cold %0500d\"}", n, n);
    while (strstr(serving_submit(&s, text), "accepted") && ++n < 100);
    cr_expect_eq(n, 10, "%d were taken", n);
    HAS(s.json.data, "\"status\":\"busy\"");
    serving_deinit(&s);
}

/* Without an id a message is known by all that it says. */
Test(intake, CH_03_what_differs_in_anything_is_another_message)
{
    static const char *const rows[] = {
        "{\"from\":\"a\",\"text\":\"cold\"}",
        "{\"from\":\"b\",\"text\":\"cold\"}",
        "{\"from\":\"a\",\"text\":\"colder\"}",
        "{\"from\":\"a\",\"text\":\"cold\",\"place\":\"7\"}",
        "{\"from\":\"a\",\"text\":\"cold\",\"score\":1}",
        "{\"from\":\"a\",\"text\":\"cold\",\"score\":2}",
        "{\"from\":\"a\",\"text\":\"cold\",\"channel\":\"sms\"}",
        "{\"from\":\"a\",\"text\":\"cold\",\"property\":\"byen\"}",
        "{\"from\":\"a\",\"text\":\"cold\",\"sent_at\":\"2026-01-01T00:00:00Z\"}",
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            cr_expect_not_null(
                strstr(serving_submit(&s, rows[i]), round ? "duplicate" : "accepted"), "%s: %s",
                rows[i], s.json.data);
    serving_deinit(&s);
}
