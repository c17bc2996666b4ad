#include "outbox_send.h"

#include <string.h>

#include "guestsend.h"
#include "mem.h"
#include "watch.h"

enum { slots_a_way = 4, heads_max = slots_a_way * 4 };

static const int64_t second_us = 1000000;
/* The clock on the wall may be set back; what is due is looked at again. */
static const int64_t look_again_us = (int64_t)5 * 1000000;

static const lyt_settings *settings_of(const lyt_sender *o)
{
    return o->o.settings;
}

static int64_t wall_us(const lyt_sender *o)
{
    return lyt_clock_wall_us(o->o.core->options.clock);
}

static int64_t mono_us(const lyt_sender *o)
{
    return lyt_clock_mono_us(o->o.core->options.clock);
}

static void say(lyt_sender_slot *s, const char *reason)
{
    size_t n = strlen(reason) < sizeof s->reason - 1 ? strlen(reason) : sizeof s->reason - 1;

    memcpy(s->reason, reason, n);
    s->reason[n] = '\0';
    s->report.reason = (lyt_str){s->reason, n};
}

/* What an attempt came to; result NULL: nothing was sent, and it is no use to try again. */
static void end(lyt_sender *o, lyt_sender_slot *s, const lyt_out_result *result, const char *reason)
{
    int64_t now = wall_us(o);
    lyt_out_next next = {LYT_OUT_DEAD, 0, 0};

    if (result)
        next = lyt_out_retry(result, s->row.attempts + 1, s->row.give_up_us, now,
                             o->o.chance(o->o.chance_context));
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
        o->o.core->gauges.sent++;
        break;
    case LYT_OUT_AGAIN:
        s->report.op = LYT_OUTBOX_OP_AGAIN;
        o->o.core->gauges.unsent++;
        break;
    case LYT_OUT_DEAD:
    case LYT_OUT_GONE:
        s->report.op = next.verdict == LYT_OUT_GONE ? LYT_OUTBOX_OP_GONE : LYT_OUTBOX_OP_DEAD;
        o->o.core->gauges.way_dead++;
        lyt_log_say(o->o.log, LYT_LOG_ERROR, "LYT-WAY-DEAD",
                    "Something could not be sent; lyt outbox list shows it.",
                    LYT_KV("way", settings_of(o)->ways[s->row.way].id), LYT_KN("row", s->row.id),
                    LYT_KV("why", s->reason));
        break;
    }
    s->state = LYT_SLOT_ENDED;
}

static lyt_status compose(lyt_sender *o, const lyt_sender_slot *s, lyt_error *err)
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
static lyt_status start(lyt_sender *o, lyt_sender_slot *s)
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
    status = o->o.carrier.send(o->o.carrier.context, &o->composer.request, &options);
    lyt_out_request_reset(&o->composer.request);
    if (!status)
        s->state = LYT_SLOT_FLYING;
    return status;
}

static lyt_sender_slot *free_slot(lyt_sender *o)
{
    for (size_t i = 0; i < lyt_sender_slots; i++)
        if (o->slots[i].state == LYT_SLOT_FREE)
            return &o->slots[i];
    return NULL;
}

static size_t flying(const lyt_sender *o, size_t way)
{
    size_t n = 0;

    for (size_t i = 0; i < lyt_sender_slots; i++)
        n += o->slots[i].state == LYT_SLOT_FLYING && o->slots[i].row.way == way;
    return n;
}

static bool is_held(const lyt_sender *o, int64_t row)
{
    for (size_t i = 0; i < lyt_sender_slots; i++)
        if (o->slots[i].state != LYT_SLOT_FREE && !o->slots[i].is_repeat &&
            o->slots[i].row.id == row)
            return true;
    return false;
}

static lyt_sender_ticket ticket_of(size_t way, const lyt_outbox_row *row)
{
    lyt_sender_ticket t = {.way = way,
                           .id = row->id,
                           .seq = row->seq,
                           .alarm_seq = row->alarm_seq,
                           .incident = row->incident,
                           .attempts = row->attempts,
                           .at_us = row->at_us,
                           .give_up_us = row->give_up_us,
                           .event = row->event,
                           .has_words = lyt_guestsend_is(row),
                           .is_answer =
                               lyt_str_equal(row->channel, LYT_STR(LYT_WATCH_ANSWER))};
    size_t n = row->who.len < sizeof t.who - 1 ? row->who.len : sizeof t.who - 1;

    if (n)
        memcpy(t.who, row->who.ptr, n);
    return t;
}

typedef struct look {
    lyt_sender *o;
    size_t way;
    lyt_sender_ticket due[heads_max];
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
static void look_at(lyt_sender *o, size_t way)
{
    const lyt_way *w = &settings_of(o)->ways[way];
    look l = {.o = o, .way = way, .next_us = INT64_MAX};
    int64_t told, stopped, now = wall_us(o), mono = mono_us(o), wait = o->o.look_us;
    lyt_status status = lyt_store_way_get(o->o.store, lyt_str_of(w->id), &told, &stopped, NULL);

    /* with all its requests under way a way is looked at when one of them ends */
    if (!status && !stopped && mono >= o->ways[way].before_us && flying(o, way) < slots_a_way)
        status =
            lyt_store_outbox_heads(o->o.store, lyt_str_of(w->id), heads_max, take_head, &l, NULL);
    for (size_t i = 0; !status && i < l.n; i++) {
        lyt_sender_slot *s = flying(o, way) < slots_a_way ? free_slot(o) : NULL;

        if (!s)
            break;
        *s = (lyt_sender_slot){.row = l.due[i]};
        status = start(o, s);
        if (status)
            s->state = LYT_SLOT_FREE;
    }
    if (l.next_us < now + wait)
        wait = l.next_us - now;
    if (o->ways[way].before_us > mono && o->ways[way].before_us < mono + wait)
        wait = o->ways[way].before_us - mono;
    o->ways[way].look_us = mono_us(o) + (status && wait > second_us ? second_us : wait);
}

/* The alert of that incident stands from now on, or it is over. */
static void stand(lyt_sender *o, const lyt_sender_ticket *row)
{
    bool is_over = row->event == LYT_NOTICE_CLOSED;
    int64_t now = mono_us(o), repeat_us = settings_of(o)->ways[row->way].repeat_us;
    size_t i = 0;

    if (settings_of(o)->ways[row->way].kind != LYT_WAY_ALERTMANAGER || !row->incident)
        return;
    while (i < o->n_standing &&
           (o->standing[i].row.way != row->way || o->standing[i].row.incident != row->incident))
        i++;
    if (lyt_mem_grow(o->o.core->options.alloc, &o->standing, &o->cap_standing, i + 1,
                     sizeof *o->standing))
        return; /* it resolves by itself, five minutes after it was sent */
    o->n_standing = i < o->n_standing ? o->n_standing : i + 1;
    /* Alertmanager forgets what it is not told again, and what is over is told for a while, too */
    o->standing[i] = (lyt_standing){*row, now + repeat_us, is_over ? now + 5 * repeat_us : 0};
}

static lyt_status stands_still(void *user, const lyt_outbox_row *row)
{
    look *l = user;
    lyt_sender_ticket t = ticket_of(l->way, row);

    if (row->event != LYT_NOTICE_CLOSED)
        stand(l->o, &t);
    return LYT_OK;
}

static void repeat_standing(lyt_sender *o)
{
    int64_t now = mono_us(o);

    for (size_t i = 0; i < o->n_standing; i++) {
        lyt_standing *one = &o->standing[i];
        lyt_sender_slot *s;

        if (one->until_us && now > one->until_us) {
            *one = o->standing[--o->n_standing];
            i--;
            continue;
        }
        s = now >= one->next_us && flying(o, one->row.way) < slots_a_way ? free_slot(o) : NULL;
        if (!s)
            continue;
        one->next_us = now + settings_of(o)->ways[one->row.way].repeat_us;
        *s = (lyt_sender_slot){.row = one->row, .is_repeat = true};
        if (start(o, s) || s->state != LYT_SLOT_FLYING)
            s->state = LYT_SLOT_FREE;
    }
}

/* Rows of ways that the settings have no more. */
typedef struct orphans {
    lyt_sender *o;
    lyt_sender_tell tell;
    void *context;
} orphans;

static lyt_status look_for_orphans(void *user, const lyt_way_row *row)
{
    const orphans *l = user;
    lyt_outbox_report report = {.op = LYT_OUTBOX_OP_NO_WAY,
                                .way = row->way,
                                .at_us = wall_us(l->o),
                                .reason = LYT_STR("the settings have no such way any more")};

    if (lyt_settings_way(settings_of(l->o), row->way) ||
        !(row->counts[LYT_OUTBOX_WAITING] + row->counts[LYT_OUTBOX_FAILED]))
        return LYT_OK;
    lyt_log_say(l->o->o.log, LYT_LOG_WARN, "LYT-WAY-UNKNOWN",
                "Something waits for a way that the settings have no more; it is dead.",
                LYT_KN("n", row->counts[LYT_OUTBOX_WAITING] + row->counts[LYT_OUTBOX_FAILED]));
    return l->tell(l->context, &report) ? LYT_OK : LYT_ENOMEM;
}

lyt_status lyt_sender_look(lyt_sender *o, lyt_sender_tell tell, void *context, lyt_error *err)
{
    orphans walk = {o, tell, context};
    lyt_status status = lyt_store_each_way(o->o.store, look_for_orphans, &walk, err);

    for (size_t i = 0; !status && i < settings_of(o)->n_ways; i++) {
        look l = {.o = o, .way = i};

        if (settings_of(o)->ways[i].kind == LYT_WAY_ALERTMANAGER)
            status = lyt_store_outbox_open(o->o.store, lyt_str_of(settings_of(o)->ways[i].id),
                                           stands_still, &l, err);
    }
    return status;
}

lyt_status lyt_sender_init(lyt_sender *o, const lyt_sender_options *options, lyt_error *err)
{
    memset(o, 0, sizeof *o);
    o->o = *options;
    if (!o->o.look_us)
        o->o.look_us = look_again_us;
    lyt_outbox_composer_init(&o->composer, options->core);
    o->composer.store = options->store;
    o->ways =
        lyt_mem_array(options->core->options.alloc, settings_of(o)->n_ways + 1, sizeof *o->ways);
    return o->ways ? LYT_OK : lyt_error_set(err, LYT_ENOMEM, "no memory for the outbox");
}

void lyt_sender_deinit(lyt_sender *o)
{
    if (!o->o.core)
        return;
    lyt_outbox_composer_deinit(&o->composer);
    lyt_mem_free(o->o.core->options.alloc, o->ways);
    lyt_mem_free(o->o.core->options.alloc, o->standing);
    memset(o, 0, sizeof *o);
}

void lyt_sender_take(lyt_sender *o)
{
    lyt_posted posted;

    while (o->o.carrier.take(o->o.carrier.context, &posted)) {
        lyt_sender_slot *s = &o->slots[posted.tag];

        o->ways[s->row.way].look_us = 0;
        if (s->is_repeat) {
            s->state = LYT_SLOT_FREE;
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

void lyt_sender_report(lyt_sender *o, lyt_sender_tell tell, void *context)
{
    for (size_t i = 0; i < lyt_sender_slots; i++)
        if (o->slots[i].state == LYT_SLOT_ENDED && tell(context, &o->slots[i].report))
            o->slots[i].state = LYT_SLOT_TOLD;
}

void lyt_sender_start(lyt_sender *o)
{
    for (size_t i = 0; i < settings_of(o)->n_ways; i++)
        if (mono_us(o) >= o->ways[i].look_us)
            look_at(o, i);
    repeat_standing(o);
}

void lyt_sender_stands(lyt_sender *o, int64_t row)
{
    for (size_t i = 0; i < lyt_sender_slots; i++) {
        if (o->slots[i].state != LYT_SLOT_TOLD || o->slots[i].row.id != row)
            continue;
        o->slots[i].state = LYT_SLOT_FREE;
        o->ways[o->slots[i].row.way].look_us = 0;
    }
}

void lyt_sender_wake(lyt_sender *o)
{
    for (size_t i = 0; i < settings_of(o)->n_ways; i++)
        o->ways[i].look_us = 0;
}

int64_t lyt_sender_due(const lyt_sender *o)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < settings_of(o)->n_ways; i++)
        if (o->ways[i].look_us < due)
            due = o->ways[i].look_us;
    return due;
}

bool lyt_sender_is_idle(const lyt_sender *o, bool *is_flying)
{
    bool is_idle = true;

    *is_flying = false;
    for (size_t i = 0; i < lyt_sender_slots; i++) {
        is_idle = is_idle && o->slots[i].state == LYT_SLOT_FREE;
        *is_flying = *is_flying || o->slots[i].state == LYT_SLOT_FLYING;
    }
    return is_idle;
}

void lyt_sender_forget(lyt_sender *o)
{
    for (size_t i = 0; i < lyt_sender_slots; i++)
        if (o->slots[i].state == LYT_SLOT_FLYING)
            o->slots[i].state = LYT_SLOT_FREE;
}

bool lyt_sender_settle(lyt_sender *o, const lyt_settings *settings, lyt_sender_tell tell,
                       void *context)
{
    const lyt_settings *before = o->o.settings;
    const lyt_alloc *alloc = o->o.core->options.alloc;
    lyt_sender_way *ways = lyt_mem_array(alloc, settings->n_ways + 1, sizeof *ways);
    lyt_error why;

    if (!ways)
        return false;
    o->o.settings = settings;
    o->n_standing = 0;
    if (lyt_sender_look(o, tell, context, &why)) {
        o->o.settings = before;
        lyt_mem_free(alloc, ways);
        return false;
    }
    lyt_mem_free(alloc, o->ways);
    o->ways = ways;
    return true;
}
