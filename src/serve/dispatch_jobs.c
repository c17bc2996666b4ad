/* Which worker has which message, and what becomes of it when the worker is gone. */
#include "dispatch_inner.h"
#include "mem.h"

enum { batch_jobs = 32, batch_bytes = 256 * 1024 };

/* A verdict, or that there will be none, on its way to the ledger. */
void lyt_dispatch_report(lyt_dispatch *d, lyt_job *j, lyt_str part)
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

static void park(lyt_dispatch *d, lyt_job *j)
{
    lyt_done_item item = {.id = j->id, .failed = true};

    item.reason = LYT_STR("two workers ended while they had this message");
    lyt_buf_reset(&d->out);
    lyt_workframe_add_done(&d->out, &item);
    lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-DISPATCH-PARKED",
                "A message ended two workers and is parked.", LYT_KN("feedback", j->feedback));
    lyt_dispatch_report(d, j, lyt_buf_str(&d->out));
}

static int64_t grace_us(const lyt_dispatch *d)
{
    return lyt_dispatch_beats_until_dead * d->core->options.heartbeat_ms * 1000;
}

static void condemn(lyt_dispatch *d, lyt_job *j)
{
    if (!lyt_job_has_hope(j)) {
        park(d, j);
        return;
    }
    j->due_us = lyt_clock_mono_us(d->core->options.clock) + grace_us(d);
    lyt_joblist_append(&d->condemned, j);
}

static void take_back(lyt_dispatch *d, lyt_job *j)
{
    lyt_joblist_put_first(j->deaths ? &d->suspects : j->is_urgent ? &d->urgent : &d->queue, j);
}

/* It lives: nothing is its fault. What waits for that is given out again. */
void lyt_dispatch_forgive(lyt_dispatch *d, uint64_t number)
{
    lyt_joblist *const waiting[] = {&d->suspects, &d->condemned};

    for (lyt_dispatch_worker *w = d->workers; w; w = w->next)
        lyt_joblist_forgive(&w->jobs, number);
    for (size_t i = 0; i < 2; i++) {
        lyt_joblist_forgive(waiting[i], number);
        for (lyt_job *j = waiting[i]->first, *next; j; j = next) {
            next = j->next;
            if (j->deaths == (i ? lyt_job_deaths_max : 1))
                continue;
            lyt_joblist_remove(waiting[i], j);
            take_back(d, j);
        }
    }
}

void lyt_dispatch_park_condemned(lyt_dispatch *d)
{
    int64_t now = lyt_clock_mono_us(d->core->options.clock);

    while (d->condemned.first && d->condemned.first->due_us <= now) {
        lyt_job *j = d->condemned.first;

        lyt_joblist_remove(&d->condemned, j);
        park(d, j);
    }
}

/* Takes the worker off the list. blame: its jobs count a death. */
void lyt_dispatch_drop(lyt_dispatch *d, lyt_dispatch_worker *w, bool blame)
{
    lyt_dispatch_worker **at = &d->workers;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    d->core->gauges.workers = (int64_t)--d->n_workers;
    while (w->jobs.last) {
        lyt_job *j = w->jobs.last;

        lyt_joblist_remove(&w->jobs, j);
        if (blame && !lyt_job_blame(j, w->number))
            condemn(d, j);
        else
            take_back(d, j);
    }
    lyt_mem_free(d->core->options.alloc, w);
}

void lyt_dispatch_lose(lyt_dispatch *d, lyt_dispatch_worker *w, const char *why)
{
    lyt_str note = lyt_str_of(why);

    d->core->gauges.lost_workers++;
    /* whoever runs the service hears of it on the bus; one frame alone is no verdict */
    (void)!lyt_sock_send(d->ledger, &note, 1);
    lyt_log_say(&d->log, LYT_LOG_WARN, "LYT-WORKER-LOST",
                "A worker is gone; others do its work again.", LYT_KV("why", why),
                LYT_KN("messages", w->jobs.n));
    lyt_dispatch_drop(d, w, true);
}

lyt_status lyt_dispatch_tell(lyt_dispatch *d, lyt_sock *sock, lyt_str identity)
{
    lyt_str frames[2] = {identity, lyt_buf_str(&d->out)};

    return lyt_buf_status(&d->out) ? LYT_ENOMEM : lyt_sock_send(sock, frames, 2);
}

/* Writes the next batch for w into out and moves its jobs; how many they are. */
static uint32_t fill_batch(lyt_dispatch *d, lyt_dispatch_worker *w, lyt_joblist *from, size_t most)
{
    uint32_t n = 0;

    if (!w->jobs.n)
        w->moved_us = lyt_clock_mono_us(d->core->options.clock);
    lyt_workframe_begin(&d->out, LYT_WORK_WORK);
    while (n < most && from->first && d->out.len < batch_bytes) {
        lyt_job *j = from->first;

        lyt_buf_add(&d->out, j->item);
        if (lyt_buf_status(&d->out))
            break;
        lyt_joblist_remove(from, j);
        lyt_joblist_append(&w->jobs, j);
        n++;
    }
    lyt_workframe_count(&d->out, n);
    return n;
}

static void give(lyt_dispatch *d, lyt_dispatch_worker *w, lyt_joblist *from, size_t most)
{
    uint32_t n = fill_batch(d, w, from, most);
    lyt_status status;

    if (!n)
        return;
    w->alone = from == &d->suspects;
    status = lyt_dispatch_tell(d, w->sock, w->identity);
    if (!status)
        return;
    /* nobody got these, so nobody is to blame for them */
    while (n--) {
        lyt_job *j = w->jobs.last;

        lyt_joblist_remove(&w->jobs, j);
        take_back(d, j);
    }
    /* what it had before it may have ended by */
    if (status == LYT_ECLOSED)
        lyt_dispatch_lose(d, w, "its connection was closed");
    else
        lyt_dispatch_drop(d, w, false);
}

/* The one with least to do; of several the one that takes most. */
static bool is_freer(const lyt_dispatch_worker *w, const lyt_dispatch_worker *than)
{
    if (w->jobs.n != than->jobs.n)
        return w->jobs.n < than->jobs.n;
    return w->credit > than->credit;
}

static lyt_dispatch_worker *freest(const lyt_dispatch *d, bool must_be_idle)
{
    lyt_dispatch_worker *best = NULL;

    for (lyt_dispatch_worker *w = d->workers; w; w = w->next) {
        if (w->alone || w->is_taught || w->jobs.n >= w->credit || (must_be_idle && w->jobs.n))
            continue;
        if (!best || is_freer(w, best))
            best = w;
    }
    return best;
}

static void share_out(lyt_dispatch *d, lyt_joblist *from)
{
    lyt_dispatch_worker *w;

    while (!d->suspects.n && from->n && (w = freest(d, false))) {
        size_t share = (from->n + d->n_workers - 1) / d->n_workers;
        size_t room = w->credit - w->jobs.n;

        share = share < batch_jobs ? share : batch_jobs;
        give(d, w, from, share < room ? share : room);
    }
}

void lyt_dispatch_assign(lyt_dispatch *d)
{
    lyt_dispatch_worker *w;

    while (d->suspects.n && (w = freest(d, true)))
        give(d, w, &d->suspects, 1);
    share_out(d, &d->urgent);
    share_out(d, &d->queue);
    d->core->gauges.queued = (int64_t)(d->urgent.n + d->queue.n + d->suspects.n + d->condemned.n);
}
