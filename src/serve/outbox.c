/*
 * The outbox: takes rows that are due from the store, which it reads with a handle of its own,
 * sends them, and tells the ledger what came of each. The ledger says when that stands in the
 * store, and when there are new rows. Until then a row is held here, so that it is not sent a
 * second time; after a crash in between it is, with the same key.
 *
 * Of one way a few requests are under way at once, of all ways together slots_max. Lanes
 * (store_outbox.h) keep the order.
 */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "guestsend.h"
#include "mem.h"
#include "outbox_state.h"
#include "resettle.h"
#include "watch.h"

enum {
    slots_a_way = 4,
    heads_max = slots_a_way * 4,
    wait_max_ms = 250,
    drain_ms = 3000,
    turning_ms = 20,
    turn_max_us = 5000000,
};

static const int64_t second_us = 1000000;
/* The clock on the wall may be set back; what is due is looked at again. */
static const int64_t look_again_us = (int64_t)5 * 1000000;

static const lyt_settings *settings_of(const state *o)
{
    return o->settings;
}

static int64_t wall_us(const state *o)
{
    return lyt_clock_wall_us(o->core->options.clock);
}

static int64_t mono_us(const state *o)
{
    return lyt_clock_mono_us(o->core->options.clock);
}

static double chance(void)
{
    uint32_t number = 0;

    /* without chance the waits are those of the table */
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        return 0;
    return ldexp((double)number, -32);
}

static void look_soon(state *o)
{
    for (size_t i = 0; i < settings_of(o)->n_ways; i++)
        o->ways[i].look_us = 0;
}

static void say(slot *s, const char *reason)
{
    size_t n = strlen(reason) < sizeof s->reason - 1 ? strlen(reason) : sizeof s->reason - 1;

    memcpy(s->reason, reason, n);
    s->reason[n] = '\0';
    s->report.reason = (lyt_str){s->reason, n};
}

/* What an attempt came to; result NULL: nothing was sent, and it is no use to try again. */
static void end(state *o, slot *s, const lyt_out_result *result, const char *reason)
{
    int64_t now = wall_us(o);
    lyt_out_next next = {LYT_OUT_DEAD, 0, 0};

    if (result)
        next = lyt_out_retry(result, s->row.attempts + 1, s->row.give_up_us, now, chance());
    s->report = (lyt_outbox_report){.op = LYT_OUTBOX_OP_SENT,
                                    .row = s->row.id,
                                    .attempts = s->row.attempts + (result != NULL),
                                    .at_us = now,
                                    .due_us = next.due_us};
    say(s, next.verdict == LYT_OUT_SENT ? "" : reason);
    if (next.way_due_us && mono_us(o) + next.way_due_us - now > o->ways[s->row.way].before_us)
        o->ways[s->row.way].before_us = mono_us(o) + next.way_due_us - now;
    switch (next.verdict) {
    case LYT_OUT_SENT:
        o->core->gauges.sent++;
        break;
    case LYT_OUT_AGAIN:
        s->report.op = LYT_OUTBOX_OP_AGAIN;
        o->core->gauges.unsent++;
        break;
    case LYT_OUT_DEAD:
    case LYT_OUT_GONE:
        s->report.op = next.verdict == LYT_OUT_GONE ? LYT_OUTBOX_OP_GONE : LYT_OUTBOX_OP_DEAD;
        o->core->gauges.way_dead++;
        lyt_log_say(&o->log, LYT_LOG_ERROR, "LYT-WAY-DEAD",
                    "Something could not be sent; lyt outbox list shows it.",
                    LYT_KV("way", settings_of(o)->ways[s->row.way].id), LYT_KN("row", s->row.id),
                    LYT_KV("why", s->reason));
        break;
    }
    s->state = SLOT_ENDED;
}

static lyt_status compose(state *o, const slot *s, lyt_error *err)
{
    lyt_outbox_row row = {.id = s->row.id,
                          .seq = s->row.seq,
                          .alarm_seq = s->row.alarm_seq,
                          .incident = s->row.incident,
                          .event = s->row.event,
                          .at_us = s->row.at_us,
                          .who = lyt_str_of(s->row.who),
                          .channel = s->row.is_answer ? LYT_STR(LYT_WATCH_ANSWER)
                                                      : (lyt_str){"", 0}};

    return lyt_outbox_compose(&o->composer, &settings_of(o)->ways[s->row.way], &row, err);
}

/* LYT_ENOMEM: not now. What cannot be composed ends as an attempt that failed. */
static lyt_status start(state *o, slot *s)
{
    const lyt_way *way = &settings_of(o)->ways[s->row.way];
    lyt_post_options options = {.tag = (uint64_t)(s - o->slots),
                                .allow_private = way->allows_private,
                                .is_patient = way->kind == LYT_WAY_WEBHOOK,
                                .ca_file = way->ca_file,
                                .timeout_ms = way->timeout_us / 1000};
    char text[512];
    lyt_error err = {.code = LYT_OK};
    lyt_status status = LYT_OK;

    if (!s->is_repeat && wall_us(o) > s->row.give_up_us) {
        end(o, s, NULL, "too late: the time that the settings give it is over");
        return LYT_OK;
    }
    status = compose(o, s, &err);
    if (status == LYT_ENOMEM || status == LYT_EBUSY)
        return status;
    if (status) {
        /* a secret may be mended; an event that is gone does not come back */
        bool is_lost = status == LYT_ENOTFOUND && !err.file[0];

        end(o, s, is_lost ? NULL : &(lyt_out_result){.is_answered = false},
            lyt_error_format(&err, text, sizeof text));
        return LYT_OK;
    }
    status = lyt_poster_send(o->poster, &o->composer.request, &options);
    lyt_out_request_reset(&o->composer.request);
    if (!status)
        s->state = SLOT_FLYING;
    return status;
}

static slot *free_slot(state *o)
{
    for (size_t i = 0; i < slots_max; i++)
        if (o->slots[i].state == SLOT_FREE)
            return &o->slots[i];
    return NULL;
}

static size_t flying(const state *o, size_t way)
{
    size_t n = 0;

    for (size_t i = 0; i < slots_max; i++)
        n += o->slots[i].state == SLOT_FLYING && o->slots[i].row.way == way;
    return n;
}

static bool is_held(const state *o, int64_t row)
{
    for (size_t i = 0; i < slots_max; i++)
        if (o->slots[i].state != SLOT_FREE && !o->slots[i].is_repeat && o->slots[i].row.id == row)
            return true;
    return false;
}

static ticket ticket_of(size_t way, const lyt_outbox_row *row)
{
    ticket t = {way,           row->id,    row->seq,        row->alarm_seq, row->incident,
                row->attempts, row->at_us, row->give_up_us, row->event,     "",
                lyt_guestsend_is(row), lyt_str_equal(row->channel, LYT_STR(LYT_WATCH_ANSWER))};
    size_t n = row->who.len < sizeof t.who - 1 ? row->who.len : sizeof t.who - 1;

    if (n)
        memcpy(t.who, row->who.ptr, n);
    return t;
}

typedef struct look {
    state *o;
    size_t way;
    ticket due[heads_max];
    size_t n;
    int64_t next_us; /* the first that is not due yet */
} look;

static lyt_status take_head(void *user, const lyt_outbox_row *row)
{
    look *l = user;

    if (is_held(l->o, row->id))
        return LYT_OK;
    if (row->due_us > wall_us(l->o)) {
        l->next_us = row->due_us;
        return LYT_EEND;
    }
    l->due[l->n++] = ticket_of(l->way, row);
    return LYT_OK;
}

/* Starts what is due of a way; says when to look again. */
static void look_at(state *o, size_t way)
{
    const lyt_way *w = &settings_of(o)->ways[way];
    look l = {.o = o, .way = way, .next_us = INT64_MAX};
    int64_t told, stopped, now = wall_us(o), mono = mono_us(o), wait = look_again_us;
    lyt_status status = lyt_store_way_get(o->store, lyt_str_of(w->id), &told, &stopped, NULL);

    /* with all its requests under way a way is looked at when one of them ends */
    if (!status && !stopped && mono >= o->ways[way].before_us && flying(o, way) < slots_a_way)
        status =
            lyt_store_outbox_heads(o->store, lyt_str_of(w->id), heads_max, take_head, &l, NULL);
    for (size_t i = 0; !status && i < l.n; i++) {
        slot *s = flying(o, way) < slots_a_way ? free_slot(o) : NULL;

        if (!s)
            break;
        *s = (slot){.row = l.due[i]};
        status = start(o, s);
        if (status)
            s->state = SLOT_FREE;
    }
    if (l.next_us < now + wait)
        wait = l.next_us - now;
    if (o->ways[way].before_us > mono && o->ways[way].before_us < mono + wait)
        wait = o->ways[way].before_us - mono;
    o->ways[way].look_us = mono_us(o) + (status && wait > second_us ? second_us : wait);
}

static void start_due(state *o)
{
    for (size_t i = 0; i < settings_of(o)->n_ways; i++)
        if (mono_us(o) >= o->ways[i].look_us)
            look_at(o, i);
}

/* The alert of that incident stands from now on, or it is over. */
static void stand(state *o, const ticket *row)
{
    bool is_over = row->event == LYT_NOTICE_CLOSED;
    int64_t now = mono_us(o), repeat_us = settings_of(o)->ways[row->way].repeat_us;
    size_t i = 0;

    if (settings_of(o)->ways[row->way].kind != LYT_WAY_ALERTMANAGER || !row->incident)
        return;
    while (i < o->n_standing &&
           (o->standing[i].row.way != row->way || o->standing[i].row.incident != row->incident))
        i++;
    if (lyt_mem_grow(o->core->options.alloc, &o->standing, &o->cap_standing, i + 1,
                     sizeof *o->standing))
        return; /* it resolves by itself, five minutes after it was sent */
    o->n_standing = i < o->n_standing ? o->n_standing : i + 1;
    /* Alertmanager forgets what it is not told again, and what is over is told for a while, too */
    o->standing[i] = (standing){*row, now + repeat_us, is_over ? now + 5 * repeat_us : 0};
}

static lyt_status stands_still(void *user, const lyt_outbox_row *row)
{
    look *l = user;
    ticket t = ticket_of(l->way, row);

    if (row->event != LYT_NOTICE_CLOSED)
        stand(l->o, &t);
    return LYT_OK;
}

static void repeat_standing(state *o)
{
    int64_t now = mono_us(o);

    for (size_t i = 0; i < o->n_standing; i++) {
        standing *one = &o->standing[i];
        slot *s;

        if (one->until_us && now > one->until_us) {
            *one = o->standing[--o->n_standing];
            i--;
            continue;
        }
        s = now >= one->next_us && flying(o, one->row.way) < slots_a_way ? free_slot(o) : NULL;
        if (!s)
            continue;
        one->next_us = now + settings_of(o)->ways[one->row.way].repeat_us;
        *s = (slot){.row = one->row, .is_repeat = true};
        if (start(o, s) || s->state != SLOT_FLYING)
            s->state = SLOT_FREE;
    }
}

static void take_posted(state *o)
{
    lyt_posted posted;

    while (lyt_poster_take(o->poster, &posted)) {
        slot *s = &o->slots[posted.tag];

        o->ways[s->row.way].look_us = 0;
        if (s->is_repeat) {
            s->state = SLOT_FREE;
            continue;
        }
        if (s->row.has_words)
            lyt_guestsend_reason(posted.reason, sizeof posted.reason,
                                 settings_of(o)->ways[s->row.way].kind, &posted.result,
                                 posted.reason);
        end(o, s, &posted.result, posted.reason);
        if (s->report.op == LYT_OUTBOX_OP_SENT)
            stand(o, &s->row);
    }
}

static bool send_report(state *o, const lyt_outbox_report *report)
{
    lyt_str frame;

    lyt_buf_reset(&o->frame);
    lyt_outbox_report_put(&o->frame, report);
    frame = lyt_buf_str(&o->frame);
    return !lyt_buf_status(&o->frame) && !lyt_sock_send(o->ledger, &frame, 1);
}

static void tell_ledger(state *o)
{
    for (size_t i = 0; i < slots_max; i++)
        if (o->slots[i].state == SLOT_ENDED && send_report(o, &o->slots[i].report))
            o->slots[i].state = SLOT_TOLD;
}

/* A report that stands in the store, or an empty frame: there is something new. */
static void take_from_ledger(state *o)
{
    while (!lyt_sock_recv(o->ledger, o->frames, 0)) {
        lyt_str frame = lyt_frames_at(o->frames, 0);
        lyt_outbox_report report;

        if (!frame.len)
            look_soon(o);
        if (!frame.len || lyt_outbox_report_get(&report, frame))
            continue;
        for (size_t i = 0; i < slots_max; i++) {
            if (o->slots[i].state != SLOT_TOLD || o->slots[i].row.id != report.row)
                continue;
            o->slots[i].state = SLOT_FREE;
            o->ways[o->slots[i].row.way].look_us = 0;
        }
    }
}

/* Rows of ways that the settings have no more. */
static lyt_status look_for_orphans(void *user, const lyt_way_row *row)
{
    state *o = user;
    lyt_outbox_report report = {.op = LYT_OUTBOX_OP_NO_WAY,
                                .way = row->way,
                                .at_us = wall_us(o),
                                .reason = LYT_STR("the settings have no such way any more")};

    if (lyt_settings_way(settings_of(o), row->way) ||
        !(row->counts[LYT_OUTBOX_WAITING] + row->counts[LYT_OUTBOX_FAILED]))
        return LYT_OK;
    lyt_log_say(&o->log, LYT_LOG_WARN, "LYT-WAY-UNKNOWN",
                "Something waits for a way that the settings have no more; it is dead.",
                LYT_KN("n", row->counts[LYT_OUTBOX_WAITING] + row->counts[LYT_OUTBOX_FAILED]));
    return send_report(o, &report) ? LYT_OK : LYT_ENOMEM;
}

/* What the store says of the ways of these settings. */
static lyt_status look_at_ways(state *o, lyt_error *err)
{
    lyt_status status = lyt_store_each_way(o->store, look_for_orphans, o, err);

    o->composer.store = o->store;
    for (size_t i = 0; !status && i < settings_of(o)->n_ways; i++) {
        look l = {.o = o, .way = i};

        if (settings_of(o)->ways[i].kind == LYT_WAY_ALERTMANAGER)
            status = lyt_store_outbox_open(o->store, lyt_str_of(settings_of(o)->ways[i].id),
                                           stands_still, &l, err);
    }
    return status;
}

static lyt_status open_outbox(state *o, lyt_error *err)
{
    const lyt_alloc *alloc = o->core->options.alloc;
    lyt_store_options options = {alloc, o->core->database, true, 0, 5000};
    lyt_status status = lyt_settings_check_secrets(settings_of(o), o->core, err);

    lyt_outbox_composer_init(&o->composer, o->core);
    if (status)
        return status;
    o->ways = lyt_mem_array(alloc, settings_of(o)->n_ways + 1, sizeof *o->ways);
    if (!o->ways || lyt_frames_new(&o->frames, alloc) || lyt_poster_new(&o->poster, alloc))
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the outbox");
    status = lyt_sock_open(&o->ledger, o->core->net, LYT_SOCK_PAIR, 0, err);
    if (!status)
        status = lyt_sock_connect(o->ledger, LYT_ADDRESS_OUTBOX, err);
    if (!status)
        status = lyt_store_open(&o->store, &options, err);
    return status ? status : look_at_ways(o, err);
}

/* Whether nothing is under way; what takes too long is given up, and sent again. */
static bool is_idle(state *o)
{
    bool is_late = mono_us(o) - o->turn_us > turn_max_us, gives_up = false;
    lyt_poster *fresh = NULL;

    /* the ledger first: from then on nothing new waits for a way that is gone */
    if (atomic_load(&o->core->stock_used[LYT_STOCK_LEDGER]) != lyt_core_stock(o->core))
        return false;
    for (size_t i = 0; i < slots_max; i++) {
        if (o->slots[i].state != SLOT_FREE && (!is_late || o->slots[i].state != SLOT_FLYING))
            return false;
        gives_up = gives_up || o->slots[i].state == SLOT_FLYING;
    }
    if (!gives_up)
        return true;
    if (lyt_poster_new(&fresh, o->core->options.alloc))
        return false;
    lyt_poster_free(o->poster);
    o->poster = fresh;
    for (size_t i = 0; i < slots_max; i++)
        o->slots[i].state = SLOT_FREE;
    return true;
}

/*
 * Nothing is under way: the ways of the new settings take the places of the old ones. What waits
 * for a way that is gone is dead, as after a restart. True: done.
 */
static bool settle(state *o)
{
    const lyt_stock *stock = lyt_core_stock(o->core);
    const lyt_settings *wanted = stock->settings, *before = o->settings;
    way_state *ways = lyt_mem_array(o->core->options.alloc, wanted->n_ways + 1, sizeof *ways);
    lyt_error why;

    if (!ways)
        return false;
    o->settings = wanted;
    o->n_standing = 0;
    if (look_at_ways(o, &why)) {
        o->settings = before;
        lyt_mem_free(o->core->options.alloc, ways);
        return false;
    }
    lyt_mem_free(o->core->options.alloc, o->ways);
    o->ways = ways;
    o->composer.stock = stock;
    lyt_core_settle(o->core, LYT_STOCK_OUTBOX, stock);
    return true;
}

/* Of the same settings; between two rows whatever else there is can be another. */
static void look_at_stock(state *o)
{
    const lyt_stock *stock = lyt_core_stock(o->core);

    if (stock->settings != o->settings)
        return;
    o->composer.stock = stock;
    lyt_core_settle(o->core, LYT_STOCK_OUTBOX, stock);
}

static int64_t wait_ms(const state *o, bool stopping)
{
    int64_t wait = wait_max_ms, now = mono_us(o);

    for (size_t i = 0; !stopping && i < settings_of(o)->n_ways; i++) {
        int64_t left = (o->ways[i].look_us - now) / 1000 + 1;

        if (left < wait)
            wait = left < 0 ? 0 : left;
    }
    return wait;
}

static lyt_status serve(state *o, lyt_sock *pipe)
{
    const int fds[2] = {lyt_sock_fd(pipe), lyt_sock_fd(o->ledger)};
    int64_t end_us = 0;
    bool stopping = false, is_turning = false;

    for (;;) {
        lyt_core_tick(o->core, LYT_TICK_OUTBOX);
        take_posted(o);
        tell_ledger(o);
        take_from_ledger(o);
        /* with other settings coming what is under way ends first; nothing is begun */
        if (lyt_core_settings(o->core) == o->settings)
            is_turning = false;
        else if (!is_turning)
            o->turn_us = mono_us(o);
        is_turning = lyt_core_settings(o->core) != o->settings && !(is_idle(o) && settle(o));
        if (!is_turning)
            look_at_stock(o);
        if (!stopping && lyt_actor_told_stop(pipe)) {
            stopping = true;
            end_us = mono_us(o) + drain_ms * 1000;
        }
        /* what is under way may end; what it came to is still told */
        if (stopping && (!lyt_poster_active(o->poster) || mono_us(o) > end_us)) {
            tell_ledger(o);
            return LYT_OK;
        }
        if (!stopping && !is_turning) {
            start_due(o);
            repeat_standing(o);
            tell_ledger(o);
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
    o->settings = lyt_core_settings(c);
    o->log = lyt_log_child(c->options.log, "serve/outbox");
    lyt_buf_init(&o->frame, alloc);
    status = open_outbox(o, err);
    if (!status) {
        lyt_actor_ready(actor);
        status = serve(o, pipe);
    }
    lyt_poster_free(o->poster);
    lyt_sock_close(o->ledger, 1000);
    lyt_store_close(o->store);
    lyt_outbox_composer_deinit(&o->composer);
    lyt_frames_free(o->frames);
    lyt_buf_deinit(&o->frame);
    lyt_mem_free(alloc, o->ways);
    lyt_mem_free(alloc, o->standing);
    lyt_mem_free(alloc, o);
    return status;
}
