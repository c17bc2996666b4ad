#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "serving.h"

LYT_SUITE(service);

#define HAS(text, part) cr_expect_not_null(strstr(text, part), "%s is not in %s", part, text)
#define LACKS(text, part) cr_expect_null(strstr(text, part), "%s is in %s", part, text)

Test(service, a_message_becomes_an_alarm)
{
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    HAS(serving_submit(&s, "{\"id\":\"m1\",\"channel\":\"sms\",\"property\":\"Havnen\",\"place\":"
                           "\"214\",\"from\":\"+45\",\"text\":\"so cold and dirty\"}"),
        "{\"status\":\"accepted\",\"id\":\"m1\",\"feedback\":1}");
    serving_hear(&s, 4);
    cr_expect_str_eq(s.heard.data, "alarm.havnen.technical.3.heating-broken\n"
                                   "incident.havnen.technical.new\n"
                                   "alarm.havnen.housekeeping.2.room-not-cleaned\n"
                                   "incident.havnen.housekeeping.new\n");
    HAS(serving_ask(&s, "{\"request\":\"events\",\"since\":0,\"topic\":\"alarm.\"}"),
        "\"outcome\":\"opened\",\"feedback\":1,\"id\":\"m1\",\"property\":\"havnen\",\"place\":"
        "\"214\"");
    HAS(s.json.data, "\"evidence\":[\"cold\"]");
    LACKS(s.json.data, "so cold");
    LACKS(s.json.data, "+45");
    HAS(serving_ask(&s, "{\"request\":\"feedback\",\"feedback\":1}"), "so cold and dirty");
    HAS(s.json.data, "\"verdict\":{");
    HAS(serving_ask(&s, "{\"request\":\"status\"}"), "\"state\":\"ok\"");
    HAS(s.json.data, "\"waiting\":0");
    serving_deinit(&s);
}

Test(service, a_second_message_joins)
{
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    serving_submit(&s, "{\"place\":\"1\",\"text\":\"cold\"}");
    serving_hear(&s, 2);
    serving_submit(&s, "{\"place\":\"1\",\"text\":\"cold\"}");
    serving_hear(&s, 3);
    HAS(s.json.data, "\"incident\":1,\"outcome\":\"joined\",\"feedback\":2");
    serving_submit(&s, "{\"place\":\"2\",\"text\":\"cold\"}");
    serving_hear(&s, 5);
    HAS(serving_ask(&s, "{\"request\":\"incident\",\"incident\":1}"), "\"messages\":2");
    HAS(s.json.data, "\"what\":\"joined\"");
    serving_deinit(&s);
}

Test(service, the_same_id_is_one_feedback)
{
    serving s;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_error err;
    size_t accepted = 0, duplicate = 0;

    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    /* all at once, so that several stand in one transaction; [JSON] alone is answered alone */
    for (int i = 0; i < 50; i++)
        cr_assert_eq(lyt_sock_send(sock, &LYT_STR("{\"id\":\"x\",\"text\":\"dirty\"}"), 1), LYT_OK);
    for (int i = 0; i < 50; i++) {
        cr_assert_eq(lyt_sock_recv(sock, frames, 20000), LYT_OK);
        cr_expect_eq(lyt_frames_count(frames), 1);
        accepted += lyt_str_equal(lyt_frames_at(frames, 0),
                                  LYT_STR("{\"status\":\"accepted\",\"id\":\"x\",\"feedback\":1}"));
        duplicate +=
            lyt_str_equal(lyt_frames_at(frames, 0),
                          LYT_STR("{\"status\":\"duplicate\",\"id\":\"x\",\"feedback\":1}"));
    }
    cr_expect_eq(accepted, 1);
    cr_expect_eq(duplicate, 49);
    lyt_frames_free(frames);
    lyt_sock_close(sock, 0);
    HAS(serving_submit(&s, "{\"id\":\"x\",\"channel\":\"sms\",\"text\":\"dirty\"}"), "accepted");
    HAS(serving_submit(&s, "{\"text\":\"dirty\"}"), "accepted");
    HAS(serving_submit(&s, "{\"text\":\"dirty\"}"), "accepted");
    /* the memory of ids outlives a restart */
    serving_stop(&s);
    serving_start(&s);
    HAS(serving_submit(&s, "{\"id\":\"x\",\"text\":\"dirty\"}"), "\"duplicate\"");
    serving_deinit(&s);
}

/* Two houses count alike, and so does a channel of its own: nobody's message hides another's. */
Test(service, CH_03_an_id_is_of_one_propertys_channel)
{
    static const struct {
        int line;
        const char *json, *status;
    } rows[] = {
        {__LINE__, "{\"id\":\"1\",\"channel\":\"tablet\",\"property\":\"a\",\"text\":\"cold\"}",
         "accepted"},
        {__LINE__, "{\"id\":\"1\",\"channel\":\"tablet\",\"property\":\"a\",\"text\":\"cold\"}",
         "duplicate"},
        {__LINE__, "{\"id\":\"1\",\"channel\":\"tablet\",\"property\":\"b\",\"text\":\"dirty\"}",
         "accepted"},
        {__LINE__, "{\"id\":\"1\",\"channel\":\"sms\",\"property\":\"a\",\"text\":\"cold\"}",
         "accepted"},
        {__LINE__, "{\"id\":\"1\",\"channel\":\"tablet\",\"property\":\"b\",\"text\":\"dirty\"}",
         "duplicate"},
    };
    serving s;

    serving_init(&s);
    for (int round = 0; round < 2; round++) {
        serving_start(&s);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const char *said = serving_submit(&s, rows[i].json);

            /* after a restart all of them are known */
            cr_expect_not_null(strstr(said, round ? "duplicate" : rows[i].status),
                               "row at line %d: %s", rows[i].line, said);
        }
        serving_until(&s, "counts", "feedback", 3);
        serving_stop(&s);
    }
    serving_deinit(&s);
}

Test(service, req_peers_work)
{
    serving s;
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_error err;
    const lyt_str ask[] = {LYT_STR(""), LYT_STR("tag"), LYT_STR("{\"id\":\"r\",\"score\":3}")};

    serving_init(&s);
    serving_start(&s);
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 10, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    /* what a REQ socket puts on the wire */
    cr_assert_eq(lyt_sock_send(sock, ask, 3), LYT_OK);
    cr_assert_eq(lyt_sock_recv(sock, frames, 20000), LYT_OK);
    cr_expect_eq(lyt_frames_count(frames), 3);
    cr_expect_eq(lyt_frames_at(frames, 0).len, 0);
    cr_expect(lyt_str_equal(lyt_frames_at(frames, 1), LYT_STR("tag")));
    /* a score alone has its empty verdict at once */
    HAS(serving_ask(&s, "{\"request\":\"feedback\",\"feedback\":1}"), "\"failures\":[]");
    lyt_frames_free(frames);
    lyt_sock_close(sock, 0);
    serving_deinit(&s);
}

Test(service, staff_moves_incidents)
{
    static const struct {
        int line;
        const char *command, *answer;
    } rows[] = {
        {__LINE__, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"Ida\"}",
         "\"status\":\"accepted\",\"id\":\"\",\"incident\":1,\"state\":\"acknowledged\""},
        {__LINE__, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"Ida\"}",
         "cannot become acknowledged"},
        {__LINE__, "{\"type\":\"incident.move\",\"incident\":1,\"by\":\"Ida\",\"to\":\"in-work\"}",
         "\"state\":\"in-work\""},
        {__LINE__, "{\"type\":\"incident.move\",\"incident\":1,\"by\":\"Ida\",\"to\":\"asleep\"}",
         "\"error\":\"to: must be"},
        {__LINE__, "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"Ida\"}",
         "\"error\":\"note: "},
        {__LINE__, "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"Ida\",\"note\":\"ok\"}",
         "\"state\":\"closed\""},
        {__LINE__, "{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"Ida\",\"note\":\"ok\"}",
         "\"status\":\"refused\""},
        {__LINE__, "{\"type\":\"incident.move\",\"incident\":1,\"by\":\"Bo\",\"to\":\"reopened\"}",
         "\"state\":\"reopened\""},
        {__LINE__, "{\"type\":\"incident.ack\",\"incident\":9,\"by\":\"Ida\"}",
         "there is no incident 9"},
        {__LINE__, "{\"type\":\"incident.ack\",\"incident\":1}", "\"error\":\"by: "},
    };
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    serving_submit(&s, "{\"text\":\"cold\"}");
    serving_hear(&s, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *answer = serving_submit(&s, rows[i].command);

        cr_expect_not_null(strstr(answer, rows[i].answer), "row at line %d: %s", rows[i].line,
                           answer);
    }
    serving_hear(&s, 8);
    HAS(s.heard.data, "incident.default.technical.acknowledged\n"
                      "incident.default.technical.in-work\n"
                      "incident.default.technical.remedied\n"
                      "incident.default.technical.confirmed\n"
                      "incident.default.technical.closed\n"
                      "incident.default.technical.reopened\n");
    HAS(serving_ask(&s, "{\"request\":\"incident\",\"incident\":1}"), "\"what\":\"confirmed\"");
    /* reopened, it is heard of again */
    serving_submit(&s, "{\"text\":\"cold\"}");
    serving_hear(&s, 9);
    HAS(s.json.data, "\"outcome\":\"joined\"");
    serving_deinit(&s);
}

Test(service, a_restart_finishes_what_was_accepted)
{
    serving s;

    serving_init(&s);
    s.options.n_workers = 0;
    serving_start(&s);
    for (int i = 0; i < 20; i++)
        HAS(serving_submit(&s, "{\"text\":\"cold\"}"), "accepted");
    serving_stop(&s);
    s.options.n_workers = 1;
    serving_start(&s);
    serving_listen(&s);
    serving_hear(&s, 21);
    serving_until(&s, "counts", "waiting", 0);
    cr_expect_eq(s.n_heard, 21);
    serving_stop(&s);
    /* and a third start has nothing left to say, but all to replay */
    serving_start(&s);
    s.last_seq = 0;
    serving_listen(&s);
    serving_hear(&s, 42);
    cr_expect_eq(s.last_seq, 21);
    serving_deinit(&s);
}

Test(service, what_cannot_be_judged_is_parked)
{
    serving s;

    serving_init(&s);
    serving_start(&s);
    serving_listen(&s);
    HAS(serving_submit(&s, "{\"id\":\"p\",\"text\":\"unspeakable\"}"), "accepted");
    serving_hear(&s, 1);
    cr_expect_str_eq(s.heard.data, "parked.default\n");
    HAS(s.json.data, "\"feedback\":1,\"id\":\"p\"");
    serving_until(&s, "counts", "parked", 1);
    serving_until(&s, "waiting", NULL, 0);
    serving_deinit(&s);
}

Test(service, a_full_queue_says_busy)
{
    serving s;

    serving_init(&s);
    s.options.n_workers = 0;
    s.options.queue_soft = 2;
    s.options.queue_hard = 3;
    serving_start(&s);
    for (int i = 0; i < 3; i++)
        HAS(serving_submit(&s, "{\"text\":\"cold\"}"), "accepted");
    HAS(serving_submit(&s, "{\"id\":\"4\",\"text\":\"cold\"}"), "\"status\":\"busy\",\"id\":\"4\"");
    HAS(serving_submit(&s, "{\"type\":\"incident.ack\",\"incident\":1,\"by\":\"x\"}"), "refused");
    serving_deinit(&s);
}

Test(service, refuses_to_start)
{
    static const struct {
        int line;
        const char *submit;
        const char *state; /* NULL: the good one */
        lyt_status status;
        const char *text;
    } rows[] = {
        {__LINE__, "tcp://0.0.0.0:*", NULL, LYT_EINVAL, "--insecure"},
        {__LINE__, "tcp://*:7701", NULL, LYT_EINVAL, "--insecure"},
        {__LINE__, "nonsense", NULL, LYT_EINVAL, "nonsense"},
        {__LINE__, "tcp://127.0.0.1:99999", NULL, LYT_EINVAL, "99999"},
        {__LINE__, "tcp://127.0.0.1:*", "/nowhere/at/all", LYT_EIO, "missing"},
        {__LINE__, "tcp://127.0.0.1:*", "", LYT_EINVAL, "state"},
    };
    serving s;

    serving_init(&s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_service_options options = s.options;
        lyt_service *service = NULL;
        lyt_error err = {.text = ""};

        options.submit = rows[i].submit;
        if (rows[i].state)
            options.state = rows[i].state;
        cr_expect_eq(lyt_service_start(&service, &options, NULL, &err), rows[i].status,
                     "row at line %d: %s", rows[i].line, err.text);
        cr_expect_not_null(strstr(err.text, rows[i].text), "row at line %d: %s", rows[i].line,
                           err.text);
    }
    serving_deinit(&s);
}

Test(service, port_and_state_belong_to_one)
{
    serving s;
    lyt_service *second = NULL;
    lyt_service_options options;
    char other[64];
    lyt_buf path;
    lyt_error err;

    serving_init(&s);
    serving_start(&s);
    lyt_buf_init(&path, NULL);
    lyt_fs_join(&path, s.folder, "endpoints.json");
    cr_expect_eq(access(path.data, R_OK), 0);
    cr_expect_eq(lyt_service_start(&second, &s.options, NULL, &err), LYT_EBUSY, "%s", err.text);
    testing_folder(other);
    options = s.options;
    options.state = other;
    options.submit = s.at.submit;
    cr_expect_eq(lyt_service_start(&second, &options, NULL, &err), LYT_EEXISTS, "%s", err.text);
    cr_expect_not_null(strstr(err.text, s.at.submit));
    serving_stop(&s);
    cr_expect_neq(access(path.data, R_OK), 0);
    lyt_buf_deinit(&path);
    testing_folder_remove(other);
    serving_deinit(&s);
}

static bool knows_two(void *context, lyt_str scenario)
{
    (void)context;
    return lyt_str_equal(scenario, LYT_STR("heating-broken")) ||
           lyt_str_equal(scenario, LYT_STR("room-not-cleaned"));
}

static void count(void *context)
{
    ++*(_Atomic int *)context;
}

Test(service, keeps_what_is_corrected)
{
    static const struct {
        int line;
        const char *json, *answer;
    } rows[] = {
        {__LINE__,
         "{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"Ida\",\"scenarios\":[\"heating-"
         "broken\"]}",
         "\"status\":\"accepted\",\"id\":\"\",\"feedback\":1"},
        {__LINE__,
         "{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"Ida\",\"scenarios\":[\"x\"]}",
         "scenarios: there is no scenario 'x'"},
        {__LINE__, "{\"type\":\"feedback.correct\",\"feedback\":9,\"by\":\"Ida\",\"scenarios\":[]}",
         "\"feedback\":9,\"error\":\"feedback: there is no such"},
        {__LINE__, "{\"type\":\"feedback.correct\",\"feedback\":2,\"by\":\"Ida\",\"scenarios\":[]}",
         "feedback: it has no words"},
        {__LINE__, "{\"type\":\"feedback.uncorrect\",\"feedback\":1,\"by\":\"Ida\",\"note\":\"n\"}",
         "\"status\":\"accepted\""},
    };
    _Atomic int n_told = 0;
    lyt_judge judge = serving_judge;
    serving s;

    serving_init(&s);
    judge.knows = knows_two;
    s.options.judge = &judge;
    s.options.on_correction = count;
    s.options.on_correction_context = &n_told;
    serving_start(&s);
    serving_listen(&s);
    serving_submit(&s, "{\"text\":\"nothing\",\"property\":\"havnen\"}");
    serving_submit(&s, "{\"score\":3}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *answer = serving_submit(&s, rows[i].json);

        cr_expect_not_null(strstr(answer, rows[i].answer), "row at line %d: %s", rows[i].line,
                           answer);
    }
    serving_hear(&s, 2);
    HAS(s.heard.data, "correction.havnen\ncorrection.havnen\n");
    HAS(s.json.data, "\"feedback\":1,\"property\":\"havnen\",\"undone\":true,\"scenarios\":[],"
                     "\"by\":\"Ida\",\"note\":\"n\"}");
    serving_deinit(&s);
    cr_expect_eq(n_told, 2);
}

/* A judge that the ledger asks while it is taken out of service. */
typedef struct leaving {
    serving *s;
    lyt_judge next;
    _Atomic bool is_asked, is_next_open, has_gone, was_gone_while_asked, has_answered;
    lyt_status status;
} leaving;

static leaving the_leaving;

static void pause_a_little(void)
{
    (void)!lyt_sock_poll(NULL, 0, NULL, 10);
}

/* Answers when the next one is at work, and so that whoever does not wait has gone by then. */
static bool knows_slowly(void *context, lyt_str scenario)
{
    (void)context;
    (void)scenario;
    the_leaving.is_asked = true;
    for (int i = 0; i < 2000 && !the_leaving.is_next_open; i++)
        pause_a_little();
    for (int i = 0; i < 100 && !the_leaving.has_gone; i++)
        pause_a_little();
    the_leaving.was_gone_while_asked = the_leaving.has_gone;
    the_leaving.has_answered = true;
    return true;
}

static lyt_status open_next(void *context, void **session, lyt_error *err)
{
    the_leaving.is_next_open = true;
    return serving_judge.open(context, session, err);
}

static void *take_next(void *user)
{
    leaving *l = user;
    lyt_error err;

    l->status = lyt_service_rejudge(l->s->service, &l->next, 120, &err);
    l->has_gone = true;
    return NULL;
}

Test(service, SC_04_a_judge_stays_as_long_as_it_is_asked)
{
    lyt_judge asked = serving_judge;
    lyt_str order = LYT_STR("{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"Mette\","
                            "\"scenarios\":[\"heating-broken\"]}");
    lyt_sock *sock;
    pthread_t thread;
    serving s;
    lyt_error err;

    serving_init(&s);
    asked.knows = knows_slowly;
    s.options.judge = &asked;
    serving_start(&s);
    serving_submit(&s, "{\"text\":\"cold\"}");
    serving_until(&s, "counts", "verdicts", 1);
    the_leaving.s = &s;
    the_leaving.next = serving_judge;
    the_leaving.next.open = open_next;
    cr_assert_eq(lyt_sock_open(&sock, s.net, LYT_SOCK_DEALER, 10, &err), LYT_OK);
    cr_assert_eq(lyt_sock_connect(sock, s.at.submit, &err), LYT_OK);
    cr_assert_eq(lyt_sock_send(sock, &order, 1), LYT_OK);
    for (int i = 0; i < 2000 && !the_leaving.is_asked; i++)
        pause_a_little();
    cr_assert(the_leaving.is_asked);
    cr_assert_eq(pthread_create(&thread, NULL, take_next, &the_leaving), 0);
    pthread_join(thread, NULL);
    for (int i = 0; i < 2000 && !the_leaving.has_answered; i++)
        pause_a_little();
    cr_expect_eq(the_leaving.status, LYT_OK);
    cr_expect(the_leaving.is_next_open);
    cr_expect_not(the_leaving.was_gone_while_asked);
    lyt_sock_close(sock, 0);
    serving_deinit(&s);
}
