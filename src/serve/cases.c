#include "cases_inner.h"

#include <stdio.h>

#include "careread.h"
#include "guestreply.h"
#include "outbox_plan.h"

void lyt_cases_mark(lyt_cases *cases)
{
    if (!cases)
        return;
    lyt_care_mark(cases->care);
    lyt_facts_reset(&cases->facts);
    cases->is_changed = false;
    cases->answered = 0;
}

void lyt_cases_rollback(lyt_cases *cases)
{
    if (!cases)
        return;
    lyt_care_rollback(cases->care);
    lyt_facts_reset(&cases->facts);
    /* what is known of guests is read anew when it is next needed */
    cases->is_stale = cases->is_stale || cases->is_changed;
    cases->is_changed = false;
}

int64_t lyt_cases_due(const lyt_cases *cases, int64_t now_us)
{
    return cases ? lyt_care_due(cases->care, now_us) : INT64_MAX;
}

/* What people read of it: neither clocks that run nor times that were set. */
static bool is_history(lyt_fact_kind kind)
{
    switch (kind) {
    case LYT_FACT_ACK_LIMITED:
    case LYT_FACT_HELD:
    case LYT_FACT_REMIND:
    case LYT_FACT_LADDER:
    case LYT_FACT_STALE:
    case LYT_FACT_CLOCK_STARTED:
    case LYT_FACT_CLOCK_STOPPED:
        return false;
    default:
        return true;
    }
}

/* The fact itself, and the row of the history that people read. */
static lyt_status keep_fact(lyt_cases *cases, lyt_store *store, const lyt_fact *fact,
                            lyt_error *err)
{
    bool hears = fact->kind == LYT_FACT_OPENED || fact->kind == LYT_FACT_HEARD;
    lyt_str what = lyt_str_of(lyt_fact_name(fact->kind));
    lyt_str by = fact->by.len ? fact->by : fact->who;
    lyt_status status;

    if (fact->kind == LYT_FACT_MOVED)
        what = lyt_str_of(lyt_incident_state_name((lyt_incident_state)fact->which));
    if (fact->kind == LYT_FACT_TOLD)
        what = lyt_str_of(lyt_notice_name((lyt_notice)fact->which));
    /* whose it is now; who gave it on stands in the words (cases_words.c) */
    if (fact->kind == LYT_FACT_OWNED)
        by = fact->who;
    lyt_buf_reset(&cases->text);
    lyt_fact_write(&cases->text, fact);
    status = lyt_buf_status(&cases->text);
    if (status)
        return lyt_error_set(err, status, "no memory for what happened to an incident");
    status = lyt_store_add_fact(store, fact->incident, lyt_buf_str(&cases->text), fact->at_us, err);
    if (status || !fact->incident || !is_history(fact->kind))
        return status;
    lyt_buf_reset(&cases->text);
    lyt_cases_words(&cases->text, cases, fact);
    status = lyt_buf_status(&cases->text);
    if (status)
        return lyt_error_set(err, status, "no memory for what happened to an incident");
    return lyt_store_add_history(store, fact->incident, hears ? fact->other : 0, what, by,
                                 lyt_buf_str(&cases->text), fact->at_us, err);
}

static bool is_first_of(const lyt_facts *facts, size_t from, size_t index)
{
    for (size_t i = from; i < index; i++)
        if (facts->items[i].incident == facts->items[index].incident)
            return false;
    return facts->items[index].incident != 0;
}

/* What goes into another incident, or out of it, makes that one's messages others, too. */
static lyt_status keep_other(const lyt_cases *cases, lyt_store *store, const lyt_fact *fact,
                             lyt_error *err)
{
    lyt_incident other;

    if (fact->kind != LYT_FACT_MERGED && fact->kind != LYT_FACT_UNMERGED)
        return LYT_OK;
    other = lyt_care_incident(cases->care, fact->other);
    return lyt_store_put_incident(store, &other, err);
}

/* Facts from `from` on, and the incidents as they are after them. */
lyt_status lyt_cases_keep(lyt_cases *cases, lyt_store *store, size_t from, lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = from; !status && i < cases->facts.n; i++) {
        lyt_incident incident;

        if (!is_first_of(&cases->facts, from, i))
            continue;
        incident = lyt_care_incident(cases->care, cases->facts.items[i].incident);
        status = lyt_store_put_incident(store, &incident, err);
    }
    for (size_t i = from; !status && i < cases->facts.n; i++)
        status = keep_other(cases, store, &cases->facts.items[i], err);
    for (size_t i = from; !status && i < cases->facts.n; i++)
        status = keep_fact(cases, store, &cases->facts.items[i], err);
    cases->n_unsaved += (int64_t)(cases->facts.n - from);
    return status;
}

bool lyt_cases_make_neutral(const lyt_cases *cases, lyt_incident *incident)
{
    if (!lyt_settings_is_sensitive(lyt_care_settings(cases->care), lyt_str_of(incident->scenario)))
        return false;
    snprintf(incident->scenario, sizeof incident->scenario, "%s", LYT_RESTRICTED);
    incident->place[0] = 0;
    return true;
}

/* Whether nobody has to be told again that somebody should take it: one that was merged, too. */
static bool is_taken(const lyt_fact *fact)
{
    return fact->kind == LYT_FACT_MERGED ||
           (fact->kind == LYT_FACT_ACK_LIMITED
                ? fact->by.len > 0
                : fact->kind == LYT_FACT_MOVED && fact->which != LYT_INCIDENT_REOPENED);
}

/*
 * What the bus hears of it, states and notices, and what goes out of the house. alarm_seq: the
 * event of the alarm that this is about; 0: of none.
 */
lyt_status lyt_cases_publish(lyt_batch *batch, lyt_books *books, size_t from, int64_t alarm_seq,
                             int64_t now_us, lyt_error *err)
{
    const lyt_facts *facts = &books->cases->facts;
    size_t n = facts->n;
    lyt_status status = LYT_OK;

    for (size_t i = from; !status && i < n; i++) {
        const lyt_fact *fact = &facts->items[i];
        lyt_event_to to = lyt_batch_event_to(batch, books, now_us);
        lyt_incident incident;
        bool is_neutral;

        if (is_taken(fact))
            status = lyt_outbox_overtaken(books, fact->incident, err);
        if (status)
            break;
        if (fact->kind == LYT_FACT_SILENCED || fact->kind == LYT_FACT_UNSILENCED) {
            lyt_event_silence(
                &to,
                lyt_book_silence_at(lyt_care_book(books->cases->care), (size_t)fact->other - 1),
                lyt_str_of(lyt_care_settings(books->cases->care)->id), fact);
            status = lyt_batch_add_event(batch, books, now_us, err);
            continue;
        }
        /* one that was moved was an alarm before */
        if (fact->kind == LYT_FACT_FOUND && fact->incident && !fact->due_us) {
            lyt_cases_write_found(&to, books, fact, from);
            status = lyt_batch_add_event(batch, books, now_us, err);
            continue;
        }
        if (fact->kind != LYT_FACT_TOLD && fact->kind != LYT_FACT_OPENED &&
            fact->kind != LYT_FACT_MOVED)
            continue;
        incident = lyt_care_incident(books->cases->care, fact->incident);
        is_neutral = lyt_cases_make_neutral(books->cases, &incident);
        if (fact->kind == LYT_FACT_TOLD) {
            lyt_event_notice(&to, &incident, fact);
        } else {
            incident.state =
                fact->kind == LYT_FACT_OPENED ? LYT_INCIDENT_NEW : (lyt_incident_state)fact->which;
            lyt_event_incident(&to, &incident, fact->by,
                               is_neutral ? (lyt_str){"", 0} : fact->text);
        }
        status = lyt_batch_add_event(batch, books, now_us, err);
        if (!status && fact->kind == LYT_FACT_TOLD)
            status = lyt_outbox_told(batch, books, facts, from, i, alarm_seq, err);
        if (!status && fact->kind == LYT_FACT_TOLD &&
            lyt_str_equal(fact->who, LYT_STR(LYT_WATCH_GUEST)))
            status = lyt_guestreply_told(batch, books, fact, err);
    }
    return status ? status : lyt_guestreply_after(batch, books, from, n, err);
}

lyt_desk_outcome lyt_cases_outcome(const lyt_facts *facts, size_t from, int64_t incident)
{
    for (size_t i = from; i < facts->n; i++)
        if (facts->items[i].kind == LYT_FACT_OPENED && facts->items[i].incident == incident)
            return LYT_DESK_OPENED;
    return LYT_DESK_JOINED;
}

/* Whether what was heard has opened it again. */
static bool is_back(const lyt_facts *facts, size_t from, int64_t incident)
{
    for (size_t i = from; i < facts->n; i++)
        if (facts->items[i].kind == LYT_FACT_MOVED && facts->items[i].incident == incident &&
            facts->items[i].which == LYT_INCIDENT_REOPENED)
            return true;
    return false;
}

/* That it was heard: the first time with the scenario's words, and when it was not over after all. */
static lyt_status tell_guest(lyt_batch *batch, lyt_books *books, int64_t incident,
                             const lyt_care_heard *heard, bool was_over, lyt_error *err)
{
    lyt_status status =
        was_over ? lyt_guestreply_again(batch, books, incident, heard, err) : LYT_OK;

    return status ? status : lyt_guestreply_heard(batch, books, incident, heard, err);
}

lyt_status lyt_cases_hear(lyt_batch *batch, lyt_books *books, const lyt_slip *slip,
                          const lyt_judged_failure *failure, lyt_error *err)
{
    const lyt_judgement *j = &batch->done->judgement;
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock), id = 0;
    lyt_care_heard heard = {.property = slip->property,
                            .scenario = failure->scenario,
                            .team = failure->team,
                            .place = slip->place.len ? slip->place : j->place,
                            .guest = slip->sender,
                            .language = j->language,
                            .severity = failure->severity,
                            .message = slip->feedback,
                            .now_us = now_us,
                            .is_drill = lyt_str_equal(slip->channel, LYT_STR(LYT_CHANNEL_DRILL))};
    lyt_alarm alarm = {
        .slip = slip, .failure = failure, .language = j->language, .pack = batch->done->pack};
    lyt_incident incident;
    lyt_event_to to;
    lyt_judged_failure neutral = *failure;
    lyt_room room = {.n = 0};
    bool has_to_ask, was_over;
    lyt_status status;

    if (heard.is_drill)
        heard.guest = LYT_STR("");
    else if (!heard.place.len)
        lyt_cases_room(cases, slip, &room);
    if (room.n == 1)
        heard.place = lyt_str_of(room.stays[0].place);
    status = lyt_care_hear(cases->care, &heard, &cases->facts, &id, err);
    was_over = is_back(&cases->facts, from, id);
    has_to_ask = room.n > 1 && lyt_cases_outcome(&cases->facts, from, id) == LYT_DESK_OPENED;
    if (!status && has_to_ask)
        status = lyt_cases_ambiguous(cases, &room, id, now_us, err);
    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    if (status)
        return status;
    incident = lyt_care_incident(cases->care, id);
    alarm.incident = &incident;
    alarm.outcome = lyt_cases_outcome(&cases->facts, from, id);
    if (lyt_cases_make_neutral(cases, &incident)) {
        neutral.scenario = LYT_STR(LYT_RESTRICTED);
        neutral.n_words = neutral.start = neutral.end = 0;
        neutral.version = 0;
        alarm.failure = &neutral;
    }
    to = lyt_batch_event_to(batch, books, now_us);
    lyt_event_alarm(&to, &alarm);
    status = lyt_batch_add_event(batch, books, now_us, err);
    if (!status)
        status = lyt_cases_publish(batch, books, from, books->last_seq, now_us, err);
    if (!status && has_to_ask)
        status = lyt_guestreply_which_room(batch, books, id, &heard, err);
    return status ? status : tell_guest(batch, books, id, &heard, was_over, err);
}

static lyt_status read_order(const lyt_submission *order, int64_t now_us, lyt_json **tree,
                             lyt_care_order *out, lyt_error *err)
{
    lyt_status status;

    if (order->kind == LYT_SUBMIT_DO) {
        status = lyt_json_parse(tree, order->raw, lyt_command_max, err);
        return status ? status : lyt_care_order_read(out, *tree, now_us, err);
    }
    *out = (lyt_care_order){.verb = order->kind == LYT_SUBMIT_RESOLVE        ? LYT_CARE_RESOLVE
                                    : order->to == LYT_INCIDENT_ACKNOWLEDGED ? LYT_CARE_ACK
                                                                             : LYT_CARE_MOVE,
                            .act = {.incident = order->incident,
                                    .by = order->by,
                                    .text = order->note,
                                    .now_us = now_us},
                            .state = order->to};
    return LYT_OK;
}

/* Who may move the incidents of one property knows of no other's: as if it were not there. */
static lyt_status check_property(const lyt_cases *cases, const lyt_submission *order,
                                 lyt_error *why)
{
    lyt_incident incident;

    if (!order->within.len)
        return LYT_OK;
    incident = lyt_care_incident(cases->care, order->incident);
    if (lyt_str_equal(order->within, lyt_str_of(incident.property)))
        return LYT_OK;
    return lyt_error_set(why, LYT_ENOTFOUND, "there is no incident %lld",
                         (long long)order->incident);
}

bool lyt_cases_is_refusal(lyt_status status)
{
    return status == LYT_ENOTFOUND || status == LYT_ESTATE || status == LYT_ELIMIT ||
           status == LYT_EBUSY || status == LYT_EINVAL || status == LYT_EEXISTS;
}

/* It is said or not at all; what is wrong with it is the sender's affair. */
static lyt_status reply(lyt_batch *batch, lyt_books *books, lyt_item *item,
                        const lyt_care_order *order, lyt_json *tree, lyt_error *err)
{
    lyt_status status = lyt_guestreply_do(batch, books, order, &item->why, err);

    lyt_json_free(tree);
    item->outcome =
        lyt_cases_is_refusal(status) && item->why.code ? LYT_ITEM_REFUSED : LYT_ITEM_MOVED;
    if (item->outcome == LYT_ITEM_REFUSED)
        return LYT_OK;
    item->reply.incident = order->act.incident;
    item->incident = lyt_care_incident(books->cases->care, order->act.incident);
    return status;
}

/* A case, a silence or a fix of a failure that nobody could ever hear of is a slip of the pen. */
static lyt_status check_scenario(const lyt_books *books, const lyt_care_order *order,
                                 lyt_error *why)
{
    lyt_status status;
    lyt_buf text;

    if (!order->scenario.len)
        return LYT_OK;
    lyt_buf_init(&text, books->core->options.alloc);
    if (lyt_stock_has_scenario(books->stock, order->scenario, &text))
        status = LYT_OK;
    else if (lyt_buf_status(&text))
        status = lyt_error_set(why, LYT_ENOMEM, "no memory for what is wrong");
    else
        status = lyt_error_set(why, LYT_EINVAL, "%s", text.data);
    lyt_buf_deinit(&text);
    return status;
}

/* What staff saw goes to whom words of it would go to, and weighs as much, unless they say so. */
static void fill_in(const lyt_books *books, lyt_care_order *order)
{
    lyt_str team;
    int severity;

    lyt_stock_scenario(books->stock,
                       order->property.len ? order->property
                                           : lyt_str_of(lyt_cases_settings(books->cases)->id),
                       order->scenario, &team, &severity);
    if (order->other < 0)
        order->other = severity;
    if (!order->whom.len && lyt_settings_team(lyt_cases_settings(books->cases), team))
        order->whom = team;
}

lyt_status lyt_cases_command(lyt_batch *batch, lyt_books *books, lyt_item *item, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_json *tree = NULL;
    lyt_care_order order;
    lyt_status status = lyt_cases_fresh(cases, books->store, err);

    if (status)
        return status;
    status = read_order(&item->order, now_us, &tree, &order, &item->why);
    if (!status && order.verb == LYT_CARE_REPLY)
        return reply(batch, books, item, &order, tree, err);
    if (!status)
        status = check_property(cases, &item->order, &item->why);
    if (!status)
        status = check_scenario(books, &order, &item->why);
    if (!status && order.verb == LYT_CARE_OPEN)
        fill_in(books, &order);
    if (!status)
        status = lyt_care_do(cases->care, &order, &cases->facts, &item->reply, &item->why);
    lyt_json_free(tree);
    if (lyt_cases_is_refusal(status)) {
        item->outcome = LYT_ITEM_REFUSED;
        return LYT_OK;
    }
    if (status) {
        if (err)
            *err = item->why;
        return status;
    }
    item->outcome = LYT_ITEM_MOVED;
    item->incident = lyt_care_incident(cases->care, item->reply.incident);
    status = lyt_cases_keep(cases, books->store, from, err);
    return status ? status : lyt_cases_publish(batch, books, from, 0, now_us, err);
}

lyt_status lyt_cases_tick(lyt_batch *batch, lyt_books *books, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_status status = lyt_care_tick(cases->care, now_us, &cases->facts, err);

    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    if (!status)
        status = lyt_cases_publish(batch, books, from, 0, now_us, err);
    return status ? status : lyt_cases_end_drills(batch, books, err);
}

int lyt_cases_severity(const lyt_cases *cases, int64_t incident)
{
    return lyt_care_incident(cases->care, incident).severity;
}

lyt_status lyt_cases_unsent(lyt_batch *batch, lyt_books *books, int64_t incident, lyt_str who,
                            lyt_str channel, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_status status =
        lyt_care_unsent(cases->care, incident, who, channel, now_us, &cases->facts, err);

    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    return status ? status : lyt_cases_publish(batch, books, from, 0, now_us, err);
}
