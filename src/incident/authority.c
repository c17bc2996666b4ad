#include "authority.h"

#include <string.h>

#include "opening.h"

static const int64_t year_us = 365 * (int64_t)86400 * 1000000;

static const char *const role_names[] = {
#define X(name, text) text,
    LYT_ROLES(X)
#undef X
};

const char *lyt_role_name(lyt_role role)
{
    return role < LYT_ROLE_COUNT ? role_names[role] : "unknown";
}

const char *lyt_currency_name(lyt_currency currency)
{
    return currency == LYT_EUR ? "EUR" : "DKK";
}

static bool fits(const char *text, lyt_str wanted)
{
    return !wanted.len || lyt_str_equal(lyt_str_of(text), wanted);
}

bool lyt_ledger_has(const lyt_book *book, const lyt_ledger_filter *filter, const lyt_offer *offer)
{
    const lyt_case *c = lyt_book_find(book, offer->incident);

    return offer->state == LYT_OFFER_GIVEN && c && offer->given_us >= filter->from_us &&
           (!filter->until_us || offer->given_us < filter->until_us) &&
           (!filter->incident || filter->incident == c->id) &&
           fits(c->property, filter->property) && fits(c->scenario, filter->scenario) &&
           fits(c->guest, filter->guest) && fits(offer->decided_by, filter->decided_by);
}

void lyt_ledger_sum(const lyt_book *book, const lyt_ledger_filter *filter,
                    int64_t sums[LYT_CURRENCY_COUNT])
{
    memset(sums, 0, LYT_CURRENCY_COUNT * sizeof *sums);
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);

        if (lyt_ledger_has(book, filter, offer))
            sums[offer->currency] += offer->amount;
    }
}

/* Rounded up, so that converting never makes room. */
static int64_t convert(const lyt_authority_rules *rules, int64_t amount, lyt_currency from)
{
    if (from == rules->currency)
        return amount;
    if (from == LYT_EUR)
        return (amount * rules->ore_per_eur + 99) / 100;
    return (amount * 100 + rules->ore_per_eur - 1) / rules->ore_per_eur;
}

static int64_t given(const lyt_book *book, const lyt_authority_rules *rules,
                     const lyt_ledger_filter *filter)
{
    int64_t total = 0;

    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);

        if (lyt_ledger_has(book, filter, offer))
            total += convert(rules, offer->amount, offer->currency);
    }
    return total;
}

static int64_t month_begins(const lyt_zone *zone, int64_t now_us)
{
    lyt_date date = lyt_date_of(lyt_local_at(zone, now_us).days);

    date.day = 1;
    return lyt_local_us(zone, lyt_date_days(date), 0);
}

const char *lyt_authority_breaks(const lyt_book *book, const lyt_authority_rules *rules,
                                 const lyt_zone *zone, const lyt_giver *giver, lyt_str by,
                                 int64_t incident, const lyt_gift *gift, int64_t now_us)
{
    const lyt_limits *limits = &rules->limits[giver->role];
    int64_t amount = convert(rules, gift->amount, gift->currency);
    const lyt_case *c = lyt_book_find(book, incident);
    lyt_ledger_filter filter = {.incident = incident};

    if (amount == 0)
        return NULL; /* an apology is everybody's to make */
    if (rules->needs_training[giver->role] && !giver->is_trained)
        return "training";
    if (given(book, rules, &filter) + amount > limits->incident)
        return "incident";
    filter = (lyt_ledger_filter){.from_us = now_us - year_us, .guest = lyt_str_of(c->guest)};
    if (c->guest[0] && given(book, rules, &filter) + amount > limits->guest)
        return "guest";
    filter = (lyt_ledger_filter){.from_us = month_begins(zone, now_us), .decided_by = by};
    if (by.len && given(book, rules, &filter) + amount > limits->month)
        return "month";
    return NULL;
}

/*
 * The lowest role above `above` whose limits per incident and guest allow it; the person's
 * month is seen when one answers. LYT_ROLE_COUNT: none.
 */
static lyt_role who_may(const lyt_book *book, const lyt_authority_rules *rules,
                        const lyt_zone *zone, lyt_role above, int64_t incident,
                        const lyt_gift *gift, int64_t now_us)
{
    for (int role = (int)above + 1; role < LYT_ROLE_COUNT; role++) {
        lyt_giver giver = {(lyt_role)role, true};

        if (rules->ask[role] && !lyt_authority_breaks(book, rules, zone, &giver, (lyt_str){"", 0},
                                                      incident, gift, now_us))
            return (lyt_role)role;
    }
    return LYT_ROLE_COUNT;
}

static lyt_status no_double(const lyt_book *book, const lyt_act *act, const lyt_gift *gift,
                            lyt_error *err)
{
    for (size_t i = 0; i < lyt_book_offers(book); i++) {
        const lyt_offer *offer = lyt_book_offer_at(book, i);
        const char *what = offer->state == LYT_OFFER_GIVEN ? "gave" : "asked for";

        if (offer->incident != act->incident ||
            (offer->state != LYT_OFFER_GIVEN && offer->state != LYT_OFFER_ASKED))
            continue;
        if (lyt_str_equal(lyt_str_of(offer->gesture), gift->gesture))
            return lyt_error_set(err, LYT_ESTATE,
                                 "%s %s '%s' in incident %lld already; once is enough", offer->by,
                                 what, offer->gesture, (long long)act->incident);
        if (!act->version)
            return lyt_error_set(err, LYT_EBUSY,
                                 "%s %s '%s' in incident %lld already; to give both, say so by the "
                                 "incident's version, now %lld",
                                 offer->by, what, offer->gesture, (long long)act->incident,
                                 (long long)lyt_book_find(book, act->incident)->version);
    }
    return LYT_OK;
}

static lyt_status ask(lyt_book *book, const lyt_authority_rules *rules, const lyt_zone *zone,
                      lyt_role role, const lyt_gift *gift, lyt_fact *fact, lyt_error *err)
{
    lyt_role next = who_may(book, rules, zone, role, fact->incident, gift, fact->at_us);

    if (next == LYT_ROLE_COUNT)
        return lyt_error_set(err, LYT_ELIMIT,
                             "%lld.%02lld %s is more than anybody here may give for incident "
                             "%lld; offer less",
                             (long long)gift->amount / 100, (long long)gift->amount % 100,
                             lyt_currency_name(gift->currency), (long long)fact->incident);
    fact->kind = LYT_FACT_APPROVAL_ASKED;
    fact->due_us = fact->at_us + rules->approval_us;
    fact->warn_us = next;
    return LYT_OK;
}

lyt_status lyt_authority_offer(lyt_book *book, const lyt_authority_rules *rules,
                               const lyt_zone *zone, const lyt_act *act, const lyt_giver *giver,
                               const lyt_gift *gift, lyt_facts *out, int64_t *offer, bool *is_given,
                               lyt_error *err)
{
    lyt_fact fact = lyt_act_fact(act, LYT_FACT_OFFERED);
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!gift->gesture.len || gift->amount < 0)
        return lyt_error_set(err, LYT_EINVAL, "say which gesture, at what cost (0 or more)");
    status = no_double(book, act, gift, err);
    if (status)
        return status;
    fact.other = (int64_t)lyt_book_offers(book) + 1;
    fact.number = gift->amount;
    fact.which = gift->currency;
    fact.who = gift->gesture;
    fact.warn_us = giver->role;
    if (lyt_authority_breaks(book, rules, zone, giver, act->by, c->id, gift, act->now_us))
        status = ask(book, rules, zone, giver->role, gift, &fact, err);
    if (!status)
        status = lyt_book_emit(book, out, &fact, err);
    if (status)
        return status;
    *offer = fact.other;
    *is_given = fact.kind == LYT_FACT_OFFERED;
    return LYT_OK;
}

static lyt_status may_approve(const lyt_book *book, const lyt_authority_rules *rules,
                              const lyt_zone *zone, const lyt_act *act, const lyt_giver *giver,
                              const lyt_offer *offer, lyt_error *err)
{
    lyt_gift gift = {lyt_str_of(offer->gesture), offer->amount, offer->currency};
    const char *breaks = lyt_authority_breaks(book, rules, zone, giver, act->by, offer->incident,
                                              &gift, act->now_us);

    if (lyt_str_equal(lyt_str_of(offer->by), act->by))
        return lyt_error_set(err, LYT_ESTATE, "offer %lld is your own; somebody else approves it",
                             (long long)offer->id);
    if (breaks && strcmp(breaks, "training") == 0)
        return lyt_error_set(err, LYT_ESTATE,
                             "offer %lld is for somebody trained to approve; the settings do not "
                             "name %.*s (%s) as that",
                             (long long)offer->id, LYT_STR_ARG(act->by),
                             lyt_role_name(giver->role));
    if (breaks)
        return lyt_error_set(
            err, LYT_ESTATE,
            "offer %lld is above what %.*s (%s) may give: the limit is that per %s",
            (long long)offer->id, LYT_STR_ARG(act->by), lyt_role_name(giver->role), breaks);
    return LYT_OK;
}

lyt_status lyt_authority_answer(lyt_book *book, const lyt_authority_rules *rules,
                                const lyt_zone *zone, const lyt_act *act, const lyt_giver *giver,
                                int64_t offer_id, lyt_answer answer, lyt_facts *out, lyt_error *err)
{
    static const lyt_fact_kind kinds[] = {LYT_FACT_APPROVED, LYT_FACT_DECLINED, LYT_FACT_WITHDRAWN};
    lyt_fact fact = lyt_act_fact(act, kinds[answer]);
    const lyt_offer *offer = offer_id > 0 ? lyt_book_offer_at(book, (size_t)offer_id - 1) : NULL;
    const lyt_case *c;
    lyt_status status = lyt_act_begin(book, act, &c, err);

    if (status)
        return status;
    if (!offer || offer->incident != c->id)
        return lyt_error_set(err, LYT_ENOTFOUND, "incident %lld has no offer %lld",
                             (long long)c->id, (long long)offer_id);
    if (offer->state != LYT_OFFER_ASKED)
        return lyt_error_set(err, LYT_ESTATE, "offer %lld was %s by %s already",
                             (long long)offer->id,
                             offer->state == LYT_OFFER_GIVEN      ? "given"
                             : offer->state == LYT_OFFER_DECLINED ? "declined"
                                                                  : "withdrawn",
                             offer->decided_by);
    if (answer == LYT_ANSWER_APPROVE)
        status = may_approve(book, rules, zone, act, giver, offer, err);
    if (answer == LYT_ANSWER_DECLINE && (int64_t)giver->role < offer->role)
        status = lyt_error_set(err, LYT_ESTATE, "offer %lld is for a %s to decide",
                               (long long)offer->id, lyt_role_name((lyt_role)offer->role));
    fact.other = offer->id;
    return status ? status : lyt_book_emit(book, out, &fact, err);
}

lyt_status lyt_authority_raise(lyt_book *book, const lyt_authority_rules *rules,
                               const lyt_zone *zone, int64_t offer_id, int64_t now_us,
                               lyt_facts *out, lyt_error *err)
{
    const lyt_offer *offer = lyt_book_offer_at(book, (size_t)offer_id - 1);
    lyt_gift gift = {lyt_str_of(offer->gesture), offer->amount, offer->currency};
    lyt_role next =
        who_may(book, rules, zone, (lyt_role)offer->role, offer->incident, &gift, now_us);
    /* who is asked again, for want of anybody above, is asked half as often each time */
    int64_t open_us = next == LYT_ROLE_COUNT ? now_us - offer->at_us : 0;
    lyt_fact fact = {.kind = LYT_FACT_APPROVAL_RAISED,
                     .incident = offer->incident,
                     .at_us = now_us,
                     .other = offer->id,
                     .due_us =
                         now_us + (open_us > rules->approval_us ? open_us : rules->approval_us),
                     .warn_us = next == LYT_ROLE_COUNT ? offer->role : (int64_t)next};

    return lyt_book_emit(book, out, &fact, err);
}
