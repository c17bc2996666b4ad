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
 * 5. Threads of this process come in over inproc and are trusted; what comes over
 *    the work endpoint is checked to the last byte, JSON included.
 */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "core.h"
#include "joblist.h"
#include "mem.h"
#include "submission.h"
#include "workframe.h"

typedef lyt_job job;
typedef lyt_joblist list;

typedef struct worker {
    struct worker *next;
    lyt_sock *sock;
    lyt_str identity;
    char identity_bytes[256];
    uint32_t credit;
    bool alone; /* with a suspect: gets nothing else */
    uint64_t pack, number;
    char user[lyt_id_max];
    int64_t seen_us;
    list jobs;
} worker;

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *threads, *remote, *ledger;
    lyt_frames *frames;
    lyt_buf out;
    worker *workers;
    size_t n_workers;
    list urgent, queue, suspects, condemned;
    lyt_door door;
    int64_t beat_us, probe_us, look_us;
} state;

/* who is being read from, for the walk over a DONE */
typedef struct done_walk {
    state *d;
    worker *w;
    bool bad;
} done_walk;

enum {
    workers_max = 256,
    batch_jobs = 32,
    batch_bytes = 256 * 1024,
    beats_until_dead = 3,
    frame_max = 32 << 20,
    burst = 256,
    probe_ms = 20,
    look_ms = 100,
};

/* A verdict, or that there will be none, on its way to the ledger. */
static void report(state *d, job *j, lyt_str part)
{
    lyt_str frames[2] = {j->slip, part};

    /* the pair has no high-water mark; what fails for want of memory is done again */
    if (lyt_sock_send(d->ledger, frames, 2)) {
        d->core->gauges.lost_jobs++;
        lyt_log_say(&d->log, LYT_LOG_ERROR, "LYT-DISPATCH-LOST",
                    "A verdict could not be passed on; the message is classified again.",
                    LYT_KN("feedback", j->feedback));
    }
    lyt_mem_free(d->core->options.alloc, j);
}

static void park(state *d, job *j)
{
    lyt_done_item item = {.id = j->id, .failed = true};

    item.reason = LYT_STR("two workers ended while they had this message");
    lyt_buf_reset(&d->out);
    lyt_workframe_add_done(&d->out, &item);
    lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-DISPATCH-PARKED",
                "A message ended two workers and is parked.", LYT_KN("feedback", j->feedback));
    report(d, j, lyt_buf_str(&d->out));
}

static int64_t grace_us(const state *d)
{
    return beats_until_dead * d->core->options.heartbeat_ms * 1000;
}

static void condemn(state *d, job *j)
{
    if (!lyt_job_has_hope(j)) {
        park(d, j);
        return;
    }
    j->due_us = lyt_clock_mono_us(d->core->options.clock) + grace_us(d);
    lyt_joblist_append(&d->condemned, j);
}

static void take_back(state *d, job *j)
{
    lyt_joblist_put_first(j->deaths ? &d->suspects : j->is_urgent ? &d->urgent : &d->queue, j);
}

/* It lives: nothing is its fault. What waits for that is given out again. */
static void forgive(state *d, uint64_t number)
{
    list *const waiting[] = {&d->suspects, &d->condemned};

    for (worker *w = d->workers; w; w = w->next)
        lyt_joblist_forgive(&w->jobs, number);
    for (size_t i = 0; i < 2; i++) {
        lyt_joblist_forgive(waiting[i], number);
        for (job *j = waiting[i]->first, *next; j; j = next) {
            next = j->next;
            if (j->deaths == (i ? lyt_job_deaths_max : 1))
                continue;
            lyt_joblist_remove(waiting[i], j);
            take_back(d, j);
        }
    }
}

static void park_condemned(state *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    while (d->condemned.first && d->condemned.first->due_us <= now) {
        job *j = d->condemned.first;

        lyt_joblist_remove(&d->condemned, j);
        park(d, j);
    }
}

/* Takes the worker off the list. blame: its jobs count a death. */
static void drop_worker(state *d, worker *w, bool blame)
{
    worker **at = &d->workers;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    d->core->gauges.workers = (int64_t)--d->n_workers;
    while (w->jobs.last) {
        job *j = w->jobs.last;

        lyt_joblist_remove(&w->jobs, j);
        if (blame && !lyt_job_blame(j, w->number))
            condemn(d, j);
        else
            take_back(d, j);
    }
    lyt_mem_free(d->core->options.alloc, w);
}

static void lose_worker(state *d, worker *w, const char *why)
{
    lyt_str note = lyt_str_of(why);

    d->core->gauges.lost_workers++;
    /* whoever runs the service hears of it on the bus; one frame alone is no verdict */
    (void)!lyt_sock_send(d->ledger, &note, 1);
    lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-WORKER-LOST",
                "A worker is gone; others do its work again.", LYT_KV("why", why),
                LYT_KN("messages", w->jobs.n));
    drop_worker(d, w, true);
}

static lyt_status tell(state *d, lyt_sock *sock, lyt_str identity)
{
    lyt_str frames[2] = {identity, lyt_buf_str(&d->out)};

    return lyt_buf_status(&d->out) ? LYT_ENOMEM : lyt_sock_send(sock, frames, 2);
}

/* Writes the next batch for w into out and moves its jobs; false when there is none. */
static bool fill_batch(state *d, worker *w, list *from, size_t most)
{
    uint32_t n = 0;

    lyt_workframe_begin(&d->out, LYT_WORK_WORK);
    while (n < most && from->first && d->out.len < batch_bytes) {
        job *j = from->first;

        lyt_buf_add(&d->out, j->item);
        if (lyt_buf_status(&d->out))
            break;
        lyt_joblist_remove(from, j);
        lyt_joblist_append(&w->jobs, j);
        n++;
    }
    lyt_workframe_count(&d->out, n);
    return n > 0;
}

static void give(state *d, worker *w, list *from, size_t most)
{
    lyt_status status;

    if (!fill_batch(d, w, from, most))
        return;
    w->alone = from == &d->suspects;
    status = tell(d, w->sock, w->identity);
    /* nobody got it, so nobody is to blame */
    if (status)
        drop_worker(d, w, false);
}

static worker *freest(const state *d, bool must_be_idle)
{
    worker *best = NULL;

    for (worker *w = d->workers; w; w = w->next) {
        if (w->alone || w->jobs.n >= w->credit || (must_be_idle && w->jobs.n))
            continue;
        if (!best || w->credit - w->jobs.n > best->credit - best->jobs.n)
            best = w;
    }
    return best;
}

static void share_out(state *d, list *from)
{
    worker *w;

    while (!d->suspects.n && from->n && (w = freest(d, false))) {
        size_t share = (from->n + d->n_workers - 1) / d->n_workers;
        size_t room = w->credit - w->jobs.n;

        share = share < batch_jobs ? share : batch_jobs;
        give(d, w, from, share < room ? share : room);
    }
}

static void assign(state *d)
{
    worker *w;

    while (d->suspects.n && (w = freest(d, true)))
        give(d, w, &d->suspects, 1);
    share_out(d, &d->urgent);
    share_out(d, &d->queue);
    d->core->gauges.queued = (int64_t)(d->urgent.n + d->queue.n + d->suspects.n + d->condemned.n);
}

static worker *find_worker(const state *d, const lyt_sock *sock, lyt_str identity)
{
    for (worker *w = d->workers; w; w = w->next)
        if (w->sock == sock && lyt_str_equal(w->identity, identity))
            return w;
    return NULL;
}

static void refuse_peer(state *d, lyt_sock *sock, lyt_str identity, const char *why)
{
    worker *w = find_worker(d, sock, identity);

    d->core->gauges.bad_workers++;
    lyt_workframe_refused(&d->out, lyt_str_of(why));
    (void)!tell(d, sock, identity);
    if (w)
        lose_worker(d, w, why);
}

/* One of another pack would give verdicts that nobody here can explain. */
static void refuse_pack(state *d, lyt_sock *sock, lyt_str identity, uint64_t pack)
{
    char why[200];

    snprintf(why, sizeof why,
             "this worker has the pack %016llx, the service %016llx; give it the service's pack",
             (unsigned long long)pack, (unsigned long long)lyt_core_judge(d->core)->version);
    refuse_peer(d, sock, identity, why);
}

static void take_ready(state *d, lyt_sock *sock, lyt_str identity, lyt_str frame)
{
    worker *w = find_worker(d, sock, identity);
    uint32_t credit;
    uint64_t pack, number;

    if (lyt_workframe_get_ready(frame, &credit, &pack, &number)) {
        refuse_peer(d, sock, identity, "READY: credit must be 1 to 1000");
        return;
    }
    if (sock == d->remote && pack != lyt_core_judge(d->core)->version) {
        refuse_pack(d, sock, identity, pack);
        return;
    }
    /* READY again, here or over another connection: it has forgotten what it had */
    if (w)
        drop_worker(d, w, false);
    for (w = number ? d->workers : NULL; w; w = w->next)
        if (w->number == number) {
            drop_worker(d, w, false);
            break;
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
    w->credit = credit;
    w->pack = pack;
    w->number = number;
    if (number)
        forgive(d, number);
    snprintf(w->user, sizeof w->user, "%s", lyt_frames_user(d->frames));
    w->seen_us = lyt_clock_mono_us(d->core->options.clock);
    w->next = d->workers;
    d->workers = w;
    d->core->gauges.workers = (int64_t)++d->n_workers;
}

static lyt_status take_done_item(void *user, const lyt_done_item *item, lyt_str part)
{
    done_walk *walk = user;
    job *j = walk->w->jobs.first;

    /* done in the order given, so this is the first one but for a worker of another kind */
    while (j && j->id != item->id)
        j = j->next;
    if (j) {
        lyt_joblist_remove(&walk->w->jobs, j);
        report(walk->d, j, part);
    }
    return LYT_OK;
}

static void take_done(state *d, worker *w, lyt_str frame)
{
    done_walk walk = {d, w, false};

    if ((w->sock == d->remote && lyt_workframe_check_done(frame)) ||
        lyt_workframe_each_done(frame, take_done_item, &walk)) {
        refuse_peer(d, w->sock, w->identity, "DONE: this is not a batch of verdicts");
        return;
    }
    if (!w->jobs.n)
        w->alone = false;
}

static void take_known(state *d, worker *w, lyt_workframe_type type, lyt_str frame)
{
    w->seen_us = lyt_clock_mono_us(d->core->options.clock);
    switch (type) {
    case LYT_WORK_DONE:
        take_done(d, w, frame);
        break;
    case LYT_WORK_LEAVE:
        drop_worker(d, w, false);
        break;
    case LYT_WORK_HEARTBEAT:
        break;
    case LYT_WORK_WORK:
    case LYT_WORK_HELLO:
    case LYT_WORK_REFUSED:
        refuse_peer(d, w->sock, w->identity, "only dispatch says this");
        break;
    case LYT_WORK_READY:
        break;
    }
}

static void take_from_worker(state *d, lyt_sock *sock)
{
    lyt_str identity = lyt_frames_at(d->frames, 0), frame = lyt_frames_at(d->frames, 1);
    worker *w = find_worker(d, sock, identity);
    lyt_workframe_type type;

    if (lyt_frames_count(d->frames) != 2 || lyt_workframe_type_of(frame, &type)) {
        refuse_peer(d, sock, identity, "this is no frame of version 1");
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
        (void)!tell(d, sock, identity);
    }
}

static void take_from_ledger(state *d)
{
    lyt_str slip = lyt_frames_at(d->frames, 0), item = lyt_frames_at(d->frames, 1);
    job *j = lyt_job_new(d->core->options.alloc, slip, item);

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
static bool read_all(state *d, lyt_sock *sock)
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

static void beat(state *d, bool all_read)
{
    int64_t period = d->core->options.heartbeat_ms * 1000;
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    if (now - d->beat_us < period)
        return;
    /* whoever stopped us (a debugger, swapping) stopped the workers too: they get their time */
    for (worker *w = d->workers; w && now - d->beat_us > 2 * period; w = w->next)
        w->seen_us = now;
    d->beat_us = now;
    for (worker *w = d->workers, *next; w; w = next) {
        lyt_status status;

        next = w->next;
        lyt_workframe_begin(&d->out, LYT_WORK_HEARTBEAT);
        status = tell(d, w->sock, w->identity);
        if (status == LYT_ECLOSED)
            lose_worker(d, w, "its connection was closed");
        /* while messages are unread, a sign of life may be among them */
        else if (all_read && now - w->seen_us > beats_until_dead * period)
            lose_worker(d, w, "it was silent for three heartbeats");
    }
}

/* Those that may not work any more, and those whose pack is not the service's any more. */
static void look_at_remote(state *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);
    bool changed;

    if (now - d->look_us < look_ms * 1000)
        return;
    d->look_us = now;
    (void)!lyt_door_refresh(&d->door, &changed, NULL);
    for (worker *w = d->workers, *next; w; w = next) {
        next = w->next;
        if (w->sock != d->remote)
            continue;
        if (w->pack != lyt_core_judge(d->core)->version)
            refuse_pack(d, w->sock, w->identity, w->pack);
        else if (!lyt_door_may(&d->door, w->user, LYT_RIGHT_WORK))
            refuse_peer(d, w->sock, w->identity, "this key does not give the right to work");
    }
}

/* True while there is somebody to look for. */
static bool probe(state *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);
    bool is_due = now - d->probe_us >= probe_ms * 1000, any = false;

    for (worker *w = d->workers, *next; w; w = next) {
        next = w->next;
        if (w->sock != d->remote || !w->jobs.n)
            continue;
        any = true;
        if (!is_due)
            continue;
        lyt_workframe_begin(&d->out, LYT_WORK_HEARTBEAT);
        if (tell(d, w->sock, w->identity) == LYT_ECLOSED)
            lose_worker(d, w, "its connection was closed");
    }
    if (is_due)
        d->probe_us = now;
    return any;
}

static lyt_status open_dispatch(state *d, lyt_error *err)
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

static lyt_status serve(state *d, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, d->ledger, d->threads, d->remote};

    for (;;) {
        bool ready[4] = {false, false, false, false}, all_read = true;
        int64_t wait_ms = probe(d) ? probe_ms : d->core->options.heartbeat_ms / 4 + 1;
        lyt_status status = lyt_sock_poll(socks, 4, ready, wait_ms);

        if (status && status != LYT_ETIMEOUT)
            return status;
        lyt_core_tick(d->core, LYT_TICK_DISPATCH);
        look_at_remote(d);
        park_condemned(d);
        if (ready[0] && lyt_actor_told_stop(pipe))
            return LYT_OK;
        for (size_t i = 1; i < 4; i++)
            if (ready[i])
                all_read = read_all(d, socks[i]) && all_read;
        beat(d, all_read);
        assign(d);
    }
}

lyt_status lyt_dispatch_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    state d = {.core = core};
    lyt_status status;

    d.log = lyt_log_child(d.core->options.log, "serve/dispatch");
    lyt_buf_init(&d.out, d.core->options.alloc);
    status = open_dispatch(&d, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&d, pipe);
    }
    while (d.workers) {
        worker *w = d.workers;

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
