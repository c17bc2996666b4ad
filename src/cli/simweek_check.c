/* What must be so after a week, counted once more, apart from the code that decided it. */
#include <string.h>

#include "simweek_inside.h"

static int64_t in_limits_currency(const lyt_authority_rules *rules, const lyt_offer *o)
{
    if (o->currency == rules->currency)
        return o->amount;
    return o->currency == LYT_EUR ? (o->amount * rules->ore_per_eur + 99) / 100
                                  : (o->amount * 100 + rules->ore_per_eur - 1) / rules->ore_per_eur;
}

static bool is_same_month(const lyt_zone *zone, int64_t a_us, int64_t b_us)
{
    lyt_date a = lyt_date_of(lyt_local_at(zone, a_us).days),
             b = lyt_date_of(lyt_local_at(zone, b_us).days);

    return a.year == b.year && a.month == b.month;
}

/* Sums as they stood when it was given, of what was given before or with it. */
static bool is_above(const lyt_week *week, const lyt_settings *s, const lyt_offer *o)
{
    static const int64_t year_us = 365 * 86400 * (int64_t)1000000;
    const lyt_book *book = lyt_care_book(week->care);
    const lyt_person *person = lyt_settings_person(s, lyt_str_of(o->decided_by));
    const char *guest = lyt_book_find(book, o->incident)->guest;
    bool is_lyt = strcmp(o->decided_by, "lyt") == 0;
    const lyt_authority_rules *rules = &s->authority;
    const lyt_limits *limits;
    int64_t incident = 0, year = 0, month = 0;

    if (!o->amount)
        return false;
    if (!person && !is_lyt)
        return true;
    if (person && rules->needs_training[person->role] && !person->is_trained)
        return true;
    limits = &rules->limits[is_lyt ? LYT_ROLE_AUTOMATIC : person->role];
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *other = lyt_book_offer_at(book, i);
        int64_t amount = in_limits_currency(rules, other);

        if (other->state != LYT_OFFER_GIVEN || other->given_us > o->given_us ||
            (other->given_us == o->given_us && other->id > o->id))
            continue;
        if (other->incident == o->incident)
            incident += amount;
        if (guest[0] && o->given_us - other->given_us <= year_us &&
            strcmp(lyt_book_find(book, other->incident)->guest, guest) == 0)
            year += amount;
        if (strcmp(other->decided_by, o->decided_by) == 0 &&
            is_same_month(s->zone, other->given_us, o->given_us))
            month += amount;
    }
    return incident > limits->incident || (guest[0] && year > limits->guest) ||
           month > limits->month;
}

/* One that stopped after its time, and nobody was told that it was missed. */
static bool is_late_unsaid(const lyt_case_clock *clock)
{
    return clock->started_us && clock->stopped_us > clock->due_us && !clock->is_missed;
}

static void look_at(lyt_week_faults *out, const lyt_case *c)
{
    out->open_incidents += lyt_case_is_open(c);
    for (int kind = 0; kind < LYT_CLOCK_KIND_COUNT; kind++)
        out->clocks_wrong += is_late_unsaid(&c->clocks[kind]);
}

static lyt_status look_at_outbox(lyt_week_faults *out, const lyt_week *week, lyt_error *err)
{
    const lyt_simhouse_outbox *o = &out->outbox;
    lyt_status status = lyt_simhouse_count_outbox(&out->outbox, week->house, err);

    out->unsent = o->states[LYT_OUTBOX_WAITING] + o->states[LYT_OUTBOX_FAILED] +
                  o->states[LYT_OUTBOX_DEAD];
    out->not_arrived = o->not_arrived;
    out->out_of_order = o->out_of_order;
    out->malformed = lyt_simpost_count(lyt_simhouse_post(week->house)).malformed;
    return status;
}

lyt_status lyt_week_check(lyt_week_faults *out, const lyt_week *week, const lyt_settings *settings,
                          lyt_error *err)
{
    const lyt_book *book = lyt_care_book(week->care);
    lyt_status status;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < lyt_book_size(book); i++)
        look_at(out, lyt_book_at(book, i));
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *o = lyt_book_offer_at(book, i);

        out->open_offers += o->state == LYT_OFFER_ASKED;
        out->n_offers += o->state == LYT_OFFER_GIVEN;
        out->above_authority += o->state == LYT_OFFER_GIVEN && is_above(week, settings, o);
    }
    for (size_t i = 0; i < lyt_book_promises(book); i++)
        out->open_promises += !lyt_book_promise_at(book, i)->kept_us;
    status = look_at_outbox(out, week, err);
    return status ? status : lyt_simhouse_rebuild(&out->rebuilt, week->house, err);
}
