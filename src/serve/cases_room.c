/*
 * Which room a guest writes from, when neither the words nor who sent them say: that of the stay
 * the house's own system knows of, if there is one now. With two it is never guessed.
 */
#include <string.h>

#include "cases_inner.h"
#include "guestreply.h"

static bool is_named(lyt_str property)
{
    return property.len && !lyt_str_equal(property, LYT_STR("default"));
}

static bool is_current(const lyt_stay *stay, const lyt_slip *slip)
{
    return stay->place[0] && lyt_str_equal(lyt_str_of(stay->guest), slip->sender) &&
           stay->from_us <= slip->received_us && slip->received_us < stay->to_us &&
           (!is_named(slip->property) || lyt_str_equal(lyt_str_of(stay->property), slip->property));
}

static bool has(const lyt_room *room, const lyt_stay *stay)
{
    for (size_t i = 0; i < room->n; i++)
        if (strcmp(room->stays[i].place, stay->place) == 0 &&
            strcmp(room->stays[i].property, stay->property) == 0)
            return true;
    return false;
}

void lyt_cases_room(const lyt_cases *cases, const lyt_slip *slip, lyt_room *out)
{
    lyt_stays *stays = lyt_care_stays(cases->care);

    out->n = 0;
    for (size_t i = 0; slip->sender.len && i < lyt_stays_size(stays); i++) {
        lyt_stay stay = lyt_stays_at(stays, i);

        if (is_current(&stay, slip) && !has(out, &stay) && out->n < lyt_rooms_max)
            out->stays[out->n++] = stay;
    }
}

static lyt_status note(lyt_cases *cases, int64_t incident, lyt_str by, const lyt_buf *text,
                       int64_t now_us, lyt_error *err)
{
    lyt_care_order order = {
        .verb = LYT_CARE_NOTE,
        .act = {.incident = incident, .by = by, .text = lyt_buf_str(text), .now_us = now_us}};
    lyt_care_reply reply;

    if (lyt_buf_status(text))
        return lyt_error_set(err, lyt_buf_status(text), "no memory for a note");
    return lyt_care_do(cases->care, &order, &cases->facts, &reply, err);
}

/* Stands in the incident's history, where whoever takes it on sees whom to ask what. */
lyt_status lyt_cases_ambiguous(lyt_cases *cases, const lyt_room *room, int64_t incident,
                               int64_t now_us, lyt_error *err)
{
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, cases->alloc);
    lyt_buf_add_text(&text, "ambiguous: this guest has more than one room now:");
    for (size_t i = 0; i < room->n; i++)
        lyt_buf_addf(&text, "%s %s", i ? "," : "", room->stays[i].place);
    lyt_buf_add_text(&text, "; ask which");
    status = note(cases, incident, LYT_STR("lyt"), &text, now_us, err);
    lyt_buf_deinit(&text);
    return status;
}

static lyt_status is_which_room(void *user, const lyt_reply_row *row)
{
    if (lyt_str_equal(row->kind, lyt_str_of(lyt_reply_kind_name(LYT_REPLY_WHICH_ROOM))) &&
        (row->state == LYT_REPLY_QUEUED || row->state == LYT_REPLY_SENT))
        *(bool *)user = true;
    return LYT_OK;
}

/* The newest open incident without a place whose guest was asked for one; 0: none. */
static lyt_status find_asked(lyt_books *books, lyt_str guest, int64_t *out, lyt_error *err)
{
    const lyt_book *book = lyt_care_book(books->cases->care);
    const lyt_case *c = lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, guest));
    lyt_status status = LYT_OK;

    *out = 0;
    for (; c && !status; c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c)) {
        bool was_asked = false;

        if (c->id < *out || c->place[0] || !lyt_case_is_open(c) ||
            !lyt_str_equal(lyt_str_of(c->guest), guest))
            continue;
        status =
            lyt_store_each_reply(books->store, c->id, guest, is_which_room, &was_asked, err);
        if (was_asked)
            *out = c->id;
    }
    return status;
}

lyt_status lyt_cases_room_named(lyt_batch *batch, lyt_books *books, const lyt_slip *slip,
                                lyt_str place, lyt_error *err)
{
    lyt_cases *cases = books->cases;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock), incident = 0;
    size_t from, n = 0;
    lyt_room room;
    lyt_status status;
    lyt_buf text;

    if (!cases || !slip->sender.len || !place.len)
        return LYT_OK;
    lyt_cases_room(cases, slip, &room);
    for (size_t i = 0; i < room.n; i++)
        n += lyt_str_equal(lyt_str_of(room.stays[i].place), place);
    if (room.n < 2 || n != 1)
        return LYT_OK;
    status = find_asked(books, slip->sender, &incident, err);
    if (status || !incident)
        return status;
    from = cases->facts.n;
    lyt_buf_init(&text, batch->alloc);
    lyt_buf_addf(&text, "room: it is %.*s, the guest says", LYT_STR_ARG(place));
    status = note(cases, incident, LYT_STR("guest"), &text, now_us, err);
    lyt_buf_deinit(&text);
    return status ? status : lyt_cases_keep(cases, books->store, from, err);
}
