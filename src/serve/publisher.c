/*
 * The publisher: committed events onto the bus in the order of their numbers, a
 * heartbeat with the last number each second and to every new subscriber, and
 * answers on the replay socket.
 *
 * An event that did not come through from the ledger is seen as a gap in the
 * numbers (or, at the end, from the ledger's gauge) and is read from the store.
 */
#include "core.h"
#include "events.h"
#include "replay.h"

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *bus, *replay, *ledger;
    lyt_frames *frames;
    lyt_store *store;
    lyt_buf out;
    int64_t seq; /* the last one published */
    int64_t beat_us;
    bool greet; /* somebody new wants to know the number */
} state;

enum {
    subscriber_queue = 100000,
    request_frame_max = 1 << 20,
    topic_frame_max = 4096,
    burst = 512,
    requests_burst = 16
};

static void send_event(state *p, int64_t seq, lyt_str topic, lyt_str json)
{
    lyt_str frames[2] = {topic, json};

    /* a subscriber whose queue is full loses it, sees that, and asks */
    (void)!lyt_sock_send(p->bus, frames, 2);
    p->seq = seq;
}

static lyt_status publish_stored(void *user, int64_t seq, int64_t at_us, lyt_str topic,
                                 lyt_str json)
{
    state *p = user;

    (void)at_us;
    if (seq > p->seq)
        send_event(p, seq, topic, json);
    return LYT_OK;
}

static void catch_up(state *p)
{
    lyt_error why;

    if (lyt_store_each_event(p->store, p->seq, LYT_STR(""), INT64_MAX, publish_stored, p, &why))
        lyt_log_say(&p->log, LYT_LOG_ERROR, "LYT-BUS-BEHIND",
                    "Events are stored but not published yet.", LYT_KV("why", why.text));
}

static void take_event(state *p)
{
    lyt_wire in = lyt_wire_of(lyt_frames_at(p->frames, 0));
    int64_t seq = lyt_wire_i64(&in);

    if (lyt_wire_end(&in) || seq <= p->seq)
        return;
    if (seq == p->seq + 1)
        send_event(p, seq, lyt_frames_at(p->frames, 1), lyt_frames_at(p->frames, 2));
    else
        catch_up(p);
}

static void take_events(state *p)
{
    for (size_t i = 0; i < burst; i++) {
        if (lyt_sock_recv(p->ledger, p->frames, 0))
            return;
        take_event(p);
    }
}

/* identity, perhaps an empty delimiter, then [tag, JSON] or [JSON]; answered in the same shape */
static void answer_request(state *p)
{
    lyt_str frames[4];
    size_t n = lyt_frames_count(p->frames);

    if (n < 2 || n > 4)
        return;
    for (size_t i = 0; i < n; i++)
        frames[i] = lyt_frames_at(p->frames, i);
    if (n == 4 && frames[1].len)
        return;
    if (lyt_replay_answer(p->core, p->store, frames[n - 1], &p->out))
        return;
    frames[n - 1] = lyt_buf_str(&p->out);
    if (lyt_sock_send(p->replay, frames, n))
        p->core->gauges.undelivered++;
}

static void take_requests(state *p)
{
    for (size_t i = 0; i < requests_burst; i++) {
        lyt_status status = lyt_sock_recv(p->replay, p->frames, 0);

        if (status && status != LYT_ELIMIT)
            return;
        if (!status)
            answer_request(p);
    }
}

static void take_subscriptions(state *p)
{
    for (size_t i = 0; i < burst; i++) {
        lyt_str said;

        if (lyt_sock_recv(p->bus, p->frames, 0))
            return;
        said = lyt_frames_at(p->frames, 0);
        p->greet = p->greet || (said.len && said.ptr[0] == 1);
    }
}

static void beat(state *p)
{
    int64_t now = lyt_clock_mono_us(p->core->options.clock);
    bool due = now - p->beat_us >= p->core->options.heartbeat_ms * 1000;
    lyt_str frames[2] = {LYT_STR("heartbeat"), {NULL, 0}};
    lyt_jw jw;

    if (!due && !p->greet)
        return;
    if (due && p->core->gauges.last_seq > p->seq) {
        take_events(p);
        if (p->core->gauges.last_seq > p->seq)
            catch_up(p);
    }
    p->greet = false;
    if (due)
        p->beat_us = now;
    lyt_buf_reset(&p->out);
    lyt_jw_init(&jw, &p->out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "seq", p->seq);
    lyt_jw_kstr(&jw, "type", LYT_STR("heartbeat"));
    lyt_jw_ktime(&jw, "at", lyt_clock_wall_us(p->core->options.clock));
    lyt_jw_object_end(&jw);
    frames[1] = lyt_buf_str(&p->out);
    if (!lyt_buf_status(&p->out))
        (void)!lyt_sock_send(p->bus, frames, 2);
}

static lyt_status open_sockets(state *p, lyt_error *err)
{
    lyt_core *core = p->core;
    lyt_status status = lyt_sock_open(&p->ledger, core->net, LYT_SOCK_PAIR, 0, err);

    if (!status)
        status = lyt_sock_connect(p->ledger, LYT_ADDRESS_PUBLISH, err);
    if (!status)
        status = lyt_sock_open(&p->bus, core->net, LYT_SOCK_XPUB, subscriber_queue, err);
    if (!status && lyt_sock_limit_frame(p->bus, topic_frame_max))
        status = lyt_error_set(err, LYT_EIO, "the frame limit was not taken");
    if (!status)
        status =
            lyt_sock_bind(p->bus, core->options.bus, core->bound.bus, sizeof core->bound.bus, err);
    if (!status)
        status = lyt_sock_open(&p->replay, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status && lyt_sock_limit_frame(p->replay, request_frame_max))
        status = lyt_error_set(err, LYT_EIO, "the frame limit was not taken");
    if (!status)
        status = lyt_sock_bind(p->replay, core->options.replay, core->bound.replay,
                               sizeof core->bound.replay, err);
    return status;
}

static lyt_status open_publisher(state *p, lyt_error *err)
{
    lyt_core *core = p->core;
    lyt_store_options options = {core->options.alloc, core->database, true, 0, 5000};
    lyt_status status = lyt_frames_new(&p->frames, core->options.alloc);

    if (status)
        return lyt_error_set(err, status, "no memory for the bus");
    status = lyt_store_open(&p->store, &options, err);
    if (status)
        return status;
    p->seq = core->gauges.last_seq;
    return open_sockets(p, err);
}

static lyt_status serve(state *p, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, p->ledger, p->bus, p->replay};

    for (;;) {
        bool ready[4] = {false, false, false, false};
        lyt_status status = lyt_sock_poll(socks, 4, ready, p->core->options.heartbeat_ms / 2 + 1);

        if (status && status != LYT_ETIMEOUT)
            return status;
        if (ready[1])
            take_events(p);
        if (ready[2])
            take_subscriptions(p);
        if (ready[3])
            take_requests(p);
        beat(p);
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            if (p->core->gauges.last_seq > p->seq)
                catch_up(p);
            return LYT_OK;
        }
    }
}

lyt_status lyt_publisher_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    state p = {.core = core};
    lyt_status status;

    p.log = lyt_log_child(p.core->options.log, "serve/bus");
    lyt_buf_init(&p.out, p.core->options.alloc);
    status = open_publisher(&p, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&p, pipe);
    }
    lyt_sock_close(p.bus, 1000);
    lyt_sock_close(p.replay, 500);
    lyt_sock_close(p.ledger, 0);
    lyt_store_close(p.store);
    lyt_frames_free(p.frames);
    lyt_buf_deinit(&p.out);
    return status;
}
