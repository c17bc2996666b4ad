/*
 * What the clients make of a service that loses events, or is started anew between two words: a
 * stand-in says exactly what each test wants said.
 */
#include <stdio.h>
#include <string.h>

#include "actor.h"
#include "client.h"
#include "json.h"
#include "testing.h"

#include <lyt/subscriber.h>

LYT_SUITE(stream);

typedef struct standin {
    lyt_net *net;
    char bus[64], replay[64];
    int n_said, n_attached;
    char tags[2][32]; /* of the first two that attached or sent, as they came */
    size_t tag_lens[2];
} standin;

static lyt_sock *bound(lyt_net *net, lyt_sock_type type, char at[64])
{
    lyt_sock *sock;
    lyt_error err;

    cr_assert_eq(lyt_sock_open(&sock, net, type, 1000, &err), LYT_OK);
    cr_assert_eq(lyt_sock_bind(sock, "tcp://127.0.0.1:*", at, 64, &err), LYT_OK);
    return sock;
}

/* period_ms of a heartbeat is so long that no second one is due. */
static void publish(lyt_sock *bus, const char *topic, int seq, int stream)
{
    char json[200];
    lyt_str frames[2] = {lyt_str_of(topic), {json, 0}};

    if (stream)
        snprintf(json, sizeof json, "{\"seq\":%d,\"stream\":%d,\"publisher\":\"00000000000000aa\"}",
                 seq, stream);
    else
        snprintf(json, sizeof json,
                 "{\"seq\":%d,\"publisher\":\"00000000000000aa\",\"period_ms\":60000}", seq);
    frames[1].len = strlen(json);
    cr_assert_eq(lyt_sock_send(bus, frames, 2), LYT_OK);
}

/* The last frame of what came is answered, whatever it was. */
static void answer(lyt_sock *sock, const lyt_frames *frames, const char *json)
{
    size_t n = lyt_frames_count(frames);
    lyt_str out[4];

    cr_assert_leq(n, 4);
    for (size_t i = 0; i + 1 < n; i++)
        out[i] = lyt_frames_at(frames, i);
    out[n - 1] = lyt_str_of(json);
    cr_assert_eq(lyt_sock_send(sock, out, n), LYT_OK);
}

/* Of the alarms 1, 3 and 5, which are 1, 2 and 3 of their topic, the second is lost on the bus. */
static lyt_status hole_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    standin *s = argument;
    lyt_sock *bus = bound(s->net, LYT_SOCK_XPUB, s->bus);
    lyt_sock *replay = bound(s->net, LYT_SOCK_ROUTER, s->replay);
    lyt_sock *const socks[] = {pipe, bus, replay};
    bool ready[3], greeted = false;
    lyt_frames *frames;

    (void)err;
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    lyt_actor_ready(actor);
    do {
        (void)!lyt_sock_poll(socks, 3, ready, 1000);
        if (ready[1] && lyt_sock_recv(bus, frames, 0) == LYT_OK && !greeted &&
            lyt_str_ends(lyt_frames_at(frames, 0), LYT_STR("heartbeat"))) {
            publish(bus, "heartbeat", 0, 0);
            publish(bus, "alarm.a", 1, 1);
            publish(bus, "alarm.a", 5, 3);
            greeted = true;
        }
        if (ready[2] && lyt_sock_recv(replay, frames, 0) == LYT_OK) {
            s->n_said++;
            answer(replay, frames,
                   "{\"events\":[{\"topic\":\"alarm.a\",\"event\":{\"seq\":3,\"stream\":2}}],"
                   "\"last\":4,\"count\":1,\"more\":false}");
        }
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    lyt_frames_free(frames);
    lyt_sock_close(bus, 0);
    lyt_sock_close(replay, 0);
    return LYT_OK;
}

static void begin(standin *s, lyt_actor **actor, lyt_actor_fn run)
{
    lyt_error err;

    memset(s, 0, sizeof *s);
    cr_assert_eq(lyt_net_new(&s->net, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_actor_start(actor, s->net, "standin", run, s, &err), LYT_OK);
}

static void end(standin *s, lyt_actor *actor)
{
    lyt_error err;

    cr_expect_eq(lyt_actor_stop(actor, &err), LYT_OK);
    lyt_net_free(s->net);
}

/* Who hears only some topics sees by the number of the topic that one is missing, and at once. */
Test(stream, BU_02_one_that_is_missing_of_a_topic_is_fetched_before_the_next)
{
    static const int64_t wanted[] = {1, 3, 5};
    const char *topics[] = {"alarm."};
    lyt_subscription_options options = {.topics = topics, .n_topics = 1, .since = -1};
    lyt_subscription *sub = NULL;
    bool was_told = false;
    lyt_actor *actor;
    lyt_error err;
    standin s;

    begin(&s, &actor, hole_run);
    options.bus = s.bus;
    options.replay = s.replay;
    cr_assert_eq(lyt_subscription_open(&sub, &options, &err), LYT_OK, "%s", err.text);
    for (int n = 0; n < 3;) {
        lyt_bus_event event;
        lyt_status status = lyt_subscription_next(sub, &event, 20000, &err);

        if (status == LYT_ELIMIT) {
            was_told = was_told || strstr(err.text, "after 0 up to 4 did not come") != NULL;
            continue;
        }
        cr_assert_eq(status, LYT_OK, "%s", err.text);
        cr_expect_eq(event.seq, wanted[n++]);
    }
    cr_expect(was_told, "%s", err.text);
    cr_expect_eq(s.n_said, 1);
    lyt_subscription_close(sub);
    end(&s, actor);
}

static void deliver(lyt_sock *sock, const lyt_frames *to, lyt_str tag, int seq)
{
    char json[200];
    lyt_str out[3] = {lyt_frames_at(to, 0), tag, {json, 0}};

    snprintf(json, sizeof json,
             "{\"deliver\":[{\"topic\":\"alarm.a\",\"delivery\":1,\"event\":{\"seq\":%d}}]}", seq);
    out[2].len = strlen(json);
    cr_assert_eq(lyt_sock_send(sock, out, 3), LYT_OK);
}

static lyt_str tag_of(const standin *s, int i)
{
    return (lyt_str){s->tags[i], s->tag_lens[i]};
}

/* Whether the request, which has no NUL at its end, is that one. */
static bool asks_for(const lyt_frames *frames, const char *what)
{
    char text[400], part[40];

    snprintf(text, sizeof text, "%.*s", LYT_STR_ARG(lyt_frames_at(frames, 2)));
    snprintf(part, sizeof part, "\"request\":\"%s\"", what);
    return strstr(text, part) != NULL;
}

static void keep_tag(standin *s, int i, const lyt_frames *frames)
{
    lyt_str tag = lyt_frames_at(frames, 1);

    cr_assert_lt(i, 2);
    cr_assert_leq(tag.len, sizeof s->tags[i]);
    memcpy(s->tags[i], tag.ptr, tag.len);
    s->tag_lens[i] = tag.len;
}

static void take_attach(standin *s, lyt_sock *replay, const lyt_frames *frames)
{
    int i = s->n_attached++;

    keep_tag(s, i, frames);
    /* what was still on its way to who attached before */
    if (i == 1)
        deliver(replay, frames, tag_of(s, 0), 7);
    answer(replay, frames, "{\"attached\":\"p\",\"period_ms\":100,\"standby\":false}");
    deliver(replay, frames, tag_of(s, i), i + 1);
}

/* After the first acknowledgement it is another service, which knows nobody. */
static lyt_status anew_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    standin *s = argument;
    lyt_sock *replay = bound(s->net, LYT_SOCK_ROUTER, s->replay);
    lyt_sock *const socks[] = {pipe, replay};
    lyt_frames *frames;
    bool ready[2];

    (void)err;
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    lyt_actor_ready(actor);
    do {
        (void)!lyt_sock_poll(socks, 2, ready, 1000);
        if (!ready[1] || lyt_sock_recv(replay, frames, 0))
            continue;
        if (asks_for(frames, "attach"))
            take_attach(s, replay, frames);
        else if (asks_for(frames, "ack") && s->n_attached == 1)
            answer(replay, frames,
                   "{\"error\":\"attach first: this connection has no name (any more)\"}");
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    lyt_frames_free(frames);
    lyt_sock_close(replay, 0);
    return LYT_OK;
}

Test(stream, BU_09_a_named_one_attaches_again_to_a_service_that_was_started_anew)
{
    lyt_subscription_options options = {.name = "p"};
    lyt_subscription *sub = NULL;
    lyt_bus_event event;
    lyt_actor *actor;
    lyt_error err;
    standin s;

    begin(&s, &actor, anew_run);
    options.replay = s.replay;
    cr_assert_eq(lyt_subscription_open(&sub, &options, &err), LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_subscription_next(sub, &event, 20000, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(event.seq, 1);
    cr_expect_eq(lyt_subscription_ack(sub, 1), LYT_OK);
    /* not the 7, which was given to it before: the service gives that again */
    cr_assert_eq(lyt_subscription_next(sub, &event, 20000, &err), LYT_OK, "%s", err.text);
    cr_expect_eq(event.seq, 2);
    cr_expect_eq(s.n_attached, 2);
    cr_expect_not(lyt_str_equal(tag_of(&s, 0), tag_of(&s, 1)));
    lyt_subscription_close(sub);
    end(&s, actor);
}

/* The first message is answered once more when the second has come, which is answered when sent
 * again. */
static lyt_status twice_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    static const char first[] = "{\"status\":\"accepted\",\"feedback\":1}";
    standin *s = argument;
    lyt_sock *submit = bound(s->net, LYT_SOCK_ROUTER, s->replay);
    lyt_sock *const socks[] = {pipe, submit};
    lyt_frames *frames;
    bool ready[2];

    (void)err;
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    lyt_actor_ready(actor);
    do {
        (void)!lyt_sock_poll(socks, 2, ready, 1000);
        if (!ready[1] || lyt_sock_recv(submit, frames, 0))
            continue;
        s->n_said++;
        if (s->n_said == 1) {
            keep_tag(s, 0, frames);
            answer(submit, frames, first);
        } else if (s->n_said == 2) {
            const lyt_str late[3] = {lyt_frames_at(frames, 0), tag_of(s, 0), lyt_str_of(first)};

            cr_assert_eq(lyt_sock_send(submit, late, 3), LYT_OK);
        } else if (s->n_said == 3) {
            answer(submit, frames, "{\"status\":\"accepted\",\"feedback\":2}");
        }
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    lyt_frames_free(frames);
    lyt_sock_close(submit, 0);
    return LYT_OK;
}

static void note_answer(void *user, uint64_t number, lyt_str status, lyt_str answer)
{
    (void)status;
    lyt_buf_addf(user, "%d %.*s\n", (int)number, LYT_STR_ARG(answer));
}

/* Or it would be taken for stored, and was never sent. */
Test(stream, CH_04_an_answer_to_an_earlier_message_is_not_taken_for_the_next_ones)
{
    lyt_sender_options options = {.window = 1, .resend_ms = 50, .on_answer = note_answer};
    lyt_sender *sender;
    lyt_actor *actor;
    lyt_error err;
    lyt_buf said;
    standin s;

    begin(&s, &actor, twice_run);
    lyt_buf_init(&said, NULL);
    lyt_buf_add_text(&said, "");
    options.net = s.net;
    options.endpoint = s.replay;
    options.user = &said;
    cr_assert_eq(lyt_sender_new(&sender, &options, &err), LYT_OK);
    for (uint64_t n = 1; n <= 2; n++) {
        cr_assert_eq(lyt_sender_send(sender, n, LYT_STR("{\"text\":\"x\"}")), LYT_OK);
        for (int i = 0; i < 1000 && lyt_sender_pending(sender); i++)
            (void)!lyt_sender_step(sender, 20);
    }
    cr_expect_str_eq(said.data, "1 {\"status\":\"accepted\",\"feedback\":1}\n"
                                "2 {\"status\":\"accepted\",\"feedback\":2}\n");
    lyt_sender_free(sender);
    end(&s, actor);
    lyt_buf_deinit(&said);
}

static lyt_status busy_run(lyt_actor *actor, lyt_sock *pipe, void *argument, lyt_error *err)
{
    standin *s = argument;
    lyt_sock *submit = bound(s->net, LYT_SOCK_ROUTER, s->replay);
    lyt_sock *const socks[] = {pipe, submit};
    lyt_frames *frames;
    bool ready[2];

    (void)err;
    cr_assert_eq(lyt_frames_new(&frames, NULL), LYT_OK);
    lyt_actor_ready(actor);
    do {
        (void)!lyt_sock_poll(socks, 2, ready, 1000);
        if (ready[1] && !lyt_sock_recv(submit, frames, 0))
            answer(submit, frames,
                   ++s->n_said < 4 ? "{\"status\":\"busy\",\"retry_ms\":50}"
                                   : "{\"status\":\"accepted\"}");
    } while (!ready[0] || !lyt_actor_told_stop(pipe));
    lyt_frames_free(frames);
    lyt_sock_close(submit, 0);
    return LYT_OK;
}

/* As long as the service asked for, and each time twice as long: 50, 100 and 200 ms. */
Test(stream, OP_15_who_is_told_to_wait_waits)
{
    const lyt_clock *clock = lyt_clock_system();
    lyt_sender_options options = {.window = 1, .on_answer = note_answer};
    int64_t since_us = lyt_clock_mono_us(clock);
    lyt_sender *sender;
    lyt_actor *actor;
    lyt_error err;
    lyt_buf said;
    standin s;

    begin(&s, &actor, busy_run);
    lyt_buf_init(&said, NULL);
    options.net = s.net;
    options.endpoint = s.replay;
    options.user = &said;
    cr_assert_eq(lyt_sender_new(&sender, &options, &err), LYT_OK);
    cr_assert_eq(lyt_sender_send(sender, 1, LYT_STR("{\"text\":\"x\"}")), LYT_OK);
    while (lyt_sender_pending(sender))
        (void)!lyt_sender_step(sender, 20);
    cr_expect_eq(s.n_said, 4);
    cr_expect_geq(lyt_clock_mono_us(clock) - since_us, 350000);
    lyt_sender_free(sender);
    end(&s, actor);
    lyt_buf_deinit(&said);
}
