#include "outbox_plan.h"

#include <string.h>

#include "batch.h"
#include "guestreply.h"
#include "guestsend.h"

/* What the settings no longer have a way for. */
static const int64_t days4_us = (int64_t)4 * 86400 * 1000000;

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static lyt_status add(lyt_batch *batch, lyt_books *books, const lyt_way *way, lyt_outbox_row *row,
                      lyt_error *err)
{
    row->way = lyt_str_of(way->id);
    row->lane = lyt_way_is_addressed(way->kind) ? row->who : (lyt_str){"", 0};
    row->due_us = row->at_us;
    row->give_up_us = row->at_us + way->give_up_us;
    batch->n_outbox++;
    return lyt_store_outbox_add(books->store, row, err);
}

static lyt_way_notice notice_of(const lyt_settings *settings, const lyt_fact *told, int severity)
{
    return (lyt_way_notice){.event = (unsigned)told->which,
                            .severity = severity,
                            .who = told->who,
                            .channel = told->text,
                            .is_person = lyt_settings_person(settings, told->who) != NULL};
}

/* Whether somebody else was told of the same by the same command, and this way took it. */
static bool has_it(const lyt_settings *settings, const lyt_way *way, const lyt_facts *facts,
                   size_t from, size_t index, int severity)
{
    const lyt_fact *told = &facts->items[index];

    for (size_t i = from; i < index; i++) {
        const lyt_fact *other = &facts->items[i];
        lyt_way_notice notice;

        if (other->kind != LYT_FACT_TOLD || other->incident != told->incident ||
            other->which != told->which)
            continue;
        notice = notice_of(settings, other, severity);
        if (lyt_way_takes(way, &notice))
            return true;
    }
    return false;
}

lyt_status lyt_outbox_told(lyt_batch *batch, lyt_books *books, const lyt_facts *facts, size_t from,
                           size_t index, int64_t alarm_seq, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    const lyt_fact *told = &facts->items[index];
    int severity = lyt_cases_severity(books->cases, told->incident);
    lyt_way_notice notice = notice_of(settings, told, severity);
    lyt_status status = LYT_OK;

    if (lyt_str_equal(told->who, LYT_STR(LYT_WATCH_GUEST)))
        return LYT_OK;
    for (size_t i = 0; !status && i < settings->n_ways; i++) {
        const lyt_way *way = &settings->ways[i];
        lyt_outbox_row row = {.seq = books->last_seq,
                              .alarm_seq = alarm_seq,
                              .incident = told->incident,
                              .event = notice.event,
                              .at_us = told->at_us,
                              .who = told->who,
                              .channel = told->text};

        if (!lyt_way_takes(way, &notice) ||
            (lyt_way_is_board(way->kind) && has_it(settings, way, facts, from, index, severity)))
            continue;
        status = add(batch, books, way, &row, err);
    }
    return status;
}

lyt_status lyt_outbox_overtaken(lyt_books *books, int64_t incident, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);

    if (!settings->n_ways)
        return LYT_OK;
    return lyt_store_outbox_overtake(books->store, incident,
                                     (1U << LYT_NOTICE_REMINDER) | (1U << LYT_NOTICE_NEXT),
                                     now_of(books), err);
}

lyt_status lyt_outbox_health(lyt_batch *batch, lyt_books *books, lyt_str but, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    lyt_way_notice notice = {.event = LYT_NOTICE_COUNT};
    lyt_status status = LYT_OK;

    for (size_t i = 0; settings && !status && i < settings->n_ways; i++) {
        const lyt_way *way = &settings->ways[i];
        lyt_outbox_row row = {
            .seq = books->last_seq, .event = LYT_NOTICE_COUNT, .at_us = now_of(books)};

        if (!lyt_way_takes(way, &notice) || lyt_str_equal(lyt_str_of(way->id), but))
            continue;
        /* one event goes one way once: the first who is written down there hears of it */
        if (way->n_to)
            row.who = lyt_str_of(way->to[0].who);
        status = add(batch, books, way, &row, err);
    }
    return status;
}

lyt_status lyt_outbox_digest(lyt_batch *batch, lyt_books *books, const lyt_way *way, lyt_str who,
                             lyt_error *err)
{
    lyt_outbox_row row = {
        .seq = books->last_seq, .event = LYT_NOTICE_COUNT, .at_us = now_of(books), .who = who};

    return way ? add(batch, books, way, &row, err) : LYT_OK;
}

typedef struct copied {
    lyt_outbox_row row;
    int64_t attempts_before;
    char way[lyt_place_max + 1], who[lyt_place_max + 1], channel[lyt_place_max + 1];
} copied;

static lyt_str keep(char room[lyt_place_max + 1], lyt_str text)
{
    size_t n = text.len < lyt_place_max ? text.len : lyt_place_max;

    if (n)
        memcpy(room, text.ptr, n);
    room[n] = '\0';
    return (lyt_str){room, n};
}

static lyt_status copy_row(void *user, const lyt_outbox_row *row)
{
    copied *c = user;

    c->row = *row;
    c->row.way = keep(c->way, row->way);
    c->row.who = keep(c->who, row->who);
    c->row.channel = keep(c->channel, row->channel);
    c->row.lane = c->row.reason = (lyt_str){"", 0};
    return LYT_OK;
}

/* The operator hears of it once, until something gets through again. */
static lyt_status tell_dead(lyt_batch *batch, lyt_books *books, const lyt_outbox_report *report,
                            lyt_str way, lyt_error *err)
{
    lyt_way_row row = {.way = way, .reason = report->reason};
    lyt_status status = lyt_store_way_get(books->store, way, &row.told_us, &row.stopped_us, err);
    bool is_known = row.told_us != 0;
    lyt_event_to to;
    lyt_buf note;

    if (status)
        return status;
    if (!is_known)
        row.told_us = report->at_us;
    if (report->op == LYT_OUTBOX_OP_GONE && !row.stopped_us)
        row.stopped_us = report->at_us;
    status = lyt_store_way_put(books->store, &row, err);
    if (status || is_known)
        return status;
    lyt_buf_init(&note, batch->alloc);
    lyt_buf_addf(&note, "%.*s: %.*s", LYT_STR_ARG(way), LYT_STR_ARG(report->reason));
    status = lyt_buf_status(&note);
    if (status) {
        status = lyt_error_set(err, status, "no memory for an event");
    } else {
        to = lyt_batch_event_to(batch, books, now_of(books));
        lyt_event_health(&to, LYT_STR("way-dead"), lyt_buf_str(&note));
        status = lyt_batch_add_event(batch, books, now_of(books), err);
    }
    lyt_buf_deinit(&note);
    return status ? status : lyt_outbox_health(batch, books, way, err);
}

static lyt_status works(lyt_books *books, lyt_str way, lyt_error *err)
{
    lyt_way_row row = {.way = way};
    lyt_status status = lyt_store_way_get(books->store, way, &row.told_us, &row.stopped_us, err);

    if (status || !row.told_us)
        return status;
    row.told_us = row.stopped_us = 0;
    return lyt_store_way_put(books->store, &row, err);
}

static lyt_status no_way(lyt_batch *batch, lyt_books *books, const lyt_outbox_report *report,
                         lyt_error *err)
{
    int64_t n = 0;
    lyt_status status =
        lyt_store_outbox_bury(books->store, report->way, report->reason, report->at_us, &n, err);

    if (!status)
        status = lyt_store_follow_outbox(books->store, report->way, 0, err);
    return status || !n ? status : tell_dead(batch, books, report, report->way, err);
}

/* That one guest's number is wrong says nothing of the way. */
static bool is_of_guest(const lyt_outbox_report *report, bool was_tried)
{
    return !was_tried || lyt_str_equal(report->reason, LYT_STR(LYT_GUEST_OPTED_OUT)) ||
           lyt_str_begins(report->reason, LYT_STR("answered 4"));
}

static lyt_status apply_guest(lyt_batch *batch, lyt_books *books, const lyt_outbox_report *report,
                              copied *c, lyt_error *err)
{
    bool was_tried = report->attempts > c->attempts_before, is_dead = false;
    lyt_status status;

    if (report->op == LYT_OUTBOX_OP_AGAIN) {
        c->row.state = LYT_OUTBOX_FAILED;
        c->row.due_us = report->due_us;
    } else {
        is_dead = report->op != LYT_OUTBOX_OP_SENT;
        c->row.state = is_dead ? LYT_OUTBOX_DEAD : LYT_OUTBOX_SENT;
    }
    status = lyt_store_outbox_put(books->store, &c->row, err);
    if (status || report->op == LYT_OUTBOX_OP_AGAIN)
        return status;
    status = lyt_guestreply_ended(batch, books, &c->row, is_dead ? LYT_REPLY_DEAD : LYT_REPLY_SENT,
                                  report->reason, err);
    if (!status && !is_dead)
        return works(books, c->row.way, err);
    if (!status && (report->op == LYT_OUTBOX_OP_GONE || !is_of_guest(report, was_tried)))
        status = tell_dead(batch, books, report, c->row.way, err);
    return status;
}

lyt_status lyt_outbox_apply(lyt_batch *batch, lyt_books *books, const lyt_outbox_report *report,
                            lyt_error *err)
{
    copied c;
    lyt_status status;

    if (report->op == LYT_OUTBOX_OP_NO_WAY)
        return no_way(batch, books, report, err);
    status = lyt_store_outbox_get(books->store, report->row, copy_row, &c, err);
    if (status)
        return status == LYT_ENOTFOUND ? LYT_OK : status;
    /* somebody said meanwhile that it need not go; that it has gone counts all the same */
    if (c.row.state >= LYT_OUTBOX_SENT && report->op != LYT_OUTBOX_OP_SENT)
        return LYT_OK;
    c.attempts_before = c.row.attempts;
    c.row.attempts = report->attempts;
    c.row.last_us = report->at_us;
    c.row.reason = report->reason;
    if (lyt_guestsend_is(&c.row))
        return apply_guest(batch, books, report, &c, err);
    switch (report->op) {
    case LYT_OUTBOX_OP_SENT:
        c.row.state = LYT_OUTBOX_SENT;
        status = lyt_store_outbox_put(books->store, &c.row, err);
        return status ? status : works(books, c.row.way, err);
    case LYT_OUTBOX_OP_AGAIN:
        c.row.state = LYT_OUTBOX_FAILED;
        c.row.due_us = report->due_us;
        return lyt_store_outbox_put(books->store, &c.row, err);
    case LYT_OUTBOX_OP_DEAD:
    case LYT_OUTBOX_OP_GONE:
    case LYT_OUTBOX_OP_NO_WAY:
        break;
    }
    c.row.state = LYT_OUTBOX_DEAD;
    status = lyt_store_outbox_put(books->store, &c.row, err);
    if (!status)
        status = tell_dead(batch, books, report, c.row.way, err);
    /* where the channel was this way alone, the person has heard nothing */
    if (status || !c.row.incident || !lyt_str_equal(c.row.channel, c.row.way))
        return status;
    return lyt_cases_unsent(batch, books, c.row.incident, c.row.who, c.row.channel, err);
}

/* What is tried again has all its time again. */
static int64_t give_up(const lyt_books *books, lyt_str way, int64_t now_us)
{
    const lyt_way *found = lyt_settings_way(lyt_cases_settings(books->cases), way);

    return now_us + (found ? found->give_up_us : days4_us);
}

static lyt_status order_row(lyt_books *books, const lyt_outbox_order *order, lyt_str reason,
                            lyt_error *why)
{
    int64_t now_us = now_of(books);
    copied c;
    lyt_status status = lyt_store_outbox_get(books->store, order->row, copy_row, &c, why);

    if (status)
        return status;
    if (c.row.state == LYT_OUTBOX_SENT)
        return lyt_error_set(why, LYT_ESTATE, "%lld has been sent; it cannot be called back",
                             (long long)order->row);
    if (order->drops && c.row.state == LYT_OUTBOX_DROPPED)
        return lyt_error_set(why, LYT_ESTATE, "%lld was dropped before", (long long)order->row);
    c.row.state = order->drops ? LYT_OUTBOX_DROPPED : LYT_OUTBOX_WAITING;
    c.row.last_us = now_us;
    c.row.reason = reason;
    if (!order->drops) {
        c.row.attempts = 0;
        c.row.due_us = now_us;
        c.row.give_up_us = give_up(books, c.row.way, now_us);
    }
    return lyt_store_outbox_put(books->store, &c.row, why);
}

static lyt_status order_way(lyt_books *books, const lyt_outbox_order *order, lyt_str reason,
                            int64_t *n, lyt_error *why)
{
    int64_t now_us = now_of(books);
    lyt_way_row row = {.way = order->way};
    lyt_status status;

    if (!lyt_settings_way(lyt_cases_settings(books->cases), order->way) && !order->drops)
        return lyt_error_set(why, LYT_ENOTFOUND, "the settings have no way '%.*s'",
                             LYT_STR_ARG(order->way));
    if (order->drops)
        return lyt_store_outbox_drop(books->store, order->way, reason, now_us, n, why);
    status = lyt_store_outbox_again(books->store, order->way, reason, now_us,
                                    give_up(books, order->way, now_us), n, why);
    return status ? status : lyt_store_way_put(books->store, &row, why);
}

static bool is_refusal(lyt_status status)
{
    return status == LYT_ENOTFOUND || status == LYT_ESTATE || status == LYT_EINVAL ||
           status == LYT_EFORMAT;
}

lyt_status lyt_outbox_command(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    lyt_json *tree = NULL;
    lyt_outbox_order order;
    int64_t n = 1;
    lyt_buf reason;
    lyt_status status = lyt_json_parse(&tree, item->order.raw, lyt_command_max, &item->why);

    lyt_buf_init(&reason, batch->alloc);
    if (!status)
        status = lyt_outbox_order_read(&order, tree, &item->why);
    if (!status && !lyt_cases_settings(books->cases))
        status = lyt_error_set(&item->why, LYT_ESTATE,
                               "type: this service knows no house; start it with --desk");
    if (!status) {
        lyt_buf_addf(&reason, "%s by %.*s", order.drops ? "dropped" : "tried again",
                     LYT_STR_ARG(order.by));
        status = lyt_buf_status(&reason);
    }
    if (!status)
        status = order.row ? order_row(books, &order, lyt_buf_str(&reason), &item->why)
                           : order_way(books, &order, lyt_buf_str(&reason), &n, &item->why);
    if (!status)
        status = lyt_store_follow_outbox(books->store, order.way, order.row, &item->why);
    lyt_json_free(tree);
    lyt_buf_deinit(&reason);
    item->outcome = is_refusal(status) ? LYT_ITEM_REFUSED : LYT_ITEM_MOVED;
    item->reply.number = n;
    batch->n_outbox++;
    if (!status || is_refusal(status))
        return LYT_OK;
    if (err)
        *err = item->why;
    return status;
}
