/*
 * The ledger: only writer of the database and keeper of the open incidents. It takes
 * what waits, at most commit_rows or commit_us of it, commits it as one, and only
 * then lets answers, work and events out. When a commit fails senders hear "busy",
 * verdicts are kept and tried again, and it goes on.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "ledger_inner.h"
#include "mem.h"
#include "remark.h"
#include "store_outbox.h"

typedef lyt_ledger state;

enum { page_rows = 1000, verdicts_kept_max = 4096, patience_ms = 250 };

/* What is waited for, beside the pipe. */
typedef enum source {
    FROM_URGENT, /* before intake */
    FROM_INTAKE,
    FROM_DISPATCH, /* from here on nothing that a sender waits for */
    FROM_REPLAYER,
    FROM_OUTBOX,
    N_SOURCES
} source;

static const bool all_sources[N_SOURCES] = {true, true, true, true, true};

static void note_state(state *l, lyt_status status, const lyt_error *why)
{
    char text[512];

    l->core->gauges.store_status = (int)status;
    if (status && !l->is_bad)
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-STORE-BAD",
                    "Nothing can be stored; senders are asked to wait.",
                    LYT_KV("why", lyt_error_format(why, text, sizeof text)));
    else if (!status && l->is_bad)
        lyt_log_say(&l->log, LYT_LOG_INFO, "LYT-STORE-GOOD", "Storing works again.");
    l->is_bad = status != LYT_OK;
}

static void commit(state *l)
{
    lyt_error why = {.code = LYT_OK};
    lyt_status status;

    if (!l->batch.n_items)
        return;
    l->core->gauges.commit_us = lyt_ledger_mono_us(l);
    status = lyt_batch_apply(&l->batch, &l->books, &why);
    l->core->gauges.commit_us = 0;
    note_state(l, status, &why);
    if (!status) {
        lyt_ledger_let_out(l);
    } else {
        /* handed out, and never kept */
        l->core->gauges.waiting -= l->ahead.n_out;
        l->core->gauges.waiting_bytes -= l->ahead.bytes_out;
    }
    lyt_ahead_end(&l->ahead, !status);
    for (size_t i = 0; status && i < l->batch.n_items; i++) {
        if (l->batch.items[i].kind != LYT_ITEM_ORDER)
            continue;
        l->core->gauges.busy++;
        lyt_ledger_answer(l, &l->batch.items[i], false);
    }
    l->retry_us = lyt_ledger_mono_us(l) + lyt_retry_ms * 1000;
    l->core->gauges.lost_jobs += (int64_t)lyt_batch_reset(&l->batch, status != LYT_OK);
}

/* With nothing to store, a trial says whether storing works again. */
static void probe(state *l)
{
    lyt_error why = {.code = LYT_OK};
    lyt_status status =
        lyt_store_probe(l->books.store, lyt_clock_wall_us(l->core->options.clock), &why);

    note_state(l, status, &why);
    l->retry_us = lyt_ledger_mono_us(l) + lyt_retry_ms * 1000;
}

/* What intake says of an order it has passed on; too late, a worker has been asked. */
static void take_early(state *l)
{
    lyt_wire in = lyt_wire_of(lyt_frames_at(l->frames, 0));
    uint64_t number = lyt_wire_u64(&in);

    (void)!lyt_batch_add_early(&l->batch, number,
                               lyt_str_slice(lyt_frames_at(l->frames, 0), sizeof number, SIZE_MAX));
}

bool lyt_ledger_take_order(lyt_ledger *l, lyt_sock *from)
{
    lyt_item refused = {.kind = LYT_ITEM_ORDER};
    lyt_status status = lyt_sock_recv(from, l->frames, 0);

    if (status)
        return false;
    if (lyt_frames_count(l->frames) == 1) {
        take_early(l);
        return true;
    }
    refused.envelope = lyt_frames_at(l->frames, 0);
    if (lyt_batch_add_order(&l->batch, refused.envelope, lyt_frames_at(l->frames, 1))) {
        l->core->gauges.busy++;
        lyt_ledger_answer(l, &refused, false);
    } else if (lyt_frames_count(l->frames) == 3) {
        lyt_wire in = lyt_wire_of(lyt_frames_at(l->frames, 2));

        l->batch.items[l->batch.n_items - 1].early_number = lyt_wire_u64(&in);
    }
    return true;
}

bool lyt_ledger_take_verdict(lyt_ledger *l)
{
    lyt_ahead_fate fate;
    lyt_slip slip;

    if (lyt_sock_recv(l->dispatch, l->frames, 0))
        return false;
    if (lyt_frames_count(l->frames) == 1) {
        (void)!lyt_batch_add_health(&l->batch, LYT_STR("worker-lost"), lyt_frames_at(l->frames, 0));
        return true;
    }
    fate = lyt_slip_get(&slip, lyt_frames_at(l->frames, 0))
               ? LYT_AHEAD_KEPT /* which the batch refuses */
               : lyt_ahead_back(&l->ahead, slip.ahead);
    if (fate == LYT_AHEAD_VOID)
        return true;
    if (!lyt_batch_add_verdict(&l->batch, lyt_frames_at(l->frames, 0),
                               lyt_frames_at(l->frames, 1))) {
        l->batch.items[l->batch.n_items - 1].is_ours = fate == LYT_AHEAD_MINE;
        return true;
    }
    l->core->gauges.lost_jobs++;
    lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                "No memory for a verdict; the message is classified again.");
    return true;
}

static bool take_cursor(state *l)
{
    if (lyt_sock_recv(l->replayer, l->frames, 0))
        return false;
    if (lyt_batch_add_cursor(&l->batch, lyt_frames_at(l->frames, 0)))
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                    "No memory to keep how far a subscriber has come; it hears some events again.");
    return true;
}

static bool take_report(state *l)
{
    lyt_str report;

    if (lyt_sock_recv(l->outbox, l->frames, 0))
        return false;
    report = lyt_frames_at(l->frames, 0);
    if (!lyt_batch_add_outbox(&l->batch, report))
        return true;
    lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                "No memory to keep that something was sent; it is sent again, with the same key.");
    (void)!lyt_sock_send(l->outbox, &report, 1);
    return true;
}

static bool take_from(state *l, source from)
{
    switch (from) {
    case FROM_INTAKE:
        return lyt_ledger_take_order(l, l->intake);
    case FROM_URGENT:
        return lyt_ledger_take_order(l, l->urgent);
    case FROM_DISPATCH:
        return lyt_ledger_take_verdict(l);
    case FROM_REPLAYER:
        return take_cursor(l);
    case FROM_OUTBOX:
        return take_report(l);
    case N_SOURCES:
        break;
    }
    return false;
}

/*
 * What waits, orders and verdicts in turn, within the bounds of a transaction. A source that has
 * run dry is not asked again: to be told "nothing" costs as much as a message.
 */
static void collect(state *l, const bool ready[N_SOURCES])
{
    const lyt_service_options *o = &l->core->options;
    int64_t end_us = lyt_ledger_mono_us(l) + o->commit_us;
    size_t n_kept = l->batch.n_items, rows = n_kept + (size_t)o->commit_rows;
    /* kept verdicts take no room from orders: senders are answered all the same */
    size_t bytes = lyt_batch_bytes(&l->batch);
    bool wet[N_SOURCES], got = true;

    memcpy(wet, ready, sizeof wet);
    while (got && lyt_batch_has_room(&l->batch, rows, bytes)) {
        got = false;
        for (size_t i = 0; i < N_SOURCES; i++) {
            if (!wet[i] || (i == FROM_INTAKE && wet[FROM_URGENT]) ||
                (i >= FROM_DISPATCH && n_kept >= verdicts_kept_max))
                continue;
            wet[i] = take_from(l, (source)i);
            got = got || wet[i] || i == FROM_URGENT;
        }
        if (lyt_ledger_mono_us(l) > end_us)
            break;
    }
}

static lyt_status restore_incident(void *user, const lyt_incident *incident)
{
    return lyt_desk_restore(((state *)user)->books.desk, incident);
}

static lyt_status restore_key(void *user, const lyt_feedback *feedback)
{
    state *l = user;
    char room[lyt_books_scope_max];

    /* nothing of them is taken back: what is noted for that goes now and then */
    if (l->n_restored++ % page_rows == 0)
        lyt_keyset_mark(l->books.keys, lyt_clock_wall_us(l->core->options.clock));
    return lyt_keyset_put(l->books.keys, lyt_books_scope(feedback, room), feedback->source_id,
                          feedback->id, feedback->received_us);
}

static lyt_status restore_stream(void *user, lyt_str topic, int64_t n, int64_t seq)
{
    (void)seq;
    return lyt_streams_restore(((state *)user)->books.streams, topic, n);
}

static lyt_status restore_work(void *user, const lyt_feedback *feedback)
{
    state *l = user;

    (void)lyt_ledger_send_work(l, feedback, false, 0);
    l->books.last_feedback = feedback->id;
    return LYT_OK;
}

static lyt_status restore_waiting(state *l)
{
    int64_t before;
    lyt_status status;

    do {
        before = l->books.last_feedback;
        status = lyt_store_each_waiting(l->books.store, before, page_rows, restore_work, l, l->err);
    } while (!status && l->books.last_feedback != before);
    if (!status && l->core->gauges.waiting)
        lyt_log_say(&l->log, LYT_LOG_INFO, "LYT-LEDGER-RESUMED",
                    "Messages accepted before the restart are classified now.",
                    LYT_KN("n", l->core->gauges.waiting));
    return status;
}

/*
 * What was lost on the way for want of memory stands in the store without a verdict. When
 * nothing else is under way all that does is handed out again.
 */
static void recover_lost(state *l)
{
    int64_t lost = l->core->gauges.lost_jobs;
    lyt_error why, *at_start = l->err;

    if ((!lost && !l->n_unsent) || l->core->gauges.waiting > lost || l->is_bad)
        return;
    l->core->gauges.lost_jobs -= lost;
    l->core->gauges.waiting = l->core->gauges.waiting_bytes = 0;
    l->n_unsent = 0;
    l->books.last_feedback = 0;
    l->err = &why;
    if (restore_waiting(l))
        l->n_unsent = 1;
    l->err = at_start;
}

static lyt_status open_books(state *l)
{
    const lyt_service_options *o = &l->core->options;
    lyt_store_options options = {o->alloc, l->core->database, false, o->size_max_mb, 5000};
    int64_t last_incident;
    uint64_t random[2];
    lyt_status status = lyt_store_open(&l->books.store, &options, l->err);

    if (!status)
        status = lyt_store_last_seq(l->books.store, &l->books.last_seq, l->err);
    if (!status)
        status = lyt_store_last_incident(l->books.store, &last_incident, l->err);
    if (status)
        return status;
    while (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        if (errno != EINTR)
            return lyt_error_set(l->err, LYT_EIO, "the system gives no random bytes");
    /* from now on whoever waits hears "busy" instead */
    lyt_store_patience(l->books.store, patience_ms);
    /* no worker that was there before a restart has work of that number */
    l->job = (int64_t)(random[1] >> 2);
    l->books.core = l->core;
    l->core->gauges.last_seq = l->books.last_seq;
    status = lyt_desk_new(&l->books.desk, o->alloc, last_incident + 1);
    if (!status)
        status = lyt_streams_new(&l->books.streams, o->alloc);
    if (!status)
        status = lyt_keyset_new(&l->books.keys, o->alloc, random[0], lyt_keep_keys_us);
    if (status)
        return lyt_error_set(l->err, status, "no memory for the ledger");
    l->books.stock = lyt_core_stock(l->core);
    status = lyt_cases_new(&l->books.cases, o->alloc, l->books.stock->settings, l->books.store,
                           l->err);
    if (!status && !l->books.cases)
        status =
            lyt_store_each_incident(l->books.store, true, INT64_MAX, restore_incident, l, l->err);
    if (!status)
        status = lyt_store_each_stream(l->books.store, restore_stream, l, l->err);
    if (!status)
        status = lyt_store_each_recent(
            l->books.store, lyt_clock_wall_us(o->clock) - lyt_keep_keys_us, restore_key, l, l->err);
    if (!status)
        status = lyt_store_outbox_catch(l->books.store, lyt_clock_wall_us(o->clock), l->err);
    if (!status)
        status = lyt_upkeep_init(&l->upkeep, l->core, l->books.store, &l->log, l->err);
    lyt_upkeep_use(&l->upkeep, l->books.stock);
    return status;
}

static lyt_status open_pair(state *l, lyt_sock **out, const char *address)
{
    lyt_status status = lyt_sock_open(out, l->core->net, LYT_SOCK_PAIR, 0, l->err);

    return status ? status : lyt_sock_bind(*out, address, NULL, 0, l->err);
}

static lyt_status open_ledger(state *l)
{
    lyt_status status = open_books(l);

    if (!status)
        status = lyt_batch_init(&l->batch, l->core->options.alloc);
    l->batch.on_applied = lyt_ledger_run_ahead;
    l->batch.context = l;
    if (!status)
        status = lyt_frames_new(&l->frames, l->core->options.alloc);
    if (!status)
        status = open_pair(l, &l->intake, LYT_ADDRESS_INTAKE);
    if (!status)
        status = open_pair(l, &l->urgent, LYT_ADDRESS_URGENT);
    if (!status)
        status = lyt_sock_open(&l->dispatch, l->core->net, LYT_SOCK_PAIR, 0, l->err);
    if (!status)
        status = lyt_sock_connect(l->dispatch, LYT_ADDRESS_DISPATCH, l->err);
    if (!status)
        status = open_pair(l, &l->publisher, LYT_ADDRESS_PUBLISH);
    if (!status)
        status = open_pair(l, &l->replayer, LYT_ADDRESS_REPLAY);
    if (!status)
        status = open_pair(l, &l->outbox, LYT_ADDRESS_OUTBOX);
    return status ? status : restore_waiting(l);
}

/* A channel that was busy and is not any more. */
static void look_at_pulse(state *l)
{
    const char *channel = lyt_pulse_find_silent(&l->pulse, lyt_ledger_mono_us(l),
                                                l->core->options.silence_min * 60000000);

    if (!channel || lyt_batch_add_health(&l->batch, LYT_STR("channel-silent"), lyt_str_of(channel)))
        return;
    lyt_log_say(&l->log, LYT_LOG_WARN, "LYT-CHANNEL-SILENT",
                "Nothing comes any more from a channel that was busy.", LYT_KV("channel", channel));
    commit(l);
}

/* The service goes on by the new time; whoever reads its log, status or bus knows why. */
static void look_at_clock(state *l)
{
    const lyt_service_options *o = &l->core->options;
    int64_t by_us =
        lyt_clockstep_look(&l->clockstep, o->clock, o->clock_speed > 1 ? o->clock_speed : 1);
    lyt_buf words;

    if (!by_us)
        return;
    l->core->gauges.clock_step_us = by_us;
    l->core->gauges.clock_step_at_us = lyt_ledger_mono_us(l);
    l->core->gauges.clock_steps++;
    lyt_buf_init(&words, o->alloc);
    lyt_clockstep_say(&words, by_us);
    lyt_log_say(&l->log, LYT_LOG_WARN, "LYT-CLOCK-STEPPED",
                "The clock was set; what is due at a time is due by the new one.",
                LYT_KV("by", lyt_buf_status(&words) ? "?" : words.data));
    lyt_buf_deinit(&words);
    if (lyt_batch_add_step(&l->batch, by_us))
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                    "No memory to tell of a clock that was set.");
    else if (!l->is_bad)
        commit(l);
}

/* Nothing more to come: all is classified, or nobody is there to do it. */
static bool is_drained(const state *l, int64_t end_us)
{
    return !l->core->gauges.waiting || !l->core->gauges.workers || lyt_ledger_mono_us(l) > end_us;
}

/* What time brings to incidents goes into a transaction like all else. */
static void take_time(state *l)
{
    int64_t now_us = lyt_clock_wall_us(l->core->options.clock);

    if (lyt_cases_due(l->books.cases, now_us) <= now_us && lyt_batch_add_tick(&l->batch))
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                    "No memory for what is due; it is done a little later.");
}

/* At most a second; less when something is due before. */
static int64_t left_ms(const state *l)
{
    enum { second_ms = 1000 };
    int64_t now_us = lyt_clock_wall_us(l->core->options.clock);
    int64_t left_us = lyt_cases_due(l->books.cases, now_us);

    left_us = left_us == INT64_MAX ? left_us : left_us - now_us;
    if (l->core->options.clock_speed > 1)
        left_us /= l->core->options.clock_speed;
    return left_us < 0 ? 0 : left_us / 1000 < second_ms ? left_us / 1000 + 1 : second_ms;
}

static lyt_status serve(state *l, lyt_sock *pipe)
{
    lyt_sock *const socks[] = {pipe, l->urgent, l->intake, l->dispatch, l->replayer, l->outbox};
    int64_t end_us = 0;

    for (;;) {
        bool ready[6] = {false, false, false, false, false, false};
        bool waits = l->batch.n_items > 0; /* verdicts that could not be stored */
        bool pauses = l->is_bad && lyt_ledger_mono_us(l) < l->retry_us;
        lyt_status status = lyt_sock_poll(socks, pauses ? 3 : 6, ready,
                                          l->is_stopping ? 20
                                          : waits || pauses || l->is_bad
                                              ? 50
                                              : lyt_upkeep_wait_ms(&l->upkeep, left_ms(l)));

        if (status && status != LYT_ETIMEOUT)
            return status;
        if (ready[0] && lyt_actor_told_stop(pipe)) {
            l->is_stopping = true;
            end_us = lyt_ledger_mono_us(l) + l->core->options.drain_ms * 1000;
        }
        lyt_core_tick(l->core, LYT_TICK_LEDGER);
        look_at_clock(l);
        if (ready[1] || ready[2] || ready[3] || ready[4] || ready[5] ||
            (waits && lyt_ledger_mono_us(l) >= l->retry_us)) {
            collect(l, ready + 1);
            commit(l);
        } else if (l->is_bad && lyt_ledger_mono_us(l) >= l->retry_us) {
            probe(l);
        } else {
            recover_lost(l);
            look_at_pulse(l);
            lyt_housekeep_save(&l->house, &l->books, false);
        }
        if (!l->is_bad && !l->batch.n_items) {
            if (lyt_housekeep_settle(&l->house, &l->books, &l->batch))
                commit(l);
            lyt_upkeep_use(&l->upkeep, l->books.stock);
            lyt_housekeep_drills(&l->house, &l->books, &l->batch);
            take_time(l);
            lyt_remark_take(&l->core->remark, &l->batch);
            commit(l);
            if (lyt_upkeep_step(&l->upkeep))
                lyt_cases_let_go(l->books.cases);
        }
        if (l->is_stopping && is_drained(l, end_us)) {
            /* what subscribers acknowledged at the very end */
            collect(l, all_sources);
            commit(l);
            lyt_housekeep_save(&l->house, &l->books, true);
            return LYT_OK;
        }
    }
}

lyt_status lyt_ledger_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    state l = {.core = core, .err = err, .ahead = {.number = 1}};
    const lyt_alloc *alloc = l.core->options.alloc;
    lyt_status status;

    l.log = lyt_log_child(l.core->options.log, "serve/ledger");
    l.house = (lyt_housekeep){.core = core, .log = &l.log};
    lyt_buf_init(&l.out, alloc);
    lyt_buf_init(&l.slip, alloc);
    status = open_ledger(&l);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(&l, pipe);
    }
    lyt_sock_close(l.intake, 0);
    lyt_sock_close(l.urgent, 0);
    lyt_sock_close(l.dispatch, 0);
    lyt_sock_close(l.publisher, 1000);
    lyt_sock_close(l.replayer, 0);
    lyt_sock_close(l.outbox, 0);
    lyt_frames_free(l.frames);
    lyt_batch_deinit(&l.batch);
    lyt_keyset_free(l.books.keys);
    lyt_streams_free(l.books.streams);
    lyt_desk_free(l.books.desk);
    lyt_cases_free(l.books.cases);
    lyt_store_close(l.books.store);
    lyt_buf_deinit(&l.out);
    lyt_buf_deinit(&l.slip);
    return status;
}
