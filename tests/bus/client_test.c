#include <stdio.h>
#include <string.h>

#include "actor.h"
#include "client.h"
#include "heading.h"
#include "json.h"
#include "testing.h"

#include <lyt/subscriber.h>

LYT_SUITE(client);

enum { n_events = 6 };

/*
 * A service that loses things: of the events 1 to 6 it publishes some only, but has
 * all of them on its replay socket; it drops each message's first delivery and answers the
 * second with "busy".
 */
typedef struct lossy {
    lyt_net *net;
    const char *published; /* a digit an event, in order */
    char bus[64], replay[64], submit[64];
    size_t n_asked;
    size_t n_sent;
    bool is_generous; /* gives one event more than it was asked for */
} lossy;

static const char *topic_of(int64_t seq)
{
    return seq % 2 ? "alarm.odd" : "incident.even";
}

static void publish(lyt_sock *bus, const char *topic, int64_t seq)
{
    char json[80];
    int n = snprintf(json, sizeof json, "{\"seq\":%d,\"at\":\"2026-01-01T00:00:00Z\",\"x\":1}",
                     (int)seq);
    lyt_str frames[2] = {lyt_str_of(topic), {json, (size_t)n}};

    cr_assert_eq(lyt_sock_send(bus, frames, 2), LYT_OK);
}

static void answer_replay(lossy *l, lyt_sock *replay, lyt_frames *frames)
{
    int64_t since = 0, until = 0, count = 0;
    bool only_alarms = false, only_count = false;
    lyt_json *tree = NULL;
    lyt_str answer[3], topic;
    lyt_buf out;
    lyt_jw jw;

    l->n_asked++;
    cr_assert_eq(lyt_json_parse(&tree, lyt_frames_at(frames, 2), 10000, NULL), LYT_OK);
    cr_expect(lyt_json_int(lyt_json_get(tree, "since"), &since));
    cr_expect(lyt_json_int(lyt_json_get(tree, "until"), &until));
    cr_expect(lyt_json_bool(lyt_json_get(tree, "count"), &only_count));
    cr_expect(lyt_json_str(lyt_json_at(lyt_json_get(tree, "topic"), 0), &topic));
    only_alarms = lyt_str_equal(topic, LYT_STR("alarm."));
    lyt_json_free(tree);
    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "events");
    lyt_jw_array(&jw);
    for (int64_t seq = since + 1; seq <= until + l->is_generous && seq <= n_events; seq++) {
        if (only_alarms && seq % 2 == 0)
            continue;
        count++;
        if (only_count)
            continue;
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "topic", lyt_str_of(topic_of(seq)));
        lyt_jw_key(&jw, "event");
        lyt_jw_object(&jw);
        lyt_jw_kint(&jw, "seq", seq);
        lyt_jw_object_end(&jw);
        lyt_jw_object_end(&jw);
    }
    lyt_jw_array_end(&jw);
    lyt_jw_kint(&jw, "last", until);
    lyt_jw_kint(&jw, "count", count);
    lyt_jw_kbool(&jw, "more", false);
    lyt_jw_object_end(&jw);
    for (size_t i = 0; i < 2; i++)
        answer[i] = lyt_frames_at(frames, i);
    answer[2] = lyt_buf_str(&out);
    cr_expect_eq(lyt_sock_send(replay, answer, 3), LYT_OK);
    lyt_buf_deinit(&out);
}

static void answer_submit(lossy *l, lyt_sock *submit, lyt_frames *frames)
{
    lyt_str answer[3] = {lyt_frames_at(frames, 0), lyt_frames_at(frames, 1),
                         LYT_STR("{\"status\":\"accepted\"}")};

    if (++l->n_sent == 1)
        return;
    if (l->n_sent == 2)
        answer[2] = LYT_STR("{\"status\":\"busy\",\"retry_ms\":5}");
    cr_expect_eq(lyt_sock_send(submit, answer, 3), LYT_OK);
    /* a second answer to the same message is nobody's */
    cr_expect_eq(lyt_sock_send(submit, answer, 3), LYT_OK);
}

static lyt_sock *bound(lyt_net *net, lyt_sock_type type, char at[64])
{
    lyt_sock *sock;
    lyt_error err;

    cr_assert_eq(lyt_sock_open(&sock, net, type, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_bind(sock, "tcp://127.0.0.1:*", at, 64, &err), LYT_OK);
    return sock;
}

static void greet(lossy *l, lyt_sock *bus)
{
    publish(bus, "heartbeat", 0);
    for (const char *c = l->published; *c; c++)
        publish(bus, topic_of(*c - '0'), *c - '0');
    publish(bus, "heartbeat", n_events);
}

static lyt_status lossy_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    lossy *l = argument;
    lyt_sock *bus = bound(l->net, LYT_SOCK_XPUB, l->bus);
    lyt_sock *replay = bound(l->net, LYT_SOCK_ROUTER, l->replay);
    lyt_sock *submit = bound(l->net, LYT_SOCK_ROUTER, l->submit);
    lyt_sock *const socks[] = {pipe, bus, replay, submit};
    bool ready[4], greeted = false;
    lyt_frames *frames;

    (void)err;
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    lyt_actor_ready(actor);
    do {
        (void)!lyt_sock_poll(socks, 4, ready, 1000);
        if (ready[1] && lyt_sock_recv(bus, frames, 0) == LYT_OK && !greeted &&
            lyt_str_ends(lyt_frames_at(frames, 0), LYT_STR("heartbeat"))) {
            greet(l, bus);
            greeted = true;
        }
        if (ready[2] && lyt_sock_recv(replay, frames, 0) == LYT_OK)
            answer_replay(l, replay, frames);
        if (ready[3] && lyt_sock_recv(submit, frames, 0) == LYT_OK)
            answer_submit(l, submit, frames);
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    lyt_frames_free(frames);
    lyt_sock_close(bus, 0);
    lyt_sock_close(replay, 0);
    lyt_sock_close(submit, 0);
    return LYT_OK;
}

static lyt_status note(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    cr_expect(lyt_str_equal(topic, lyt_str_of(topic_of(seq))));
    cr_expect_gt(json.len, 0);
    lyt_buf_add_int(user, seq);
    return LYT_OK;
}

Test(client, BU_02_BU_08_a_subscriber_fetches_what_was_lost)
{
    static const struct {
        int line;
        const char *published;
        const char *topic;
        int64_t since;
        const char *heard;
        uint64_t fetched;
        size_t asked;
    } rows[] = {
        {__LINE__, "123456", "", 0, "123456", 0, 0}, {__LINE__, "123456", "", -1, "123456", 0, 0},
        {__LINE__, "1456", "", 0, "123456", 2, 1},   {__LINE__, "", "", 0, "123456", 6, 1},
        {__LINE__, "12345", "", 0, "123456", 1, 1},  {__LINE__, "135", "alarm.", 0, "135", 0, 1},
        {__LINE__, "13", "alarm.", 0, "135", 1, 2},  {__LINE__, "15", "alarm.", 0, "153", 1, 2},
        {__LINE__, "", "alarm.", 0, "135", 3, 2},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lossy l = {.published = rows[i].published};
        lyt_str topic = lyt_str_of(rows[i].topic);
        lyt_subscriber_options options = {.topics = &topic, .n_topics = 1, .on_event = note};
        lyt_subscriber *sub;
        lyt_actor *actor;
        lyt_buf heard;
        lyt_error err;

        lyt_buf_init(&heard, NULL);
        lyt_buf_add_text(&heard, "");
        cr_assert_eq(lyt_net_new(&l.net, NULL, &err), LYT_OK);
        cr_assert_eq(lyt_actor_start(&actor, l.net, "lossy", lossy_run, &l, &err), LYT_OK);
        options.net = l.net;
        options.bus = l.bus;
        options.replay = l.replay;
        options.since = rows[i].since;
        options.user = &heard;
        cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
        while (lyt_subscriber_seq(sub) < n_events)
            cr_assert_eq(lyt_subscriber_step(sub, 20000), LYT_OK);
        cr_expect_str_eq(heard.data, rows[i].heard, "row at line %d: %s", rows[i].line, heard.data);
        cr_expect_eq(lyt_subscriber_fetched(sub), rows[i].fetched, "row at line %d", rows[i].line);
        lyt_subscriber_free(sub);
        cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
        cr_expect_eq(l.n_asked, rows[i].asked, "row at line %d: %zu", rows[i].line, l.n_asked);
        lyt_net_free(l.net);
        lyt_buf_deinit(&heard);
    }
}

static void count(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    cr_expect_eq(number, 42);
    cr_expect(lyt_str_equal(status, LYT_STR("accepted")));
    cr_expect_gt(answer.len, 0);
    ++*(size_t *)user;
}

static lyt_status pass_over(void *user, int64_t seq, lyt_str topic, lyt_str json)
{
    (void)user;
    (void)seq;
    (void)topic;
    (void)json;
    return LYT_OK;
}

static void take_late(void *user, lyt_stream_notice notice, int64_t from, int64_t to)
{
    if (notice == LYT_STREAM_LATE) {
        cr_expect_gt(to, 86400000, "event %d: %d ms", (int)from, (int)to);
        lyt_buf_add_int(user, from);
    }
}

Test(client, BU_07_what_comes_too_late_is_told)
{
    static const struct {
        int line;
        int64_t late_ms;
        const char *told;
    } rows[] = {
        {__LINE__, 0, ""},
        {__LINE__, 1000, "123456"},
        {__LINE__, INT64_MAX / 2, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lossy l = {.published = "123456"};
        lyt_subscriber_options options = {
            .late_ms = rows[i].late_ms, .on_event = pass_over, .on_notice = take_late};
        lyt_subscriber *sub;
        lyt_actor *actor;
        lyt_buf told;
        lyt_error err;

        lyt_buf_init(&told, NULL);
        lyt_buf_add_text(&told, "");
        cr_assert_eq(lyt_net_new(&l.net, NULL, &err), LYT_OK);
        cr_assert_eq(lyt_actor_start(&actor, l.net, "lossy", lossy_run, &l, &err), LYT_OK);
        options.net = l.net;
        options.bus = l.bus;
        options.replay = l.replay;
        options.user = &told;
        cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
        while (lyt_subscriber_seq(sub) < n_events)
            cr_assert_eq(lyt_subscriber_step(sub, 20000), LYT_OK);
        cr_expect_str_eq(told.data, rows[i].told, "row at line %d: %s", rows[i].line, told.data);
        lyt_subscriber_free(sub);
        cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
        lyt_net_free(l.net);
        lyt_buf_deinit(&told);
    }
}

/* by the numbers it gives an event would come twice */
/* What was lost comes late, and both is to be told of at one moment: what was lost goes first. */
Test(client, BU_08_that_something_was_lost_is_told_though_it_is_late)
{
    lossy l = {.published = "1456"};
    lyt_subscription_options options = {.since = 0, .late_ms = 1000};
    lyt_subscription *sub = NULL;
    int64_t seq = 0;
    size_t n_lost = 0, n_late = 0;
    lyt_actor *actor;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&l.net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, l.net, "lossy", lossy_run, &l, &err), LYT_OK);
    options.bus = l.bus;
    options.replay = l.replay;
    cr_assert_eq(lyt_subscription_open(&sub, &options, &err), LYT_OK, "%s", err.text);
    while (seq < n_events) {
        lyt_bus_event event;
        lyt_status status = lyt_subscription_next(sub, &event, 20000, &err);

        if (status == LYT_OK) {
            cr_expect_eq(event.seq, seq + 1);
            seq = event.seq;
            continue;
        }
        cr_assert_eq(status, LYT_ELIMIT, "%s", err.text);
        n_lost += strstr(err.text, "after 1 up to 3 did not come") != NULL;
        n_late += strstr(err.text, "this is too slow") != NULL;
    }
    cr_expect_eq(n_lost, 1, "told of %zu times", n_lost);
    cr_expect_gt(n_late, 0);
    lyt_subscription_close(sub);
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    lyt_net_free(l.net);
}

Test(client, BU_08_a_service_that_answers_more_than_was_asked_is_not_believed)
{
    lossy l = {.published = "125", .is_generous = true};
    lyt_subscriber_options options = {.on_event = note, .since = -1};
    lyt_subscriber *sub;
    lyt_actor *actor;
    lyt_status status = LYT_OK;
    lyt_buf noted;
    lyt_error err;

    lyt_buf_init(&noted, NULL);
    cr_assert_eq(lyt_net_new(&l.net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, l.net, "lossy", lossy_run, &l, &err), LYT_OK);
    options.net = l.net;
    options.bus = l.bus;
    options.replay = l.replay;
    options.user = &noted;
    cr_assert_eq(lyt_subscriber_new(&sub, &options, &err), LYT_OK);
    while (!status)
        status = lyt_subscriber_step(sub, 20000);
    cr_expect_eq(status, LYT_EFORMAT, "%s", lyt_status_text(status));
    cr_expect_str_eq(noted.data, "1234");
    lyt_subscriber_free(sub);
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    lyt_net_free(l.net);
    lyt_buf_deinit(&noted);
}

Test(client, BU_08_numbers_that_are_none_are_refused)
{
    static const struct {
        int line;
        const char *json;
        lyt_status status;
        int64_t period_ms;
    } rows[] = {
        {__LINE__, "{\"seq\":7,\"period_ms\":1000}", LYT_OK, 1000},
        {__LINE__, "{\"x\":1,\"seq\":0,\"stream\":0}", LYT_OK, 0},
        {__LINE__, "{\"seq\":7,\"period_ms\":86400001}", LYT_OK, 0},
        {__LINE__, "{\"seq\":7,\"period_ms\":-1}", LYT_OK, 0},
        {__LINE__, "{\"seq\":-1}", LYT_EFORMAT, 0},
        {__LINE__, "{\"seq\":9223372036854775807}", LYT_EFORMAT, 0},
        {__LINE__, "{\"seq\":-9223372036854775808}", LYT_EFORMAT, 0},
        {__LINE__, "{\"seq\":7,\"stream\":-1}", LYT_EFORMAT, 0},
        {__LINE__, "{\"seq\":7,\"stream\":9223372036854775807}", LYT_EFORMAT, 0},
        {__LINE__, "{\"seq\":\"7\"}", LYT_EFORMAT, 0},
        {__LINE__, "{\"stream\":7}", LYT_EFORMAT, 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_heading h;
        lyt_status status = lyt_heading_read(&h, lyt_str_of(rows[i].json));

        cr_expect_eq(status, rows[i].status, "row at line %d: %s", rows[i].line,
                     lyt_status_text(status));
        if (!status)
            cr_expect_eq(h.period_ms, rows[i].period_ms, "row at line %d", rows[i].line);
    }
}

Test(client, a_sender_sends_until_it_is_answered)
{
    lossy l = {.published = ""};
    lyt_sender_options options = {.window = 1, .resend_ms = 30, .on_answer = count};
    size_t n_answers = 0;
    lyt_sender *sender;
    lyt_actor *actor;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&l.net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(&actor, l.net, "lossy", lossy_run, &l, &err), LYT_OK);
    options.net = l.net;
    options.endpoint = l.submit;
    options.user = &n_answers;
    cr_assert_eq(lyt_sender_new(&sender, &options, &err), LYT_OK);
    cr_expect_eq(lyt_sender_send(sender, 42, LYT_STR("{}")), LYT_OK);
    cr_expect_eq(lyt_sender_send(sender, 43, LYT_STR("{}")), LYT_EBUSY);
    while (lyt_sender_pending(sender))
        cr_assert_eq(lyt_sender_step(sender, 20000), LYT_OK);
    cr_expect_eq(n_answers, 1);
    cr_expect_geq(lyt_sender_resent(sender), 2);
    /* nobody answers the answered */
    cr_expect_neq(lyt_sender_step(sender, 1), LYT_EFORMAT);
    cr_expect_eq(n_answers, 1);
    lyt_sender_free(sender);
    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    lyt_net_free(l.net);
}

static void count_one(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    (void)number;
    (void)answer;
    cr_expect(lyt_str_equal(status, LYT_STR("accepted")));
    ++*(size_t *)user;
}

static lyt_sock *router_at(lyt_net *net, const char *endpoint, char at[64])
{
    lyt_sock *sock;
    lyt_error err;

    cr_assert_eq(lyt_sock_open(&sock, net, LYT_SOCK_ROUTER, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_bind(sock, endpoint, at, 64, &err), LYT_OK, "%s", err.text);
    return sock;
}

/* It waits a minute for an answer; that the service was gone meanwhile it sees by itself. */
Test(client, CH_04_a_sender_sends_again_as_soon_as_a_lost_service_is_back)
{
    const int64_t second_us = 1000000;
    lyt_net *here, *there;
    lyt_sock *service;
    lyt_frames *frames;
    lyt_sender *sender;
    size_t n_answers = 0;
    int64_t end_us = lyt_clock_mono_us(lyt_clock_system()) + 30 * second_us;
    char at[64], again[64];
    lyt_error err;
    lyt_sender_options options = {
        .window = 3, .resend_ms = 60000, .on_answer = count_one, .user = &n_answers, .endpoint = at};

    cr_assert_eq(lyt_net_new(&here, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_net_new(&there, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    service = router_at(there, "tcp://127.0.0.1:*", at);
    options.net = here;
    cr_assert_eq(lyt_sender_new(&sender, &options, &err), LYT_OK);
    for (uint64_t i = 0; i < 3; i++)
        cr_expect_eq(lyt_sender_send(sender, i, LYT_STR("{}")), LYT_OK);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(lyt_sock_recv(service, frames, 20000), LYT_OK);
    cr_expect_eq(lyt_sender_step(sender, 200), LYT_ETIMEOUT, "connecting is no return");
    cr_expect_eq(lyt_sender_resent(sender), 0);
    lyt_sock_close(service, 0);
    lyt_net_free(there);
    cr_assert_eq(lyt_net_new(&there, NULL, &err), LYT_OK);
    service = router_at(there, at, again);
    while (n_answers < 3 && lyt_clock_mono_us(lyt_clock_system()) < end_us) {
        (void)!lyt_sender_step(sender, 10);
        while (!lyt_sock_recv(service, frames, 0)) {
            lyt_str answer[3] = {lyt_frames_at(frames, 0), lyt_frames_at(frames, 1),
                                 LYT_STR("{\"status\":\"accepted\"}")};

            cr_expect_eq(lyt_sock_send(service, answer, 3), LYT_OK);
        }
    }
    cr_expect_eq(n_answers, 3);
    cr_expect_eq(lyt_sender_resent(sender), 3);
    lyt_sender_free(sender);
    lyt_sock_close(service, 0);
    lyt_frames_free(frames);
    lyt_net_free(here);
    lyt_net_free(there);
}

/* the service cuts off who asks for more at once, and a client would come back for ever */
Test(client, a_topic_no_event_can_have_is_refused)
{
    char text[lyt_subscriber_topic_bytes_max + 1];
    lyt_str topic = {text, sizeof text};
    lyt_subscriber_options options = {.topics = &topic, .n_topics = 1};
    lyt_subscriber *sub = NULL;
    lyt_error err;

    memset(text, 'a', sizeof text);
    cr_expect_eq(lyt_subscriber_new(&sub, &options, &err), LYT_EINVAL);
    cr_expect_null(sub);
}

Test(client, an_asker_gives_up_in_time)
{
    lyt_asker *asker;
    lyt_net *net;
    lyt_str answer;
    lyt_error err;

    cr_assert_eq(lyt_net_new(&net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_asker_new(&asker, net, NULL, "tcp://127.0.0.1:9", &err), LYT_OK);
    cr_expect_eq(lyt_asker_ask(asker, LYT_STR("{}"), 20, &answer), LYT_ETIMEOUT);
    lyt_asker_free(asker);
    cr_expect_eq(lyt_asker_new(&asker, net, NULL, "nonsense", &err), LYT_EINVAL);
    lyt_net_free(net);
}
