/*
 * The note back to the house's own system of guests (PMS): once an incident is closed, who it was
 * about, how it ended and what was given, to every way that asks for "recovered". It has the
 * guest's id, so none of it goes onto the bus; like a message to a guest it stands beside the
 * outbox, and goes with the guest.
 */
#include <stdio.h>
#include <string.h>

#include "guestreply_inner.h"
#include "json.h"

static const char kind[] = "recovered";

/* Who the house's system knows it as. */
typedef struct known {
    lyt_stay stay;
    bool has_stay;
} known;

/* The one stay of that place at that time; of two nobody knows which. */
static bool find_by_place(const lyt_stays *stays, const lyt_case *c, lyt_stay *out)
{
    size_t n = 0;

    for (size_t i = 0; c->place[0] && i < lyt_stays_size(stays); i++) {
        lyt_stay stay = lyt_stays_at(stays, i);

        if (strcmp(stay.place, c->place) != 0 || strcmp(stay.property, c->property) != 0 ||
            stay.from_us > c->opened_us || stay.to_us <= c->opened_us)
            continue;
        *out = stay;
        n++;
    }
    return n == 1;
}

static known who_is_it(lyt_books *books, const lyt_case *c)
{
    const lyt_stays *stays = lyt_care_stays(books->cases->care);
    known k = {.has_stay = false};

    k.has_stay = c->guest[0] && lyt_stays_find(stays, lyt_str_of(c->guest), c->opened_us, &k.stay);
    if (!k.has_stay)
        k.has_stay = find_by_place(stays, c, &k.stay);
    return k;
}

static void write_gestures(lyt_jw *jw, const lyt_books *books, int64_t incident)
{
    const lyt_book *book = lyt_care_book(books->cases->care);

    lyt_jw_key(jw, "gestures");
    lyt_jw_array(jw);
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *o = lyt_book_offer_at(book, i);

        if (o->incident != incident || o->state != LYT_OFFER_GIVEN)
            continue;
        lyt_jw_object(jw);
        lyt_jw_kstr(jw, "gesture", lyt_str_of(o->gesture));
        lyt_jw_kint(jw, "amount", o->amount);
        lyt_jw_kstr(jw, "currency", lyt_str_of(lyt_currency_name(o->currency)));
        lyt_jw_ktime(jw, "at", o->given_us);
        lyt_jw_object_end(jw);
    }
    lyt_jw_array_end(jw);
}

/* What only some may see is told of as a number that ended. */
static void write_note(lyt_jw *jw, const lyt_books *books, const lyt_case *c, const known *k)
{
    bool hides = lyt_settings_is_sensitive(lyt_cases_settings(books->cases), lyt_str_of(c->scenario));

    lyt_jw_object(jw);
    lyt_jw_kint(jw, "incident", c->id);
    if (k->has_stay)
        lyt_jw_kstr(jw, "stay", lyt_str_of(k->stay.id));
    lyt_jw_kstr(jw, "guest", lyt_str_of(k->has_stay ? k->stay.guest : c->guest));
    lyt_jw_kstr(jw, "property", lyt_str_of(c->property));
    lyt_jw_kstr(jw, "place", lyt_str_of(hides ? "" : c->place));
    lyt_jw_kstr(jw, "scenario", lyt_str_of(hides ? LYT_RESTRICTED : c->scenario));
    lyt_jw_kint(jw, "severity", c->severity);
    lyt_jw_ktime(jw, "opened_at", c->opened_us);
    lyt_jw_ktime(jw, "closed_at", c->closed_us);
    lyt_jw_kbool(jw, "recovered", lyt_case_is_confirmed(c));
    lyt_jw_kstr(jw, "outcome", c->is_unconfirmed ? LYT_STR("unconfirmed") : LYT_STR("confirmed"));
    if (c->score >= 0)
        lyt_jw_kint(jw, "score", c->score);
    lyt_jw_kint(jw, "reopened", c->n_reopened);
    if (!hides)
        write_gestures(jw, books, c->id);
    lyt_jw_object_end(jw);
}

static bool wants(const lyt_way *way, const lyt_case *c)
{
    return (way->events >> LYT_NOTICE_RECOVERED & 1U) && c->severity >= way->severity_min;
}

/* A system of a known make has the note on the stay, or nowhere. */
static lyt_status send_note(lyt_batch *batch, lyt_books *books, const lyt_case *c, lyt_str note,
                            bool has_stay, lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_fact told = {.incident = c->id,
                     .which = LYT_NOTICE_RECOVERED,
                     .who = LYT_STR("records"),
                     .text = LYT_STR("records"),
                     .at_us = now_us};
    lyt_reply_row row = {.incident = c->id,
                         .state = LYT_REPLY_QUEUED,
                         .guest = lyt_str_of(c->guest),
                         .kind = lyt_str_of(kind),
                         .text = note,
                         .ground = LYT_STR("the guest's own record at the house"),
                         .by = LYT_STR("lyt"),
                         .at_us = now_us};
    lyt_incident incident = lyt_care_incident(books->cases->care, c->id);
    lyt_event_to to = lyt_batch_event_to(batch, books, now_us);
    lyt_status status;

    (void)lyt_cases_make_neutral(books->cases, &incident);
    lyt_event_notice(&to, &incident, &told);
    status = lyt_batch_add_event(batch, books, now_us, err);
    row.seq = books->last_seq;
    if (!status)
        status = lyt_store_add_reply(books->store, &row, err);
    for (size_t i = 0; !status && i < settings->n_ways; i++) {
        const lyt_way *way = &settings->ways[i];
        lyt_outbox_row out = {.seq = row.seq,
                              .incident = c->id,
                              .event = LYT_NOTICE_RECOVERED,
                              .at_us = now_us,
                              .due_us = now_us,
                              .give_up_us = now_us + way->give_up_us,
                              .way = lyt_str_of(way->id),
                              .who = told.who,
                              .channel = told.text};

        if (!wants(way, c) || (lyt_way_is_records(way->kind) && !has_stay))
            continue;
        batch->n_outbox++;
        status = lyt_store_outbox_add(books->store, &out, err);
    }
    return status;
}

lyt_status lyt_guestnote_closed(lyt_batch *batch, lyt_books *books, int64_t incident,
                                lyt_error *err)
{
    const lyt_settings *settings = lyt_cases_settings(books->cases);
    const lyt_case *c = lyt_book_find(lyt_care_book(books->cases->care), incident);
    known k;
    bool is_wanted = false;
    lyt_status status;
    lyt_buf note;
    lyt_jw jw;

    for (size_t i = 0; i < settings->n_ways; i++)
        is_wanted = is_wanted || wants(&settings->ways[i], c);
    if (!is_wanted || c->is_drill || c->merged)
        return LYT_OK;
    k = who_is_it(books, c);
    /* nobody's record: there is nowhere to write it down */
    if (!k.has_stay && !c->guest[0])
        return LYT_OK;
    lyt_buf_init(&note, batch->alloc);
    lyt_jw_init(&jw, &note);
    write_note(&jw, books, c, &k);
    status = lyt_buf_status(&note);
    if (status)
        lyt_error_set(err, status, "no memory for a note on a guest");
    else
        status = send_note(batch, books, c, lyt_buf_str(&note), k.has_stay, err);
    lyt_buf_deinit(&note);
    return status;
}
