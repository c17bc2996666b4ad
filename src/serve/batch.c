#include "batch.h"

#include "corrections.h"
#include "guestrefund.h"
#include "guestreply.h"

#include <stdio.h>
#include <string.h>

#include "clockstep.h"
#include "mem.h"
#include "outbox_plan.h"
#include "shiftdigest.h"
#include "staffreply.h"

static const lyt_str no_text = {"", 0};

static lyt_event_to event_to(lyt_batch *batch, const lyt_books *books, int64_t now_us)
{
    return (lyt_event_to){.topic = &batch->topic,
                          .json = &batch->json,
                          .seq = books->last_seq + 1,
                          .at_us = now_us,
                          .streams = books->streams,
                          .publisher = lyt_store_publisher(books->store),
                          .staff = books->cases ? lyt_cases_staff(books->cases) : NULL};
}

/* Stores what stands in topic and json under the next number and keeps it for the bus. */
static lyt_status add_event(lyt_batch *batch, lyt_books *books, int64_t now_us, lyt_error *err)
{
    lyt_str topic = lyt_buf_str(&batch->topic), json = lyt_buf_str(&batch->json);
    lyt_batch_event *event;
    int64_t seq = 0;
    lyt_status status = lyt_buf_status(&batch->topic);

    if (!status)
        status = lyt_buf_status(&batch->json);
    if (!status)
        status = lyt_mem_grow(batch->alloc, &batch->events, &batch->cap_events, batch->n_events + 1,
                              sizeof *batch->events);
    if (status)
        return lyt_error_set(err, status, "no memory for an event");
    status = lyt_store_add_event(books->store, topic, json, now_us, &seq, err);
    if (status)
        return status;
    /* the number stands in the event's text already */
    if (seq != books->last_seq + 1)
        return lyt_error_set(err, LYT_EFORMAT, "event %lld got the number %lld",
                             (long long)books->last_seq + 1, (long long)seq);
    books->last_seq = seq;
    status = lyt_streams_add(books->streams, topic, seq);
    if (status)
        return lyt_error_set(err, status, "no memory for an event");
    event = &batch->events[batch->n_events];
    *event = (lyt_batch_event){seq, lyt_arena_copy(batch->arena, topic),
                               lyt_arena_copy(batch->arena, json)};
    status = lyt_arena_status(batch->arena);
    if (status)
        return lyt_error_set(err, status, "no memory for an event");
    batch->n_events++;
    return LYT_OK;
}

lyt_event_to lyt_batch_event_to(lyt_batch *batch, const lyt_books *books, int64_t now_us)
{
    return event_to(batch, books, now_us);
}

lyt_status lyt_batch_add_event(lyt_batch *batch, lyt_books *books, int64_t now_us, lyt_error *err)
{
    return add_event(batch, books, now_us, err);
}

/* Who knows whether a key that looks like the one of a message is the very one. */
typedef struct key_check {
    lyt_store *store;
    const lyt_feedback *feedback;
    lyt_error *err;
} key_check;

static lyt_status is_its_key(void *user, int64_t feedback, bool *is_it)
{
    const key_check *check = user;
    const lyt_feedback *f = check->feedback;
    lyt_source source;
    lyt_status status = lyt_store_compare_source(
        check->store, feedback, f, f->received_us - lyt_keep_keys_us, &source, check->err);

    /* where the id is gone the 44 bits of its hash count, and its place in the table */
    *is_it = !status && source != LYT_SOURCE_OTHER;
    return status;
}

lyt_status lyt_books_find(const lyt_books *books, const lyt_feedback *feedback, int64_t *before,
                          lyt_error *err)
{
    key_check check = {books->store, feedback, err};
    char room[lyt_books_scope_max];

    return lyt_keyset_find(books->keys, lyt_books_scope(feedback, room), feedback->source_id,
                           feedback->received_us, is_its_key, &check, before);
}

/* Two houses may count their messages alike; what one of them sent must not hide the other's. */
lyt_str lyt_books_scope(const lyt_feedback *feedback, char room[lyt_books_scope_max])
{
    const lyt_str parts[] = {feedback->property, LYT_STR("\n"), feedback->channel};
    size_t n = 0;

    for (size_t i = 0; i < 3; i++) {
        size_t len =
            parts[i].len < lyt_books_scope_max - n ? parts[i].len : lyt_books_scope_max - n;

        if (len)
            memcpy(room + n, parts[i].ptr, len);
        n += len;
    }
    return (lyt_str){room, n};
}

/* Whoever copied the link of a signed tag is heard; an incident is opened by a tap of its own. */
static bool is_replayed(lyt_str mark)
{
    return lyt_str_equal(mark, LYT_STR(LYT_MARK_REPLAYED));
}

static lyt_status look_at_tap(lyt_books *books, lyt_item *item, lyt_error *err)
{
    bool is_fresh = true;
    lyt_status status = LYT_OK;

    if (item->order.tap.len)
        status =
            lyt_store_tap(books->store, item->order.tap, item->order.tap_counter, &is_fresh, err);
    if (!is_fresh)
        item->order.feedback.mark = LYT_STR(LYT_MARK_REPLAYED);
    return status;
}

static lyt_status add_feedback(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    lyt_feedback *f = &item->order.feedback;
    int64_t before;
    bool is_refund = false;
    char room[lyt_books_scope_max];
    lyt_status status = lyt_books_find(books, f, &before, err);

    if (status)
        return status;
    if (before) {
        f->id = before;
        item->outcome = LYT_ITEM_DUPLICATE;
        return LYT_OK;
    }
    status = look_at_tap(books, item, err);
    if (!status)
        status = lyt_store_add_feedback(books->store, f, &f->id, err);
    if (status)
        return status;
    status =
        lyt_keyset_put(books->keys, lyt_books_scope(f, room), f->source_id, f->id, f->received_us);
    if (status)
        return lyt_error_set(err, status, "no memory for the keys");
    item->outcome = LYT_ITEM_ACCEPTED;
    item->waits = f->text.len > 0;
    if (!is_replayed(f->mark))
        status = lyt_guestreply_contact(books, f->sender, &item->order.reply_to, err);
    if (!status && !is_replayed(f->mark))
        status = lyt_cases_answered(batch, books, f, err);
    if (!status && !is_replayed(f->mark))
        status = lyt_guestrefund_heard(batch, books, f, &is_refund, err);
    /* a word that did what it says is no words to be read */
    item->waits = item->waits && !is_refund;
    if (!status && !is_replayed(f->mark))
        status = lyt_cases_scored(batch, books, f, err);
    if (status || item->waits)
        return status;
    return lyt_store_add_verdict(
        books->store, f->id, books->core->judge_version,
        LYT_STR("{\"text\":\"\",\"language\":{\"code\":\"und\",\"probability\":0},"
                "\"kind\":\"other\",\"failures\":[]}"),
        f->received_us, err);
}

/* The incident as moved, into store, history and event log. */
static lyt_status note_move(lyt_batch *batch, lyt_books *books, const lyt_item *item,
                            int64_t now_us, lyt_error *err)
{
    const lyt_incident *incident = &item->incident;
    lyt_event_to to = event_to(batch, books, now_us);
    lyt_str state = lyt_str_of(lyt_incident_state_name(incident->state));
    lyt_status status = lyt_store_put_incident(books->store, incident, err);

    if (!status)
        status = lyt_store_add_history(books->store, incident->id, 0, state, item->order.by,
                                       item->order.note, now_us, err);
    if (status)
        return status;
    lyt_event_incident(&to, incident, item->order.by, item->order.note);
    return add_event(batch, books, now_us, err);
}

static lyt_status no_incident(lyt_item *item)
{
    return lyt_error_set(&item->why, LYT_ENOTFOUND, "incident: there is no incident %lld",
                         (long long)item->order.incident);
}

/* Who may move the incidents of one property knows of no other's. */
static bool is_within(const lyt_item *item, const lyt_incident *incident)
{
    return !item->order.within.len ||
           lyt_str_equal(item->order.within, lyt_str_of(incident->property));
}

/* An incident that left the desk is moved as the store has it; the ledger puts it back. */
static lyt_status move(lyt_books *books, lyt_item *item, lyt_incident_state to, int64_t now_us)
{
    const lyt_incident *open = lyt_desk_find(books->desk, item->order.incident);
    lyt_status status;

    if (open && !is_within(item, open))
        return no_incident(item);
    if (open)
        return lyt_desk_move(books->desk, item->order.incident, to, item->order.by, now_us,
                             &item->incident, &item->why);
    status =
        lyt_store_get_incident(books->store, item->order.incident, &item->incident, &item->why);
    if (status == LYT_ENOTFOUND || (!status && !is_within(item, &item->incident)))
        return no_incident(item);
    return status ? status
                  : lyt_incident_move(&item->incident, to, item->order.by, now_us, &item->why);
}

static bool is_refusal(lyt_status status)
{
    return status == LYT_ENOTFOUND || status == LYT_ESTATE || status == LYT_ELIMIT;
}

static lyt_status command(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    static const lyt_incident_state resolving[] = {LYT_INCIDENT_REMEDIED, LYT_INCIDENT_CONFIRMED,
                                                   LYT_INCIDENT_CLOSED};
    bool resolves = item->order.kind == LYT_SUBMIT_RESOLVE;
    const lyt_incident_state *steps = resolves ? resolving : &item->order.to;
    size_t n_steps = resolves ? 3 : 1, n_done = 0;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);

    if (item->order.kind >= LYT_SUBMIT_DO) {
        lyt_error_set(&item->why, LYT_ESTATE,
                      "type: this service knows no house; start it with --desk");
        item->outcome = LYT_ITEM_REFUSED;
        return LYT_OK;
    }
    for (size_t i = 0; i < n_steps; i++) {
        lyt_status status = move(books, item, steps[i], now_us);

        /* one that is remedied already is resolved from there */
        if (resolves && status == LYT_ESTATE && i + 1 < n_steps)
            continue;
        if (is_refusal(status) && !n_done) {
            item->outcome = LYT_ITEM_REFUSED;
            return LYT_OK;
        }
        if (is_refusal(status))
            break;
        if (status) {
            if (err)
                *err = item->why;
            return status;
        }
        status = note_move(batch, books, item, now_us, err);
        if (status)
            return status;
        n_done++;
    }
    item->outcome = LYT_ITEM_MOVED;
    return LYT_OK;
}

static lyt_status hear(lyt_batch *batch, lyt_books *books, const lyt_slip *slip,
                       const lyt_judged_failure *failure, lyt_error *err)
{
    const lyt_judgement *j = &batch->done->judgement;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_heard heard = {
        .property = slip->property,
        .scenario = failure->scenario,
        .team = failure->team,
        .place = slip->place.len ? slip->place : j->place,
        .severity = failure->severity,
        .now_us = now_us,
        .window_us =
            (failure->window_min ? (int64_t)failure->window_min : books->core->join_min) * 60000000,
    };
    lyt_alarm alarm = {
        .slip = slip, .failure = failure, .language = j->language, .pack = batch->done->pack};
    lyt_event_to to;
    lyt_str what;
    lyt_status status = lyt_desk_hear(books->desk, &heard, &alarm.outcome, &alarm.incident);

    if (status)
        return lyt_error_set(err, status, "the incident could not be kept");
    what = alarm.outcome == LYT_DESK_OPENED ? LYT_STR("opened") : LYT_STR("joined");
    status = lyt_store_put_incident(books->store, alarm.incident, err);
    if (!status)
        status = lyt_store_add_history(books->store, alarm.incident->id, slip->feedback, what,
                                       no_text, no_text, now_us, err);
    if (status)
        return status;
    to = event_to(batch, books, now_us);
    lyt_event_alarm(&to, &alarm);
    status = add_event(batch, books, now_us, err);
    if (status || alarm.outcome == LYT_DESK_JOINED)
        return status;
    to = event_to(batch, books, now_us);
    lyt_event_incident(&to, alarm.incident, no_text, no_text);
    return add_event(batch, books, now_us, err);
}

static lyt_status park(lyt_batch *batch, lyt_books *books, const lyt_slip *slip, lyt_error *err)
{
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_event_to to = event_to(batch, books, now_us);
    lyt_status status =
        lyt_store_park(books->store, slip->feedback, batch->done->reason, now_us, err);

    if (status)
        return status;
    lyt_event_parked(&to, slip, batch->done->reason);
    return add_event(batch, books, now_us, err);
}

static lyt_status verdict(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    lyt_slip slip;
    lyt_status status = lyt_slip_get(&slip, item->slip);

    if (!status)
        status = lyt_workframe_get_done_item(batch->done, item->part);
    if (status)
        return lyt_error_set(err, status, "a verdict lost its form between two actors");
    item->outcome = LYT_ITEM_ACCEPTED;
    if (batch->done->failed)
        return park(batch, books, &slip, err);
    status = lyt_store_add_verdict(books->store, slip.feedback, batch->done->pack,
                                   batch->done->judgement.json,
                                   lyt_clock_wall_us(books->core->options.clock), err);
    if (is_replayed(slip.mark))
        return status;
    for (size_t i = 0; !status && i < batch->done->judgement.n_failures; i++) {
        const lyt_judged_failure *failure = &batch->done->judgement.failures[i];

        status = books->cases ? lyt_cases_hear(batch, books, &slip, failure, err)
                              : hear(batch, books, &slip, failure, err);
    }
    if (!status && !batch->done->judgement.n_failures)
        status = lyt_cases_room_named(batch, books, &slip, batch->done->judgement.place, err);
    if (!status && !batch->done->judgement.n_failures)
        status = lyt_cases_praised(batch, books, &slip, batch->done->judgement.json, err);
    else if (!status)
        status = lyt_cases_complained(batch, books, slip.sender, slip.feedback, err);
    return status;
}

static lyt_status health(lyt_batch *batch, lyt_books *books, const lyt_item *item, lyt_error *err)
{
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_event_to to = event_to(batch, books, now_us);

    lyt_status status;

    lyt_event_health(&to, item->slip, item->part);
    status = add_event(batch, books, now_us, err);
    /* that somebody changed the settings is no alarm */
    if (status || lyt_str_equal(item->slip, LYT_STR(LYT_HEALTH_SETTINGS)))
        return status;
    return lyt_outbox_health(batch, books, no_text, err);
}

/* What waits to go out waits as long as before; who runs the service hears of it. */
static lyt_status step(lyt_batch *batch, lyt_books *books, const lyt_item *item, lyt_error *err)
{
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_status status = lyt_store_outbox_shift(books->store, item->by_us, err);
    lyt_event_to to;
    lyt_buf note;

    if (status)
        return status;
    lyt_buf_init(&note, batch->alloc);
    lyt_clockstep_say(&note, item->by_us);
    status = lyt_buf_status(&note);
    if (!status) {
        to = event_to(batch, books, now_us);
        lyt_event_health(&to, LYT_STR("clock-stepped"), lyt_buf_str(&note));
        status = add_event(batch, books, now_us, err);
    } else {
        lyt_error_set(err, status, "no memory for an event");
    }
    lyt_buf_deinit(&note);
    return status ? status : lyt_outbox_health(batch, books, no_text, err);
}

static lyt_status sent_out(lyt_batch *batch, lyt_books *books, const lyt_item *item, lyt_error *err)
{
    lyt_outbox_report report;

    if (lyt_outbox_report_get(&report, item->part))
        return lyt_error_set(err, LYT_EFORMAT, "a report lost its form between two actors");
    return lyt_outbox_apply(batch, books, &report, err);
}

static lyt_status cursor(lyt_books *books, const lyt_item *item, lyt_error *err)
{
    lyt_cursor_order order;

    if (lyt_cursor_order_get(&order, item->part))
        return lyt_error_set(err, LYT_EFORMAT, "a subscriber lost its form between two actors");
    switch (order.op) {
    case LYT_CURSOR_PUT:
        return lyt_store_put_cursor(books->store, &order.row, err);
    case LYT_CURSOR_FORGET:
        return lyt_store_forget_cursor(books->store, order.row.name, err);
    case LYT_CURSOR_BURY:
        return lyt_store_bury(books->store, order.row.name, &order.dead, err);
    case LYT_CURSOR_UNBURY:
        return lyt_store_unbury(books->store, order.row.name, order.dead.seq, err);
    }
    return lyt_error_set(err, LYT_EFORMAT, "no such order");
}

static lyt_status apply_item(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    if (item->outcome == LYT_ITEM_SKIPPED)
        return LYT_OK;
    if (item->kind == LYT_ITEM_VERDICT)
        return verdict(batch, books, item, err);
    if (item->kind == LYT_ITEM_CURSOR)
        return cursor(books, item, err);
    if (item->kind == LYT_ITEM_HEALTH)
        return health(batch, books, item, err);
    if (item->kind == LYT_ITEM_TICK)
        return lyt_cases_tick(batch, books, err);
    if (item->kind == LYT_ITEM_STEP)
        return step(batch, books, item, err);
    if (item->kind == LYT_ITEM_DIGEST)
        return lyt_shiftdigest_apply(batch, books, item->part, err);
    if (item->kind == LYT_ITEM_OUTBOX)
        return sent_out(batch, books, item, err);
    if (item->order.kind == LYT_SUBMIT_FEEDBACK)
        return add_feedback(batch, books, item, err);
    if (item->order.kind == LYT_SUBMIT_CONSENT)
        return lyt_guestreply_consent(batch, books, item, err);
    if (item->order.kind == LYT_SUBMIT_ANSWER)
        return lyt_staffreply(batch, books, item, err);
    if (books->cases && item->order.kind == LYT_SUBMIT_REFUND)
        return lyt_guestrefund_command(batch, books, item, err);
    if (item->order.kind == LYT_SUBMIT_OUTBOX)
        return lyt_outbox_command(batch, books, item, err);
    if (item->order.kind == LYT_SUBMIT_CORRECT)
        return lyt_correction_apply(batch, books, item, err);
    if (books->cases && item->order.kind >= LYT_SUBMIT_EVENT)
        return lyt_cases_feed(batch, books, item, err);
    if (books->cases)
        return lyt_cases_command(batch, books, item, err);
    return command(batch, books, item, err);
}

static void roll_back(lyt_batch *batch, lyt_books *books, const lyt_books *before)
{
    lyt_store_rollback(books->store);
    lyt_desk_rollback(books->desk);
    lyt_streams_rollback(books->streams);
    lyt_cases_rollback(books->cases);
    lyt_keyset_rollback(books->keys);
    books->last_seq = before->last_seq;
    batch->n_events = 0;
    batch->n_outbox = 0;
}

typedef struct stream_walk {
    lyt_store *store;
    lyt_error *err;
} stream_walk;

static lyt_status put_stream(void *user, lyt_str topic, int64_t n, int64_t seq)
{
    stream_walk *walk = user;

    return lyt_store_put_stream(walk->store, topic, n, seq, walk->err);
}

/* item: the one it failed at; NULL when it was the commit. */
static lyt_status try_once(lyt_batch *batch, lyt_books *books, lyt_item **item, lyt_error *err)
{
    lyt_status status = lyt_store_begin(books->store, err);
    stream_walk walk = {books->store, err};

    *item = NULL;
    lyt_desk_mark(books->desk);
    lyt_streams_mark(books->streams);
    lyt_cases_mark(books->cases);
    lyt_keyset_mark(books->keys, lyt_clock_wall_us(books->core->options.clock));
    for (size_t i = 0; !status; i++) {
        if (i == batch->n_items && batch->on_applied)
            batch->on_applied(batch->context);
        if (i == batch->n_items)
            break;
        *item = &batch->items[i];
        status = apply_item(batch, books, *item, err);
    }
    if (status)
        return status;
    *item = NULL;
    status = lyt_streams_changed(books->streams, put_stream, &walk);
    return status ? status : lyt_store_commit(books->store, err);
}

lyt_status lyt_batch_apply(lyt_batch *batch, lyt_books *books, lyt_error *err)
{
    const lyt_books before = *books;

    for (;;) {
        lyt_item *item;
        lyt_status status = try_once(batch, books, &item, err);

        if (!status)
            return LYT_OK;
        roll_back(batch, books, &before);
        /* a verdict that is there already must not hold up the others for ever */
        if (status != LYT_EEXISTS || !item || item->kind != LYT_ITEM_VERDICT)
            return status;
        item->outcome = LYT_ITEM_SKIPPED;
    }
}
