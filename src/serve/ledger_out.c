#include <sched.h>

#include "ledger_inner.h"
#include "outcome.h"

enum { patience_ms = 1, awake_most_us = 200 };

/* What is urgent has a frame more. */
bool lyt_ledger_send_work(lyt_ledger *l, const lyt_feedback *feedback, bool urgent, uint64_t ahead)
{
    lyt_work_item item = {++l->job, feedback->language, feedback->place, feedback->property,
                          feedback->text, feedback->score, feedback->scale};
    lyt_str frames[3] = {{NULL, 0}, {NULL, 0}, {"", 0}};

    lyt_buf_reset(&l->slip);
    lyt_slip_put(&l->slip, feedback, ahead);
    lyt_buf_reset(&l->out);
    lyt_workframe_add_work(&l->out, &item);
    frames[0] = lyt_buf_str(&l->slip);
    frames[1] = lyt_buf_str(&l->out);
    if (lyt_buf_status(&l->slip) || lyt_buf_status(&l->out) ||
        lyt_sock_send(l->dispatch, frames, urgent ? 3 : 2)) {
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                    "No memory to queue a message; it is classified later.",
                    LYT_KN("feedback", feedback->id));
        l->n_unsent++;
        return false;
    }
    l->core->gauges.waiting++;
    l->core->gauges.waiting_bytes += (int64_t)feedback->text.len;
    return true;
}

/* While nothing else is going on a verdict takes less time than a flush. */
static void wait_for_verdicts(lyt_ledger *l)
{
    int64_t end_us = lyt_ledger_mono_us(l) + patience_ms * 1000;

    if (l->ahead.n_back == l->ahead.n_out || l->is_stopping || l->core->gauges.queued ||
        !l->core->gauges.workers || !lyt_ahead_waits(&l->ahead))
        return;
    do {
        bool ready = false;

        if (!lyt_sock_poll(&l->dispatch, 1, &ready, patience_ms) && ready)
            while (l->ahead.n_back < l->ahead.n_out && lyt_ledger_take_verdict(l))
                ;
    } while (l->ahead.n_back < l->ahead.n_out && lyt_ledger_mono_us(l) < end_us);
    lyt_ahead_waited(&l->ahead);
}

/*
 * Intake makes it while the message is being written. It is alone with it, and says it in a moment:
 * to go to sleep and be woken up would take as long as what is left of it.
 */
static void wait_for_early(lyt_ledger *l, size_t index)
{
    int64_t now_us = lyt_ledger_mono_us(l), awake_us = now_us + awake_most_us;
    int64_t end_us = now_us + patience_ms * 1000;

    for (; l->batch.items[index].early_number && now_us < end_us; now_us = lyt_ledger_mono_us(l)) {
        bool ready = now_us < awake_us;

        if (ready)
            (void)sched_yield();
        else
            (void)!lyt_sock_poll(&l->intake, 1, &ready, patience_ms);
        if (ready)
            (void)lyt_ledger_take_order(l, l->intake);
    }
}

/* Its verdict came after it: as if a worker had seen it already. */
static bool take_early(lyt_ledger *l, size_t index)
{
    const lyt_item *item;

    wait_for_early(l, index);
    item = &l->batch.items[index];
    if (!item->early.len)
        return false;
    lyt_buf_reset(&l->slip);
    lyt_slip_put(&l->slip, &item->order.feedback, l->ahead.number);
    if (lyt_buf_status(&l->slip) ||
        lyt_batch_add_verdict(&l->batch, lyt_buf_str(&l->slip), item->early))
        return false;
    l->batch.items[l->batch.n_items - 1].is_ours = true;
    (void)lyt_ahead_back(&l->ahead, l->ahead.number);
    l->core->gauges.waiting++;
    l->core->gauges.waiting_bytes += (int64_t)l->batch.items[index].order.feedback.text.len;
    return true;
}

void lyt_ledger_run_ahead(void *ledger)
{
    lyt_ledger *l = ledger;

    /* while nothing can be stored it would be work for nothing */
    if (l->ahead.is_done || l->is_bad || !lyt_ahead_may(&l->ahead))
        return;
    l->ahead.is_done = true;
    for (size_t i = 0; i < l->batch.n_items; i++) {
        const lyt_item *item = &l->batch.items[i];
        bool is_out;

        if (item->kind != LYT_ITEM_ORDER || !item->waits)
            continue;
        is_out = take_early(l, i) ||
                 lyt_ledger_send_work(l, &l->batch.items[i].order.feedback,
                                      l->batch.items[i].order.urgent, l->ahead.number);
        /* adding a verdict may have moved all items */
        l->batch.items[i].is_out = is_out;
        if (is_out)
            lyt_ahead_out(&l->ahead, l->batch.items[i].order.feedback.text.len);
    }
    wait_for_verdicts(l);
}

static void send_answer(lyt_ledger *l, const lyt_item *item)
{
    lyt_str frames[2] = {item->envelope, lyt_buf_str(&l->out)};

    /* a drill by the timetable: nobody sent it */
    if (!item->envelope.len)
        return;
    /* with no memory for an answer the sender asks again */
    if (lyt_buf_status(&l->out) || lyt_sock_send(l->intake, frames, 2))
        l->core->gauges.undelivered++;
}

void lyt_ledger_answer(lyt_ledger *l, const lyt_item *item, bool committed)
{
    lyt_jw jw;

    lyt_buf_reset(&l->out);
    lyt_jw_init(&jw, &l->out);
    lyt_jw_object(&jw);
    if (committed) {
        lyt_outcome_write(&jw, item);
    } else {
        lyt_jw_kstr(&jw, "status", LYT_STR("busy"));
        lyt_jw_kstr(&jw, "id", item->order.feedback.source_id);
        lyt_jw_kint(&jw, "retry_ms", lyt_retry_ms);
    }
    lyt_jw_object_end(&jw);
    send_answer(l, item);
}

static void count_order(lyt_ledger *l, const lyt_item *item)
{
    if (item->outcome == LYT_ITEM_ACCEPTED && item->order.kind != LYT_SUBMIT_FEEDBACK) {
        l->core->gauges.fed++;
    } else if (item->outcome == LYT_ITEM_ACCEPTED) {
        l->core->gauges.accepted++;
        lyt_pulse_note(&l->pulse, item->order.feedback.channel, lyt_ledger_mono_us(l));
    } else if (item->outcome == LYT_ITEM_DUPLICATE)
        l->core->gauges.duplicates++;
    else if (item->outcome == LYT_ITEM_REFUSED) {
        l->core->gauges.refused++;
        lyt_refusals_count(&l->core->gauges.refusals, lyt_str_of(item->why.text));
    }
}

static void count_verdict(lyt_ledger *l, const lyt_item *item)
{
    lyt_slip slip;

    if (lyt_slip_get(&slip, item->slip))
        return;
    l->core->gauges.waiting--;
    l->core->gauges.waiting_bytes -= slip.text_bytes;
}

/* A reopened incident was moved in the store only; from now on messages may join it again. */
static void back_on_desk(lyt_ledger *l, const lyt_item *item)
{
    lyt_incident now;

    if (l->books.cases || item->outcome != LYT_ITEM_MOVED ||
        !lyt_incident_is_open(item->incident.state) ||
        lyt_desk_find(l->books.desk, item->incident.id))
        return;
    if (lyt_store_get_incident(l->books.store, item->incident.id, &now, NULL) ||
        !lyt_incident_is_open(now.state))
        return;
    if (lyt_desk_restore(l->books.desk, &now))
        lyt_log_say(&l->log, LYT_LOG_ERROR, "LYT-LEDGER-MEMORY",
                    "No memory for a reopened incident; messages join it after a restart.",
                    LYT_KN("incident", now.id));
}

static void publish(lyt_ledger *l, const lyt_batch_event *event)
{
    lyt_str frames[3];

    lyt_buf_reset(&l->out);
    lyt_wire_put_i64(&l->out, event->seq);
    frames[0] = lyt_buf_str(&l->out);
    frames[1] = event->topic;
    frames[2] = event->json;
    /* what does not go through the publisher reads from the store */
    if (!lyt_buf_status(&l->out))
        (void)!lyt_sock_send(l->publisher, frames, 3);
}

/* The replayer is told what it may count on, and that there is something new. */
static void tell_replayer(lyt_ledger *l)
{
    for (size_t i = 0; i < l->batch.n_items; i++)
        if (l->batch.items[i].kind == LYT_ITEM_CURSOR)
            (void)!lyt_sock_send(l->replayer, &l->batch.items[i].part, 1);
    if (l->batch.n_events && l->core->gauges.attached)
        (void)!lyt_sock_send(l->replayer, &(lyt_str){"", 0}, 1);
}

/* What of its reports stands in the store, and that there is something to send. */
static void tell_outbox(lyt_ledger *l)
{
    for (size_t i = 0; i < l->batch.n_items; i++)
        if (l->batch.items[i].kind == LYT_ITEM_OUTBOX)
            (void)!lyt_sock_send(l->outbox, &l->batch.items[i].part, 1);
    if (l->batch.n_outbox)
        (void)!lyt_sock_send(l->outbox, &(lyt_str){"", 0}, 1);
}

void lyt_ledger_let_out(lyt_ledger *l)
{
    bool has_corrected = false;

    l->core->gauges.last_seq = l->books.last_seq;
    /* whoever hears an answer and sends the next at once finds nobody waiting */
    for (size_t i = 0; i < l->batch.n_items; i++)
        if (l->batch.items[i].kind == LYT_ITEM_VERDICT)
            count_verdict(l, &l->batch.items[i]);
    /* who listens live hears it first */
    for (size_t i = 0; i < l->batch.n_events; i++)
        publish(l, &l->batch.events[i]);
    tell_replayer(l);
    tell_outbox(l);
    for (size_t i = 0; i < l->batch.n_items; i++) {
        const lyt_item *item = &l->batch.items[i];

        if (item->kind != LYT_ITEM_ORDER)
            continue;
        if (item->waits && !item->is_out)
            (void)lyt_ledger_send_work(l, &item->order.feedback, item->order.urgent, 0);
        has_corrected |= item->outcome == LYT_ITEM_CORRECTED;
        back_on_desk(l, item);
        count_order(l, item);
        lyt_ledger_answer(l, item, true);
    }
    if (has_corrected && l->core->options.on_correction)
        l->core->options.on_correction(l->core->options.on_correction_context);
}
