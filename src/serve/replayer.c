/*
 * The replayer: answers on the replay socket, and gives named subscribers what is theirs. It
 * reads the log with a store handle of its own, so that whoever reads a lot slows nobody on the
 * bus.
 *
 * Every peer has a budget of answers and rows that fills up with time; one that has used it up
 * hears {"busy":true,"retry_ms":…}.
 */
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "named.h"
#include "replay.h"

typedef struct budget {
    uint64_t peer;
    int64_t at_us;
    double left;
} budget;

enum {
    follow_ms = 1000,
    budgets = 1024, /* a power of two */
    request_frame_max = 1 << 20,
    burst = 64,
    look_ms = 200,
    rows_a_token = 500,
};

/* An answer costs one, and one more for each 500 rows: 100,000 events at once are in. */
static const double budget_full = 2000, budget_a_second = 500;

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *replay, *ledger;
    lyt_frames *frames;
    lyt_store *store;
    lyt_door door;
    lyt_named *named;
    lyt_replica *replica;
    lyt_counted counted;
    const lyt_stock *stock;
    lyt_buf out;
    budget budgets[budgets];
    int64_t look_us;
    int64_t followed_us; /* when the facts were last looked at */
} state;

static budget *budget_of(state *r, lyt_str id)
{
    uint64_t peer = lyt_hash_str(id, 1) | 1;
    budget *b = &r->budgets[peer & (budgets - 1)];
    int64_t now = lyt_clock_mono_us(r->core->options.clock);

    if (b->peer != peer)
        *b = (budget){peer, now, budget_full};
    b->left += (double)(now - b->at_us) / 1e6 * budget_a_second;
    b->at_us = now;
    if (b->left > budget_full)
        b->left = budget_full;
    return b;
}

static void write_busy(state *r, double left)
{
    lyt_jw jw;

    lyt_buf_reset(&r->out);
    lyt_jw_init(&jw, &r->out);
    lyt_jw_object(&jw);
    lyt_jw_kbool(&jw, "busy", true);
    lyt_jw_kint(&jw, "retry_ms", (int64_t)(-left / budget_a_second * 1000) + 10);
    lyt_jw_object_end(&jw);
    r->core->gauges.slowed++;
}

/* identity, perhaps an empty delimiter, then [tag, JSON] or [JSON] */
static bool read_shape(state *r, lyt_asking *from, lyt_str *request)
{
    size_t n = lyt_frames_count(r->frames);

    if (n < 2 || n > 4)
        return false;
    from->n_head = n - 1;
    for (size_t i = 0; i < from->n_head; i++)
        from->head[i] = lyt_frames_at(r->frames, i);
    from->user = lyt_frames_user(r->frames);
    *request = lyt_frames_at(r->frames, n - 1);
    return (n < 4 || !from->head[1].len) && from->head[n - 2].len <= lyt_answer_tag_max;
}

static void send_answer(state *r, const lyt_asking *to)
{
    lyt_str frames[4];

    for (size_t i = 0; i < to->n_head; i++)
        frames[i] = to->head[i];
    frames[to->n_head] = lyt_buf_str(&r->out);
    if (lyt_buf_status(&r->out) || lyt_sock_send(r->replay, frames, to->n_head + 1))
        r->core->gauges.undelivered++;
}

/* A slip of whoever writes a client; silence would look as if nobody were there. */
static void refuse_shape(state *r)
{
    lyt_asking to = {.head = {lyt_frames_at(r->frames, 0), {"", 0}}, .n_head = 1};

    if (lyt_frames_count(r->frames) > 2 && !lyt_frames_at(r->frames, 1).len)
        to.n_head = 2;
    lyt_buf_reset(&r->out);
    lyt_buf_add_text(&r->out,
                     "{\"error\":\"frames: send [tag, JSON] or [JSON], the tag at most 256 "
                     "bytes\"}");
    send_answer(r, &to);
}

static void answer_request(state *r)
{
    lyt_replay_ask ask = {.core = r->core,
                          .store = r->store,
                          .door = &r->door,
                          .named = r->named,
                          .replica = r->replica,
                          .counted = &r->counted,
                          .names = r->stock->names,
                          .log = &r->log};
    budget *b;

    if (!lyt_door_knows(&r->door, lyt_frames_user(r->frames))) {
        r->core->gauges.bad_frames++;
        return;
    }
    if (!read_shape(r, &ask.from, &ask.request)) {
        r->core->gauges.bad_frames++;
        refuse_shape(r);
        return;
    }
    lyt_named_heard(r->named, ask.from.head[0]);
    b = budget_of(r, ask.from.head[0]);
    ask.is_spent = b->left < 0;
    if (lyt_replay_answer(&ask, &r->out) || ask.is_silent)
        return;
    if (ask.is_put_off) {
        write_busy(r, b->left);
        send_answer(r, &ask.from);
        return;
    }
    b->left -= 1 + (double)ask.n_rows / rows_a_token;
    send_answer(r, &ask.from);
}

static void take_requests(state *r)
{
    for (size_t i = 0; i < burst; i++) {
        lyt_status status = lyt_sock_recv(r->replay, r->frames, 0);

        if (status && status != LYT_ELIMIT)
            return;
        if (status)
            r->core->gauges.bad_frames++;
        else
            answer_request(r);
    }
}

static void take_from_ledger(state *r)
{
    while (!lyt_sock_recv(r->ledger, r->frames, 0))
        lyt_named_committed(r->named, lyt_frames_at(r->frames, 0));
}

static void look_at_door(state *r)
{
    int64_t now = lyt_clock_mono_us(r->core->options.clock);
    bool changed;

    if (!r->door.path || now - r->look_us < look_ms * 1000)
        return;
    r->look_us = now;
    (void)!lyt_door_refresh(&r->door, &changed, NULL);
}

/* Facts are followed as they come, so that the first question in a while need not wait for them. */
static void follow(state *r)
{
    int64_t now = lyt_clock_mono_us(r->core->options.clock);

    if (!r->replica || now - r->followed_us < follow_ms * 1000)
        return;
    r->followed_us = now;
    /* what cannot be read now is said to who asks */
    (void)!lyt_replica_sync(r->replica, r->store, NULL);
}

/* Answers of this round go by what counts now. */
static void look_at_stock(state *r)
{
    r->stock = lyt_core_stock(r->core);
    if (r->replica)
        lyt_replica_resettle(r->replica, r->stock->settings);
    lyt_core_settle(r->core, LYT_STOCK_REPLAYER, r->stock);
}

static lyt_status open_replayer(state *r, lyt_error *err)
{
    lyt_core *core = r->core;
    lyt_store_options options = {core->options.alloc, core->database, true, 0, 5000};
    lyt_status status = lyt_frames_new(&r->frames, core->options.alloc);

    r->stock = lyt_core_stock(core);
    if (status)
        return lyt_error_set(err, status, "no memory for the replay socket");
    status = lyt_door_open(&r->door, core->options.alloc, core->options.fs, core->access_file, err);
    if (!status)
        status = lyt_store_open(&r->store, &options, err);
    if (!status && lyt_core_settings(core))
        status = lyt_replica_new(&r->replica, core->options.alloc, lyt_core_settings(core));
    if (!status && r->replica)
        status = lyt_replica_sync(r->replica, r->store, err);
    if (!status)
        status = lyt_sock_open(&r->ledger, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(r->ledger, LYT_ADDRESS_REPLAY, err);
    if (!status)
        status = lyt_sock_open(&r->replay, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status && core->access_file)
        status = lyt_sock_lock(r->replay, core->secret_key, err);
    if (!status && lyt_sock_limit_frame(r->replay, request_frame_max))
        status = lyt_error_set(err, LYT_EIO, "the frame limit was not taken");
    if (!status)
        status = lyt_named_new(
            &r->named,
            &(lyt_named_options){core, r->store, r->replay, r->ledger, &r->door, &r->log}, err);
    if (!status)
        status = lyt_sock_bind(r->replay, core->options.replay, core->bound.replay,
                               sizeof core->bound.replay, err);
    return status;
}

static lyt_status serve(state *r, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, r->ledger, r->replay};

    for (;;) {
        bool ready[3] = {false, false, false};
        int64_t wait_ms = lyt_named_wait_ms(r->named, r->door.path ? look_ms : 1000);
        lyt_status status = lyt_sock_poll(socks, 3, ready, wait_ms);

        if (status && status != LYT_ETIMEOUT)
            return status;
        lyt_core_tick(r->core, LYT_TICK_REPLAYER);
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            take_requests(r);
            lyt_named_flush(r->named);
            return LYT_OK;
        }
        look_at_stock(r);
        look_at_door(r);
        follow(r);
        if (ready[1])
            take_from_ledger(r);
        if (ready[2])
            take_requests(r);
        lyt_named_step(r->named);
    }
}

lyt_status lyt_replayer_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    lyt_core *c = core;
    state *r = lyt_mem_new(c->options.alloc, sizeof *r);
    lyt_status status;

    if (!r)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the replay socket");
    r->core = c;
    r->log = lyt_log_child(c->options.log, "serve/replay");
    lyt_buf_init(&r->out, c->options.alloc);
    status = open_replayer(r, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(r, pipe);
    }
    lyt_named_free(r->named);
    lyt_replica_free(r->replica);
    lyt_sock_close(r->replay, 500);
    lyt_sock_close(r->ledger, 0);
    lyt_store_close(r->store);
    lyt_door_close(&r->door);
    lyt_frames_free(r->frames);
    lyt_buf_deinit(&r->out);
    lyt_mem_free(c->options.alloc, r);
    return status;
}
