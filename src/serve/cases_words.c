/*
 * What the history of an incident says beside who did it and when: the words that somebody wrote,
 * and where there are none which clock, how much, which promise. Numbers and ids, so that they read
 * the same in every language.
 */
#include "cases_inner.h"

static const lyt_offer *offer_of(const lyt_book *book, int64_t id)
{
    return id > 0 && (size_t)id <= lyt_book_offers(book) ? lyt_book_offer_at(book, (size_t)id - 1)
                                                         : NULL;
}

static void add_money(lyt_buf *out, lyt_str gesture, int64_t amount, lyt_currency currency)
{
    lyt_buf_addf(out, "%.*s, %lld.%02lld %s", LYT_STR_ARG(gesture), (long long)amount / 100,
                 (long long)amount % 100, lyt_currency_name(currency));
}

static void add_offer(lyt_buf *out, const lyt_book *book, int64_t id)
{
    const lyt_offer *offer = offer_of(book, id);

    if (offer)
        add_money(out, lyt_str_of(offer->gesture), offer->amount, offer->currency);
}

static void add_details(lyt_buf *out, const lyt_cases *cases, const lyt_fact *fact)
{
    const lyt_book *book = lyt_care_book(cases->care);

    switch (fact->kind) {
    case LYT_FACT_CLOCK_WARNED:
    case LYT_FACT_CLOCK_MISSED:
        lyt_buf_add_text(out, lyt_clock_kind_name((lyt_clock_kind)fact->which));
        break;
    case LYT_FACT_ANSWERED:
        if (fact->number >= 0)
            lyt_buf_addf(out, "%lld/10", (long long)fact->number);
        break;
    case LYT_FACT_OFFERED:
    case LYT_FACT_APPROVAL_ASKED:
        add_money(out, fact->who, fact->number, (lyt_currency)fact->which);
        break;
    case LYT_FACT_APPROVAL_RAISED:
    case LYT_FACT_APPROVED:
    case LYT_FACT_DECLINED:
    case LYT_FACT_WITHDRAWN:
        add_offer(out, book, fact->other);
        break;
    case LYT_FACT_REPEAT:
    case LYT_FACT_MERGED:
    case LYT_FACT_UNMERGED:
    case LYT_FACT_TAKEN:
    case LYT_FACT_LINKED:
    case LYT_FACT_UNLINKED:
        lyt_buf_addf(out, "#%lld", (long long)fact->other);
        break;
    case LYT_FACT_KEPT:
    case LYT_FACT_LATE:
        if (fact->other > 0 && (size_t)fact->other <= lyt_book_promises(book))
            lyt_buf_add_text(out, lyt_book_promise_at(book, (size_t)fact->other - 1)->text);
        break;
    default:
        break;
    }
}

void lyt_cases_words(lyt_buf *out, const lyt_cases *cases, const lyt_fact *fact)
{
    /* who gave it to somebody else, and why */
    if (fact->kind == LYT_FACT_OWNED && fact->by.len && !lyt_str_equal(fact->by, fact->who)) {
        lyt_buf_add(out, fact->by);
        lyt_buf_add_text(out, fact->text.len ? ": " : "");
    }
    lyt_buf_add(out, fact->text);
    if (!fact->text.len)
        add_details(out, cases, fact);
}
