/* What follows for guests when incidents move, and what somebody writes to them. */
#include <stdio.h>
#include <string.h>

#include "guestreply_inner.h"
#include "mem.h"
#include "smslen.h"

static int64_t now_of(const lyt_books *books)
{
    return lyt_clock_wall_us(books->core->options.clock);
}

static const lyt_settings *settings_of(const lyt_books *books)
{
    return lyt_cases_settings(books->cases);
}

typedef struct guests {
    char (*names)[lyt_incident_text_max];
    size_t n, cap;
    const lyt_alloc *alloc;
} guests;

static bool has_guest(const guests *g, lyt_str guest)
{
    for (size_t i = 0; i < g->n; i++)
        if (lyt_str_equal(lyt_str_of(g->names[i]), guest))
            return true;
    return false;
}

static lyt_status add_guest(void *user, const lyt_reply_row *row)
{
    guests *g = user;

    /* who heard that it is mended has heard it */
    if (!row->guest.len || has_guest(g, row->guest))
        return LYT_OK;
    if (lyt_mem_grow(g->alloc, &g->names, &g->cap, g->n + 1, sizeof *g->names))
        return LYT_ENOMEM;
    snprintf(g->names[g->n++], sizeof *g->names, "%.*s", LYT_STR_ARG(row->guest));
    return LYT_OK;
}

static lyt_status has_solved(void *user, const lyt_reply_row *row)
{
    if (lyt_str_equal(row->kind, LYT_STR("solved")))
        *(bool *)user = true;
    return LYT_OK;
}

static lyt_status tell_child(lyt_batch *batch, lyt_books *books, int64_t child, guests *told,
                             lyt_error *err)
{
    guests here = {.alloc = batch->alloc};
    lyt_status status =
        lyt_store_each_reply(books->store, child, (lyt_str){"", 0}, add_guest, &here, err);

    for (size_t i = 0; !status && i < here.n; i++) {
        lyt_saying s = lyt_guestreply_saying(books, child, LYT_REPLY_SOLVED);
        bool has_heard = false;

        s.guest = lyt_str_of(here.names[i]);
        status = lyt_store_each_reply(books->store, child, s.guest, has_solved, &has_heard, err);
        if (status || has_heard || has_guest(told, s.guest))
            continue;
        /* the draft of what was to be said while it lasted is of no use any more */
        status = lyt_store_drop_drafts(books->store, child, s.guest, LYT_STR("reply"), err);
        if (!status)
            status = lyt_guestreply_consider(batch, books, &s, err);
        if (!status)
            status = add_guest(told, &(lyt_reply_row){.guest = s.guest});
    }
    lyt_mem_free(batch->alloc, here.names);
    return status;
}

/* A guest with several rooms hears it once. */
static lyt_status tell_children(lyt_batch *batch, lyt_books *books, int64_t parent, lyt_error *err)
{
    const lyt_book *book = lyt_care_book(books->cases->care);
    guests told = {.alloc = batch->alloc};
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < lyt_book_size(book); i++) {
        const lyt_case *c = lyt_book_at(book, i);

        /* what was remedied by itself has had its own follow-up */
        if (c->parent == parent && lyt_case_is_open(c) && c->state != LYT_INCIDENT_REMEDIED &&
            c->state != LYT_INCIDENT_CONFIRMED)
            status = tell_child(batch, books, c->id, &told, err);
    }
    lyt_mem_free(batch->alloc, told.names);
    return status;
}

static lyt_status moved(lyt_batch *batch, lyt_books *books, const lyt_fact *fact, lyt_error *err)
{
    static const char over[] = "it went on before this was sent";
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), fact->incident);
    lyt_incident_state to = (lyt_incident_state)fact->which;
    lyt_status status = LYT_OK;

    if (to == LYT_INCIDENT_REOPENED || to == LYT_INCIDENT_CLOSED || to == LYT_INCIDENT_VOID ||
        to == LYT_INCIDENT_CONFIRMED)
        status = lyt_store_overtake_replies(books->store, (lyt_str){"", 0}, fact->incident,
                                            LYT_STR("follow-up holding maintenance which-room"),
                                            lyt_str_of(over), now_of(books), err);
    if (!status && (to == LYT_INCIDENT_CLOSED || to == LYT_INCIDENT_VOID))
        status = lyt_store_drop_drafts(books->store, fact->incident, (lyt_str){"", 0},
                                       (lyt_str){"", 0}, err);
    if (!status && c->is_parent && (to == LYT_INCIDENT_REMEDIED || to == LYT_INCIDENT_CLOSED))
        status = tell_children(batch, books, fact->incident, err);
    if (!status && to == LYT_INCIDENT_CLOSED)
        status = lyt_guestnote_closed(batch, books, fact->incident, err);
    return status;
}

lyt_status lyt_guestreply_after(lyt_batch *batch, lyt_books *books, size_t from, size_t n,
                                lyt_error *err)
{
    lyt_status status = LYT_OK;

    for (size_t i = from; !status && i < n; i++) {
        lyt_fact fact = books->cases->facts.items[i];

        if (fact.kind == LYT_FACT_MOVED)
            status = moved(batch, books, &fact, err);
    }
    return status;
}

/* ---- somebody answers ---- */

typedef struct draft {
    char guest[lyt_incident_text_max], kind[20];
    bool is_there;
} draft;

/* The newest draft, else whoever it was about. */
static lyt_status take_draft(void *user, const lyt_reply_row *row)
{
    draft *d = user;

    if (row->state != LYT_REPLY_DRAFT)
        return LYT_OK;
    snprintf(d->guest, sizeof d->guest, "%.*s", LYT_STR_ARG(row->guest));
    snprintf(d->kind, sizeof d->kind, "%.*s", LYT_STR_ARG(row->kind));
    d->is_there = true;
    return LYT_OK;
}

/* The saying of an order; the draft keeps what it points into. */
static lyt_status saying_by(lyt_books *books, const lyt_care_order *order, draft *d,
                            lyt_saying *out, lyt_error *why)
{
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), order->act.incident);
    long long id = (long long)order->act.incident;
    lyt_status status;

    if (!c)
        return lyt_error_set(why, LYT_ENOTFOUND, "there is no incident %lld", id);
    if (c->is_drill)
        return lyt_error_set(why, LYT_ESTATE, "incident %lld is a drill; no guest hears of it", id);
    status = lyt_store_each_reply(books->store, c->id, (lyt_str){"", 0}, take_draft, d, why);
    if (status)
        return status;
    if (!d->is_there && !c->guest[0])
        return lyt_error_set(why, LYT_ENOTFOUND, "nobody knows which guest incident %lld is about",
                             id);
    *out = lyt_guestreply_saying(books, c->id, LYT_REPLY_FIRST);
    if (d->is_there)
        out->guest = lyt_str_of(d->guest);
    if (d->is_there && !order->act.text.len && !order->whom.len)
        (void)!lyt_reply_kind_parse(&out->kind, lyt_str_of(d->kind));
    out->own_words = lyt_str_trim(order->act.text);
    out->message = order->whom;
    out->by = order->act.by;
    out->by_itself = false;
    return LYT_OK;
}

/* Own words go within the same bounds as any others. */
static lyt_status check_own(const lyt_books *books, const lyt_saying *s, lyt_error *why)
{
    const lyt_message_rules *rules = &settings_of(books)->messages;
    lyt_sms size = lyt_sms_sent(s->own_words);

    if (s->own_words.len && rules->sms_parts && size.parts > rules->sms_parts)
        return lyt_error_set(
            why, LYT_ELIMIT, "the message takes %zu SMS (%zu %s), at most %zu may go; shorten it",
            size.parts, size.units, size.is_ucs2 ? "UCS-2 units" : "septets", rules->sms_parts);
    return LYT_OK;
}

lyt_status lyt_guestreply_do(lyt_batch *batch, lyt_books *books, const lyt_care_order *order,
                             lyt_error *why, lyt_error *err)
{
    lyt_thought thought;
    lyt_saying s;
    draft d = {.is_there = false};
    lyt_status status = saying_by(books, order, &d, &s, why);

    if (!status)
        status = check_own(books, &s, why);
    if (status)
        return status;
    lyt_thought_init(&thought, batch->alloc);
    status = lyt_guestreply_think(books, &s, &thought, err);
    if (!status && thought.state != LYT_REPLY_QUEUED)
        status = lyt_error_set(why, thought.refusal ? thought.refusal : LYT_ESTATE,
                               "nothing is sent: %.*s", LYT_STR_ARG(lyt_buf_str(&thought.why)));
    else if (!status)
        status = lyt_guestreply_say(batch, books, &s, &thought, err);
    if (!status)
        status = lyt_store_drop_drafts(books->store, s.incident, s.guest, (lyt_str){"", 0}, err);
    lyt_thought_deinit(&thought);
    return status;
}

lyt_status lyt_guestreply_ended(lyt_batch *batch, lyt_books *books, const lyt_outbox_row *row,
                                lyt_reply_state state, lyt_str why, lyt_error *err)
{
    lyt_status status = lyt_store_put_reply(books->store, row->seq, state, why, err);

    if (status || state != LYT_REPLY_DEAD)
        return status;
    if (lyt_str_equal(why, LYT_STR(LYT_GUEST_OPTED_OUT)))
        status = lyt_guestreply_carrier_stop(batch, books, row->seq, err);
    if (status)
        return status;
    return lyt_guestreply_note(books, row->incident, "reply-dead", why, err);
}
