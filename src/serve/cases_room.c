/*
 * Which room a guest writes from, when neither the words nor who sent them say: that of the stay
 * the house's own system knows of, if there is one now. With two it is never guessed.
 */
#include <string.h>

#include "cases_inner.h"

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

/* Stands in the incident's history, where whoever takes it on sees whom to ask what. */
lyt_status lyt_cases_ambiguous(lyt_cases *cases, const lyt_room *room, int64_t incident,
                               int64_t now_us, lyt_error *err)
{
    lyt_care_order order = {.verb = LYT_CARE_NOTE,
                            .act = {.incident = incident, .by = LYT_STR("lyt"), .now_us = now_us}};
    lyt_care_reply reply;
    lyt_status status;
    lyt_buf text;

    lyt_buf_init(&text, cases->alloc);
    lyt_buf_add_text(&text, "ambiguous: this guest has more than one room now:");
    for (size_t i = 0; i < room->n; i++)
        lyt_buf_addf(&text, "%s %s", i ? "," : "", room->stays[i].place);
    lyt_buf_add_text(&text, "; ask which");
    order.act.text = lyt_buf_str(&text);
    status = lyt_buf_status(&text);
    if (status)
        (void)lyt_error_set(err, status, "no memory for a note");
    else
        status = lyt_care_do(cases->care, &order, &cases->facts, &reply, err);
    lyt_buf_deinit(&text);
    return status;
}
