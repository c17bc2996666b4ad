/*
 * Dispatch: hands messages to workers that have credit, oldest first, and their
 * verdicts to the ledger.
 *
 * 1. A job is in exactly one list: urgent, queue, suspects, condemned, or a worker's.
 * 2. A worker that died has its jobs taken away; each counts that death and becomes a
 *    suspect. A suspect is given alone to a worker that has nothing else, so that
 *    the message that kills is found and its neighbours are not blamed.
 * 3. The second death parks the message. A worker that comes back was not dead, and is
 *    blamed for nothing: until it would have, the message is condemned, not parked.
 * 4. A remote worker with work is looked for every 20 ms, so that when its connection has gone
 *    others have its work within 100 ms. A worker of another pack is refused.
 * 5. One that gives signs of life but no verdict for 30 heartbeats is lost like one that died,
 *    and what says that it is the same one is refused for the next 600: its work would be stuck
 *    in it again.
 * 6. Threads of this process come in over inproc and are trusted; what comes over
 *    the work endpoint is checked to the last byte, JSON included.
 */
#include <stdio.h>
#include <string.h>

#include "dispatch_inner.h"
#include "hash.h"
#include "mem.h"

/* who is being read from, for the walk over a DONE */
typedef struct done_walk {
    lyt_dispatch *d;
    lyt_dispatch_worker *w;
} done_walk;

enum {
    workers_max = 256,
    frame_max = 32 << 20,
    burst = 256,
    probe_ms = 20,
    look_ms = 100,
    wake_ms = 50, /* a judge that goes is waited for */
    refused_quiet_ms = 10000,
};

static lyt_dispatch_worker *find_worker(const lyt_dispatch *d, const lyt_sock *sock,
                                        lyt_str identity)
{
    for (lyt_dispatch_worker *w = d->workers; w; w = w->next)
        if (w->sock == sock && lyt_str_equal(w->identity, identity))
            return w;
    return NULL;
}

/* Whoever started it reads the reason there; whoever runs the service reads it here. */
static void note_refused(lyt_dispatch *d, const char *why)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    d->core->gauges.bad_workers++;
    if (d->refused_us && now - d->refused_us < refused_quiet_ms * 1000)
        return;
    d->refused_us = now;
    lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-WORKER-REFUSED", "A worker was refused.",
                LYT_KV("why", why), LYT_KN("times", d->core->gauges.bad_workers));
}

static void refuse_peer(lyt_dispatch *d, lyt_sock *sock, lyt_str identity, const char *why)
{
    lyt_dispatch_worker *w = find_worker(d, sock, identity);

    note_refused(d, why);
    lyt_workframe_refused(&d->out, lyt_str_of(why));
    (void)!lyt_dispatch_tell(d, sock, identity);
    if (w)
        lyt_dispatch_lose(d, w, why);
}

/* One of another pack would give verdicts that nobody here can explain. */
static void refuse_pack(lyt_dispatch *d, lyt_sock *sock, lyt_str identity, uint64_t pack)
{
    char why[200];

    snprintf(why, sizeof why,
             "this worker has the pack %016llx, the service %016llx; give it the service's pack",
             (unsigned long long)pack, (unsigned long long)d->judge->version);
    refuse_peer(d, sock, identity, why);
}

/* A worker of the same pack lacks nothing but lessons. */
static bool can_learn(const lyt_dispatch *d, uint64_t base)
{
    return base && base == d->judge->base;
}

static lyt_status teach(lyt_dispatch *d, lyt_sock *sock, lyt_str identity)
{
    lyt_workframe_lessons(&d->out, d->judge->version, d->judge->base, d->judge->lessons);
    return lyt_dispatch_tell(d, sock, identity);
}

static const char stuck_text[] = "it had work for 30 heartbeats and gave no verdict; start it anew";

/* By what it says it is, so that another connection does not help. */
static uint64_t who_is(uint64_t number, lyt_str identity)
{
    return number ? number : lyt_hash_str(identity, 1) | 1;
}

static bool is_stuck(const lyt_dispatch *d, uint64_t who)
{
    int64_t away_us = lyt_dispatch_beats_stuck_away * d->core->options.heartbeat_ms * 1000;
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    for (size_t i = 0; i < sizeof d->stuck / sizeof *d->stuck; i++)
        if (d->stuck[i].who == who && now - d->stuck[i].at_us < away_us)
            return true;
    return false;
}

/* Whether it has had work for too long; if so it is noted, and is to be lost. */
static bool got_stuck(lyt_dispatch *d, const lyt_dispatch_worker *w, int64_t now)
{
    int64_t patience_us = lyt_dispatch_beats_until_stuck * d->core->options.heartbeat_ms * 1000;

    if (w->sock != d->remote || !w->jobs.n || now - w->moved_us <= patience_us)
        return false;
    d->stuck[d->n_stuck++ % (sizeof d->stuck / sizeof *d->stuck)] =
        (lyt_dispatch_stuck){who_is(w->number, w->identity), now};
    return true;
}

static void take_ready(lyt_dispatch *d, lyt_sock *sock, lyt_str identity, lyt_str frame)
{
    lyt_dispatch_worker *w = find_worker(d, sock, identity);
    lyt_work_ready ready;

    if (lyt_workframe_get_ready(frame, &ready)) {
        refuse_peer(d, sock, identity,
                    "READY: must be a credit of 1 to 1000, the pack, and perhaps the worker's "
                    "number and the base (docs/protocol.abnf)");
        return;
    }
    if (sock == d->remote && is_stuck(d, who_is(ready.worker, identity))) {
        refuse_peer(d, sock, identity, stuck_text);
        return;
    }
    if (sock == d->remote && ready.pack != d->judge->version && !can_learn(d, ready.base)) {
        refuse_pack(d, sock, identity, ready.pack);
        return;
    }
    /* READY again, here or over another connection: it has forgotten what it had */
    if (w)
        lyt_dispatch_drop(d, w, false);
    for (w = ready.worker ? d->workers : NULL; w; w = w->next)
        if (w->number == ready.worker) {
            lyt_dispatch_drop(d, w, false);
            break;
        }
    /* it says READY once more when it has learned */
    if (sock == d->remote && ready.pack != d->judge->version) {
        (void)!teach(d, sock, identity);
        return;
    }
    w = d->n_workers < workers_max && identity.len < sizeof w->identity_bytes
            ? lyt_mem_new(d->core->options.alloc, sizeof *w)
            : NULL;
    if (!w) {
        refuse_peer(d, sock, identity, "READY: there are too many workers already");
        return;
    }
    memcpy(w->identity_bytes, identity.ptr, identity.len);
    w->identity = (lyt_str){w->identity_bytes, identity.len};
    w->sock = sock;
    w->credit = ready.credit;
    w->pack = ready.pack;
    w->base = ready.base;
    w->number = ready.worker;
    if (w->number)
        lyt_dispatch_forgive(d, w->number);
    snprintf(w->user, sizeof w->user, "%s", lyt_frames_user(d->frames));
    w->seen_us = lyt_clock_mono_us(d->core->options.clock);
    w->next = d->workers;
    d->workers = w;
    d->core->gauges.workers = (int64_t)++d->n_workers;
}

static lyt_status take_done_item(void *user, const lyt_done_item *item, lyt_str part)
{
    done_walk *walk = user;
    lyt_job *j = walk->w->jobs.first;

    /* done in the order given, so this is the first one but for a worker of another kind */
    while (j && j->id != item->id)
        j = j->next;
    if (j) {
        lyt_joblist_remove(&walk->w->jobs, j);
        lyt_dispatch_report(walk->d, j, part);
        walk->w->moved_us = walk->w->seen_us;
    }
    return LYT_OK;
}

static void take_done(lyt_dispatch *d, lyt_dispatch_worker *w, lyt_str frame)
{
    done_walk walk = {d, w};

    if ((w->sock == d->remote && lyt_workframe_check_done(frame)) ||
        lyt_workframe_each_done(frame, take_done_item, &walk)) {
        refuse_peer(d, w->sock, w->identity, "DONE: this is not a batch of verdicts");
        return;
    }
    if (!w->jobs.n)
        w->alone = false;
}

static void take_known(lyt_dispatch *d, lyt_dispatch_worker *w, lyt_workframe_type type,
                       lyt_str frame)
{
    w->seen_us = lyt_clock_mono_us(d->core->options.clock);
    switch (type) {
    case LYT_WORK_DONE:
        take_done(d, w, frame);
        break;
    case LYT_WORK_LEAVE:
        lyt_dispatch_drop(d, w, false);
        break;
    case LYT_WORK_HEARTBEAT:
        break;
    case LYT_WORK_WORK:
    case LYT_WORK_HELLO:
    case LYT_WORK_REFUSED:
    case LYT_WORK_LESSONS:
        refuse_peer(d, w->sock, w->identity, "only dispatch says this");
        break;
    case LYT_WORK_READY:
        break;
    }
}

static void take_from_worker(lyt_dispatch *d, lyt_sock *sock)
{
    lyt_str identity = lyt_frames_at(d->frames, 0), frame = lyt_frames_at(d->frames, 1);
    lyt_dispatch_worker *w = find_worker(d, sock, identity);
    lyt_workframe_type type;

    if (lyt_frames_count(d->frames) != 2 || lyt_workframe_type_of(frame, &type)) {
        refuse_peer(d, sock, identity, "this is no frame of version 3 (docs/protocol.abnf)");
        return;
    }
    if (sock == d->remote && !lyt_door_may(&d->door, lyt_frames_user(d->frames), LYT_RIGHT_WORK)) {
        d->core->gauges.not_allowed++;
        refuse_peer(d, sock, identity, "this key does not give the right to work");
        return;
    }
    if (type == LYT_WORK_READY) {
        take_ready(d, sock, identity, frame);
    } else if (w) {
        take_known(d, w, type, frame);
    } else if (type != LYT_WORK_LEAVE) {
        lyt_workframe_begin(&d->out, LYT_WORK_HELLO);
        (void)!lyt_dispatch_tell(d, sock, identity);
    }
}

static void take_from_ledger(lyt_dispatch *d)
{
    lyt_str slip = lyt_frames_at(d->frames, 0), item = lyt_frames_at(d->frames, 1);
    lyt_job *j = lyt_job_new(d->core->options.alloc, slip, item);

    if (!j) {
        d->core->gauges.lost_jobs++;
        lyt_log_say(&d->log, LYT_LOG_ERROR, "LYT-DISPATCH-MEMORY",
                    "No memory to queue a message; it is classified later.");
        return;
    }
    j->is_urgent = lyt_frames_count(d->frames) == 3;
    lyt_joblist_append(j->is_urgent ? &d->urgent : &d->queue, j);
}

/* True when it was emptied. */
static bool read_all(lyt_dispatch *d, lyt_sock *sock)
{
    for (size_t i = 0; i < burst; i++) {
        lyt_status status = lyt_sock_recv(sock, d->frames, 0);

        if (status == LYT_ELIMIT) {
            d->core->gauges.bad_workers++;
            continue;
        }
        if (status)
            return true;
        if (sock == d->ledger)
            take_from_ledger(d);
        else
            take_from_worker(d, sock);
    }
    return false;
}

/* Messages are taken in all the same, and it looks like a quiet day to whoever waits for alarms. */
static void look_for_anybody(lyt_dispatch *d, int64_t now)
{
    int64_t patience_us = lyt_dispatch_beats_until_dead * d->core->options.heartbeat_ms * 1000;

    if (d->n_workers || !d->core->gauges.queued || !d->served_us)
        d->served_us = now;
    if (d->n_workers && d->said_none) {
        d->said_none = false;
        lyt_log_say(&d->log, LYT_LOG_INFO, "LYT-WORKER-AGAIN", "There is a worker again.");
    } else if (!d->said_none && now - d->served_us > patience_us) {
        d->said_none = true;
        lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-WORKER-NONE",
                    "There is no worker: messages are kept and not classified; start lyt worker.",
                    LYT_KN("messages", d->core->gauges.queued));
    }
}

static void beat(lyt_dispatch *d, bool all_read)
{
    int64_t period = d->core->options.heartbeat_ms * 1000;
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    if (now - d->beat_us < period)
        return;
    /* whoever stopped us (a debugger, swapping) stopped the workers too: they get their time */
    for (lyt_dispatch_worker *w = d->workers; w && now - d->beat_us > 2 * period; w = w->next)
        w->seen_us = w->moved_us = now;
    d->beat_us = now;
    for (lyt_dispatch_worker *w = d->workers, *next; w; w = next) {
        lyt_status status;

        next = w->next;
        lyt_workframe_begin(&d->out, LYT_WORK_HEARTBEAT);
        status = lyt_dispatch_tell(d, w->sock, w->identity);
        if (status == LYT_ECLOSED)
            lyt_dispatch_lose(d, w, "its connection was closed");
        /* while messages are unread, a sign of life may be among them */
        else if (all_read && now - w->seen_us > lyt_dispatch_beats_until_dead * period)
            lyt_dispatch_lose(d, w, "it was silent for three heartbeats");
        else if (all_read && got_stuck(d, w, now))
            refuse_peer(d, w->sock, w->identity, stuck_text);
    }
    look_for_anybody(d, now);
}

/* What it has in hand it still does as before; then it learns and says READY. */
static void send_lessons(lyt_dispatch *d, lyt_dispatch_worker *w)
{
    w->is_taught = true;
    if (teach(d, w->sock, w->identity))
        lyt_dispatch_drop(d, w, false);
}

/* From here on the judge that counts now is used; one that goes is waited for. */
static void look_at_judge(lyt_dispatch *d)
{
    const lyt_judge *judge = lyt_core_judge(d->core);

    if (d->judge == judge)
        return;
    d->judge = judge;
    atomic_store_explicit(&d->core->gauges.dispatch_judge, judge, memory_order_release);
}

/* Those that may not work any more, and those whose pack is not the service's any more. */
static void look_at_remote(lyt_dispatch *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);
    bool changed;

    if (now - d->look_us < look_ms * 1000)
        return;
    d->look_us = now;
    (void)!lyt_door_refresh(&d->door, &changed, NULL);
    for (lyt_dispatch_worker *w = d->workers, *next; w; w = next) {
        next = w->next;
        if (w->sock != d->remote)
            continue;
        if (w->pack != d->judge->version && !can_learn(d, w->base))
            refuse_pack(d, w->sock, w->identity, w->pack);
        else if (w->pack != d->judge->version && !w->is_taught)
            send_lessons(d, w);
        else if (!lyt_door_may(&d->door, w->user, LYT_RIGHT_WORK))
            refuse_peer(d, w->sock, w->identity, "this key does not give the right to work");
    }
}

/* True while there is somebody to look for. */
static bool probe(lyt_dispatch *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);
    bool is_due = now - d->probe_us >= probe_ms * 1000, any = false;

    for (lyt_dispatch_worker *w = d->workers, *next; w; w = next) {
        next = w->next;
        if (w->sock != d->remote || !w->jobs.n)
            continue;
        any = true;
        if (!is_due)
            continue;
        lyt_workframe_begin(&d->out, LYT_WORK_HEARTBEAT);
        if (lyt_dispatch_tell(d, w->sock, w->identity) == LYT_ECLOSED)
            lyt_dispatch_lose(d, w, "its connection was closed");
    }
    if (is_due)
        d->probe_us = now;
    return any;
}

static lyt_status open_dispatch(lyt_dispatch *d, lyt_error *err)
{
    lyt_core *core = d->core;
    lyt_status status = lyt_frames_new(&d->frames, core->options.alloc);

    if (status)
        return lyt_error_set(err, status, "no memory for dispatch");
    status = lyt_door_open(&d->door, core->options.alloc, core->options.fs, core->access_file, err);
    if (!status)
        status = lyt_sock_open(&d->ledger, core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_bind(d->ledger, LYT_ADDRESS_DISPATCH, NULL, 0, err);
    if (!status)
        status = lyt_sock_open(&d->threads, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status)
        status = lyt_sock_bind(d->threads, LYT_ADDRESS_WORK, NULL, 0, err);
    if (!status)
        status = lyt_sock_open(&d->remote, core->net, LYT_SOCK_ROUTER, lyt_router_queue, err);
    if (!status && core->access_file)
        status = lyt_sock_lock(d->remote, core->secret_key, err);
    if (!status && lyt_sock_limit_frame(d->remote, frame_max))
        status = lyt_error_set(err, LYT_EIO, "the frame limit was not taken");
    if (!status)
        status = lyt_sock_bind(d->remote, core->options.work, core->bound.work,
                               sizeof core->bound.work, err);
    return status;
}

static lyt_status serve(lyt_dispatch *d, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, d->ledger, d->threads, d->remote};

    for (;;) {
        bool ready[4] = {false, false, false, false}, all_read = true;
        int64_t wait_ms = probe(d) ? probe_ms : d->core->options.heartbeat_ms / 4 + 1;
        lyt_status status = lyt_sock_poll(socks, 4, ready, wait_ms < wake_ms ? wait_ms : wake_ms);

        if (status && status != LYT_ETIMEOUT)
            return status;
        lyt_core_tick(d->core, LYT_TICK_DISPATCH);
        look_at_judge(d);
        look_at_remote(d);
        lyt_dispatch_park_condemned(d);
        if (ready[0] && lyt_actor_told_stop(pipe))
            return LYT_OK;
        for (size_t i = 1; i < 4; i++)
            if (ready[i])
                all_read = read_all(d, socks[i]) && all_read;
        beat(d, all_read);
        lyt_dispatch_assign(d);
    }
}

lyt_status lyt_dispatch_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    lyt_dispatch d = {.core = core};
    lyt_status status;

    d.log = lyt_log_child(d.core->options.log, "serve/dispatch");
    look_at_judge(&d);
    lyt_buf_init(&d.out, d.core->options.alloc);
    status = open_dispatch(&d, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&d, pipe);
    }
    while (d.workers) {
        lyt_dispatch_worker *w = d.workers;

        d.workers = w->next;
        lyt_joblist_clear(d.core->options.alloc, &w->jobs);
        lyt_mem_free(d.core->options.alloc, w);
    }
    lyt_joblist_clear(d.core->options.alloc, &d.condemned);
    lyt_joblist_clear(d.core->options.alloc, &d.urgent);
    lyt_joblist_clear(d.core->options.alloc, &d.queue);
    lyt_door_close(&d.door);
    lyt_joblist_clear(d.core->options.alloc, &d.suspects);
    lyt_sock_close(d.remote, 500);
    lyt_sock_close(d.threads, 0);
    lyt_sock_close(d.ledger, 0);
    lyt_frames_free(d.frames);
    lyt_buf_deinit(&d.out);
    return status;
}
