/*
 * The outbox: the thread that sends (outbox_send.h). It reads the store with a handle of its own and
 * tells the ledger what came of each row; the ledger says when that stands in the store, and when
 * there are new rows.
 */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "core.h"
#include "mem.h"
#include "outbox_send.h"
#include "resettle.h"

enum {
    wait_max_ms = 250,
    drain_ms = 3000,
    turning_ms = 20,
    turn_max_us = 5000000,
};

typedef struct state {
    lyt_core *core;
    lyt_log log;
    lyt_sock *ledger;
    lyt_frames *frames;
    lyt_store *store;
    lyt_poster *poster;
    lyt_sender sender;
    lyt_buf frame;
    int64_t turn_us; /* monotonic: since when other settings are to be used */
} state;

static int64_t mono_us(const state *o)
{
    return lyt_clock_mono_us(o->core->options.clock);
}

static double chance(void *context)
{
    uint32_t number = 0;

    (void)context;
    /* without chance the waits are those of the table */
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        return 0;
    return ldexp((double)number, -32);
}

static bool send_report(void *outbox, const lyt_outbox_report *report)
{
    state *o = outbox;
    lyt_str frame;

    lyt_buf_reset(&o->frame);
    lyt_outbox_report_put(&o->frame, report);
    frame = lyt_buf_str(&o->frame);
    return !lyt_buf_status(&o->frame) && !lyt_sock_send(o->ledger, &frame, 1);
}

/* A report that stands in the store, or an empty frame: there is something new. */
static void take_from_ledger(state *o)
{
    while (!lyt_sock_recv(o->ledger, o->frames, 0)) {
        lyt_str frame = lyt_frames_at(o->frames, 0);
        lyt_outbox_report report;

        if (!frame.len)
            lyt_sender_wake(&o->sender);
        else if (!lyt_outbox_report_get(&report, frame))
            lyt_sender_stands(&o->sender, report.row);
    }
}

static lyt_status open_outbox(state *o, lyt_error *err)
{
    const lyt_alloc *alloc = o->core->options.alloc;
    const lyt_settings *settings = lyt_core_settings(o->core);
    lyt_store_options options = {
        .alloc = alloc, .path = o->core->database, .read_only = true, .busy_ms = 5000};
    lyt_sender_options how = {
        .core = o->core, .settings = settings, .log = &o->log, .chance = chance};
    lyt_status status = lyt_settings_check_secrets(settings, o->core, err);

    if (status)
        return status;
    if (lyt_frames_new(&o->frames, alloc) || lyt_poster_new(&o->poster, alloc))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the outbox");
    status = lyt_sock_open(&o->ledger, o->core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(o->ledger, LYT_ADDRESS_OUTBOX, err);
    if (!status)
        status = lyt_store_open(&o->store, &options, err);
    if (status)
        return status;
    how.store = o->store;
    how.carrier = lyt_poster_carrier(o->poster);
    status = lyt_sender_init(&o->sender, &how, err);
    return status ? status : lyt_sender_look(&o->sender, send_report, o, err);
}

/* Whether nothing is under way; what takes too long is given up, and sent again. */
static bool is_idle(state *o)
{
    bool is_late = mono_us(o) - o->turn_us > turn_max_us, is_flying, is_idle;
    lyt_poster *fresh = NULL;

    /* the ledger first: from then on nothing new waits for a way that is gone */
    if (atomic_load(&o->core->stock_used[LYT_STOCK_LEDGER]) != lyt_core_stock(o->core))
        return false;
    is_idle = lyt_sender_is_idle(&o->sender, &is_flying);
    if (is_idle || !is_late || !is_flying || lyt_poster_new(&fresh, o->core->options.alloc))
        return is_idle;
    lyt_poster_free(o->poster);
    o->poster = fresh;
    o->sender.o.carrier = lyt_poster_carrier(fresh);
    lyt_sender_forget(&o->sender);
    return lyt_sender_is_idle(&o->sender, &is_flying);
}

/*
 * Nothing is under way: the ways of the new settings take the places of the old ones. What waits
 * for a way that is gone is dead, as after a restart. True: done.
 */
static bool settle(state *o)
{
    const lyt_stock *stock = lyt_core_stock(o->core);

    if (!lyt_sender_settle(&o->sender, stock->settings, send_report, o))
        return false;
    o->sender.composer.stock = stock;
    lyt_core_settle(o->core, LYT_STOCK_OUTBOX, stock);
    return true;
}

/* Of the same settings; between two rows whatever else there is can be another. */
static void look_at_stock(state *o)
{
    const lyt_stock *stock = lyt_core_stock(o->core);

    if (stock->settings != o->sender.o.settings)
        return;
    o->sender.composer.stock = stock;
    lyt_core_settle(o->core, LYT_STOCK_OUTBOX, stock);
}

static int64_t wait_ms(const state *o, bool stopping)
{
    int64_t due = lyt_sender_due(&o->sender), left;

    if (stopping || due == INT64_MAX)
        return wait_max_ms;
    left = (due - mono_us(o)) / 1000 + 1;
    return left < 0 ? 0 : left < wait_max_ms ? left : wait_max_ms;
}

/* With other settings coming what is under way ends first; nothing is begun. */
static bool turn(state *o, bool is_turning)
{
    if (lyt_core_settings(o->core) == o->sender.o.settings) {
        look_at_stock(o);
        return false;
    }
    if (!is_turning)
        o->turn_us = mono_us(o);
    return !(is_idle(o) && settle(o));
}

static lyt_status serve(state *o, lyt_sock *pipe)
{
    const int fds[2] = {lyt_sock_fd(pipe), lyt_sock_fd(o->ledger)};
    int64_t end_us = 0;
    bool stopping = false, is_turning = false;

    for (;;) {
        lyt_core_tick(o->core, LYT_TICK_OUTBOX);
        lyt_sender_take(&o->sender);
        lyt_sender_report(&o->sender, send_report, o);
        take_from_ledger(o);
        is_turning = turn(o, is_turning);
        if (!stopping && lyt_actor_told_stop(pipe)) {
            stopping = true;
            end_us = mono_us(o) + drain_ms * 1000;
        }
        /* what is under way may end; what it came to is still told */
        if (stopping && (!lyt_poster_active(o->poster) || mono_us(o) > end_us)) {
            lyt_sender_report(&o->sender, send_report, o);
            return LYT_OK;
        }
        if (!stopping && !is_turning) {
            lyt_sender_start(&o->sender);
            lyt_sender_report(&o->sender, send_report, o);
        }
        /* sending may have used up the sign that something came */
        take_from_ledger(o);
        lyt_poster_step(o->poster, fds, 2, is_turning ? turning_ms : wait_ms(o, stopping));
    }
}

lyt_status lyt_outbox_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err)
{
    lyt_core *c = core;
    const lyt_alloc *alloc = c->options.alloc;
    state *o = lyt_mem_new(alloc, sizeof *o);
    lyt_status status;

    if (!o)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the outbox");
    o->core = c;
    o->log = lyt_log_child(c->options.log, "serve/outbox");
    lyt_buf_init(&o->frame, alloc);
    status = open_outbox(o, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(o, pipe);
    }
    lyt_poster_free(o->poster);
    lyt_sock_close(o->ledger, 1000);
    lyt_sender_deinit(&o->sender);
    lyt_store_close(o->store);
    lyt_frames_free(o->frames);
    lyt_buf_deinit(&o->frame);
    lyt_mem_free(alloc, o);
    return status;
}
