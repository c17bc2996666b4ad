/*
 * The publisher: committed events onto the bus in the order of their numbers, and a
 * heartbeat with the last number each second and to every new subscriber.
 *
 * 1. An event that did not come through from the ledger is seen as a gap in the numbers (or, at
 *    the end, from the ledger's gauge) and is read from the store.
 * 2. A subscriber whose queue is full loses events; the numbers tell it which, and the replay
 *    socket has them. Its queue is bounded, and goes when it shows no sign of life. That one is
 *    full is counted each time, and said in the log once in a while.
 * 3. With keys, each subscription is narrowed to what its key may hear. When the keys change, the
 *    socket is opened anew: everybody comes back through the door, or does not.
 */
#include <string.h>

#include "access.h"
#include "core.h"
#include "events.h"

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *bus, *ledger;
    lyt_frames *frames;
    lyt_store *store;
    lyt_door door;
    lyt_buf out;
    int64_t seq; /* the last one published */
    int64_t beat_us, look_us;
    int64_t overrun_us; /* when the log last said that somebody loses events; 0: never */
    bool greet;         /* somebody new wants to know the number */
    bool is_closed;     /* its port was not free again yet */
} state;

enum {
    subscriber_queue = 16384, /* of events of some 600 bytes: 10 MiB a subscriber that reads not */
    topic_frame_max = 4096,
    burst = 512,
    look_ms = 200,
    overrun_quiet_ms = 10000,
};

static const lyt_str heartbeat = {"heartbeat", 9};

static int64_t mono_us(const state *p)
{
    return lyt_clock_mono_us(p->core->options.clock);
}

/* It sees by the numbers what it lost; whoever runs the service is to see that it was so. */
static void note_overrun(state *p)
{
    int64_t now = mono_us(p);

    p->core->gauges.overrun++;
    if (p->overrun_us && now - p->overrun_us < overrun_quiet_ms * 1000)
        return;
    p->overrun_us = now;
    lyt_log_say(&p->log, LYT_LOG_WARN, "LYT-BUS-OVERRUN",
                "A subscriber reads too slowly and loses events; the replay socket has them.",
                LYT_KN("from", p->seq), LYT_KN("times", p->core->gauges.overrun));
}

static void send_event(state *p, int64_t seq, lyt_str topic, lyt_str json)
{
    lyt_str frames[2] = {topic, json};
    bool is_lost = false;

    if (p->bus)
        (void)!lyt_sock_publish(p->bus, frames, 2, &is_lost);
    p->seq = seq;
    if (is_lost)
        note_overrun(p);
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

/* A subscription, or the end of one, of somebody whose key says what it may hear. */
static void decide(state *p, bool on, lyt_str wanted)
{
    lyt_str granted[lyt_access_topics_max];
    size_t n = lyt_door_narrow(&p->door, lyt_frames_user(p->frames), wanted, granted);

    for (size_t i = 0; i < n; i++)
        (void)!lyt_sock_grant(p->bus, granted[i], on);
    /* that the service lives may be known to everybody who came in */
    if (lyt_str_begins(heartbeat, wanted))
        (void)!lyt_sock_grant(p->bus, heartbeat, on);
    if (on && !n && !lyt_str_equal(wanted, heartbeat))
        p->core->gauges.not_allowed++;
}

static void take_subscriptions(state *p)
{
    for (size_t i = 0; i < burst; i++) {
        lyt_str said;

        if (lyt_sock_recv(p->bus, p->frames, 0))
            return;
        said = lyt_frames_at(p->frames, 0);
        if (!said.len || (unsigned char)said.ptr[0] > 1)
            continue;
        if (p->door.path)
            decide(p, said.ptr[0] == 1, lyt_str_slice(said, 1, said.len));
        p->greet = p->greet || said.ptr[0] == 1;
    }
}

static void beat(state *p)
{
    int64_t now = mono_us(p);
    bool due = now - p->beat_us >= p->core->options.heartbeat_ms * 1000;
    lyt_str frames[2] = {heartbeat, {NULL, 0}};
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
    lyt_jw_kstr(&jw, "publisher", lyt_str_of(lyt_store_publisher(p->store)));
    lyt_jw_kstr(&jw, "type", heartbeat);
    lyt_jw_ktime(&jw, "at", lyt_clock_wall_us(p->core->options.clock));
    lyt_jw_kint(&jw, "period_ms", p->core->options.heartbeat_ms);
    lyt_jw_object_end(&jw);
    frames[1] = lyt_buf_str(&p->out);
    if (p->bus && !lyt_buf_status(&p->out))
        (void)!lyt_sock_send(p->bus, frames, 2);
}

static lyt_status open_bus(state *p, const char *endpoint, lyt_error *err)
{
    lyt_core *core = p->core;
    lyt_status status = lyt_sock_open(&p->bus, core->net, LYT_SOCK_XPUB, subscriber_queue, err);

    if (!status && p->door.path)
        status = lyt_sock_lock(p->bus, core->secret_key, err);
    if (!status && ((p->door.path && lyt_sock_decides(p->bus)) ||
                    lyt_sock_limit_frame(p->bus, topic_frame_max)))
        status = lyt_error_set(err, LYT_EIO, "the bus' options were not taken");
    if (!status)
        status = lyt_sock_bind(p->bus, endpoint, core->bound.bus, sizeof core->bound.bus, err);
    if (status) {
        lyt_sock_close(p->bus, 0);
        p->bus = NULL;
    }
    return status;
}

/* Nobody stays whom the door would not let in now. */
static void look_at_door(state *p)
{
    int64_t now = mono_us(p);
    bool changed = false;
    char endpoint[lyt_endpoint_max];

    if (!p->door.path || now - p->look_us < look_ms * 1000)
        return;
    p->look_us = now;
    /* the doorman says what is wrong with the file */
    (void)!lyt_door_refresh(&p->door, &changed, NULL);
    if (!changed && !p->is_closed)
        return;
    memcpy(endpoint, p->core->bound.bus, sizeof endpoint);
    if (p->bus)
        lyt_sock_unbind(p->bus, endpoint);
    lyt_sock_close(p->bus, 0);
    p->bus = NULL;
    p->is_closed = open_bus(p, endpoint, NULL) != LYT_OK;
}

static lyt_status open_publisher(state *p, lyt_error *err)
{
    lyt_core *core = p->core;
    lyt_store_options options = {core->options.alloc, core->database, true, 0, 5000};
    lyt_status status = lyt_frames_new(&p->frames, core->options.alloc);

    if (status)
        return lyt_error_set(err, status, "no memory for the bus");
    status = lyt_door_open(&p->door, core->options.alloc, core->options.fs, core->access_file, err);
    if (!status)
        status = lyt_store_open(&p->store, &options, err);
    if (!status)
        status = lyt_sock_open(&p->ledger, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(p->ledger, LYT_ADDRESS_PUBLISH, err);
    p->seq = core->gauges.last_seq;
    return status ? status : open_bus(p, core->options.bus, err);
}

static lyt_status serve(state *p, lyt_sock *pipe)
{
    int64_t wait_ms = p->core->options.heartbeat_ms / 2 + 1;

    if (p->door.path && wait_ms > look_ms)
        wait_ms = look_ms;
    for (;;) {
        lyt_sock *const socks[] = {pipe, p->ledger, p->bus};
        bool ready[3] = {false, false, false};
        lyt_status status = lyt_sock_poll(socks, p->bus ? 3 : 2, ready, wait_ms);

        if (status && status != LYT_ETIMEOUT)
            return status;
        lyt_core_tick(p->core, LYT_TICK_PUBLISHER);
        if (ready[1])
            take_events(p);
        if (ready[2])
            take_subscriptions(p);
        look_at_door(p);
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
    lyt_sock_close(p.ledger, 0);
    lyt_store_close(p.store);
    lyt_door_close(&p.door);
    lyt_frames_free(p.frames);
    lyt_buf_deinit(&p.out);
    return status;
}
