/* What facts about gestures and promises do to the book; see book_fold.c. */
#include <string.h>

#include "book_inside.h"
#include "mem.h"
#include "refund.h"

#define COPY(field, text) lyt_book_copy((field), sizeof(field), (text))

static lyt_status fold_new_offer(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_offer fresh;
    bool is_given = fact->kind == LYT_FACT_OFFERED;

    memset(&fresh, 0, sizeof fresh);
    fresh.id = fact->other;
    fresh.incident = fact->incident;
    fresh.amount = fact->number;
    fresh.currency = fact->which ? LYT_EUR : LYT_DKK;
    fresh.state = is_given ? LYT_OFFER_GIVEN : LYT_OFFER_ASKED;
    fresh.role = fact->warn_us;
    fresh.at_us = fact->at_us;
    fresh.due_us = fact->due_us;
    fresh.given_us = is_given ? fact->at_us : 0;
    if (fact->other != (int64_t)book->n_offers + 1)
        return lyt_book_damaged(fact, "the offer's number is not the next one", err);
    if (!COPY(fresh.gesture, fact->who) || !COPY(fresh.by, fact->by) ||
        (is_given && !COPY(fresh.decided_by, fact->by)))
        return lyt_error_set(err, LYT_ELIMIT, "a name in the offer is longer than %d bytes",
                             lyt_incident_text_max - 1);
    if (lyt_mem_grow(book->alloc, &book->offers, &book->cap_offers, book->n_offers + 1,
                     sizeof *book->offers) ||
        !lyt_book_remember(book, LYT_UNDO_OFFER_ADDED, book->n_offers))
        return lyt_book_no_memory(err);
    book->offers[book->n_offers++] = fresh;
    return LYT_OK;
}

static lyt_status fold_offer(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_offer *offer;
    lyt_undo *undo;

    if (fact->other < 1 || (uint64_t)fact->other > book->n_offers)
        return lyt_book_damaged(fact, "there is no such offer", err);
    undo = lyt_book_remember(book, LYT_UNDO_OFFER, (size_t)fact->other - 1);
    if (!undo)
        return lyt_book_no_memory(err);
    offer = &book->offers[fact->other - 1];
    undo->before.offer = *offer;
    if (fact->kind != LYT_FACT_WITHDRAWN && offer->state != LYT_OFFER_ASKED)
        return lyt_book_damaged(fact, "the offer does not wait for approval", err);
    switch (fact->kind) {
    case LYT_FACT_APPROVAL_RAISED:
        offer->role = fact->warn_us;
        offer->due_us = fact->due_us;
        return LYT_OK;
    case LYT_FACT_APPROVED:
        offer->state = LYT_OFFER_GIVEN;
        offer->given_us = fact->at_us;
        break;
    case LYT_FACT_DECLINED:
        offer->state = LYT_OFFER_DECLINED;
        break;
    default:
        offer->state = LYT_OFFER_WITHDRAWN;
        break;
    }
    offer->due_us = 0;
    return COPY(offer->decided_by, fact->by)
               ? LYT_OK
               : lyt_error_set(err, LYT_ELIMIT, "the name of who decided is too long");
}

/* Who asks for money back is promised an answer, by whoever it was given to. */
static lyt_status fold_promised(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    bool is_refund = fact->kind == LYT_FACT_REFUND_ASKED;
    lyt_promise fresh;

    memset(&fresh, 0, sizeof fresh);
    fresh.id = fact->other;
    fresh.incident = fact->incident;
    fresh.due_us = fact->due_us;
    if (fact->other != (int64_t)book->n_promises + 1)
        return lyt_book_damaged(fact, "the promise's number is not the next one", err);
    if (!COPY(fresh.by, is_refund ? fact->who : fact->by) ||
        !COPY(fresh.text, is_refund ? LYT_STR(LYT_REFUND_PROMISE) : fact->text))
        return lyt_error_set(err, LYT_ELIMIT, "the promise is longer than %d bytes",
                             lyt_incident_note_max);
    if (lyt_mem_grow(book->alloc, &book->promises, &book->cap_promises, book->n_promises + 1,
                     sizeof *book->promises) ||
        !lyt_book_remember(book, LYT_UNDO_PROMISE_ADDED, book->n_promises))
        return lyt_book_no_memory(err);
    book->promises[book->n_promises++] = fresh;
    return LYT_OK;
}

static lyt_status fold_promise(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_undo *undo;

    if (fact->other < 1 || (uint64_t)fact->other > book->n_promises)
        return lyt_book_damaged(fact, "there is no such promise", err);
    undo = lyt_book_remember(book, LYT_UNDO_PROMISE, (size_t)fact->other - 1);
    if (!undo)
        return lyt_book_no_memory(err);
    undo->before.promise = book->promises[fact->other - 1];
    if (fact->kind == LYT_FACT_KEPT)
        book->promises[fact->other - 1].kept_us = fact->at_us;
    else
        book->promises[fact->other - 1].is_late = true;
    return LYT_OK;
}

static lyt_status fold_new_fix(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_fix fresh;

    memset(&fresh, 0, sizeof fresh);
    fresh.id = fact->other;
    fresh.incident = fact->incident;
    fresh.opened_us = fact->at_us;
    fresh.due_us = fact->due_us;
    if (fact->other != (int64_t)book->n_fixes + 1)
        return lyt_book_damaged(fact, "the fix's number is not the next one", err);
    if (!fact->who.len)
        return lyt_book_damaged(fact, "a fix has an owner", err);
    if (!COPY(fresh.property, fact->property) || !COPY(fresh.scenario, fact->scenario) ||
        !COPY(fresh.place, fact->place) || !COPY(fresh.owner, fact->who) ||
        !COPY(fresh.text, fact->text))
        return lyt_error_set(err, LYT_ELIMIT, "a text of the fix is too long");
    if (lyt_mem_grow(book->alloc, &book->fixes, &book->cap_fixes, book->n_fixes + 1,
                     sizeof *book->fixes) ||
        !lyt_book_remember(book, LYT_UNDO_FIX_ADDED, book->n_fixes))
        return lyt_book_no_memory(err);
    book->fixes[book->n_fixes++] = fresh;
    return LYT_OK;
}

static lyt_status fold_fix(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    lyt_undo *undo;
    lyt_fix *fix;

    if (fact->other < 1 || (uint64_t)fact->other > book->n_fixes)
        return lyt_book_damaged(fact, "there is no such fix", err);
    undo = lyt_book_remember(book, LYT_UNDO_FIX, (size_t)fact->other - 1);
    if (!undo)
        return lyt_book_no_memory(err);
    fix = &book->fixes[fact->other - 1];
    undo->before.fix = *fix;
    /* what was done may have to be done again */
    if ((size_t)fact->other - 1 < book->first_fix)
        book->first_fix = (size_t)fact->other - 1;
    switch (fact->kind) {
    case LYT_FACT_FIX_DONE:
        fix->done_us = fact->at_us;
        fix->first_done_us = fix->first_done_us ? fix->first_done_us : fact->at_us;
        return COPY(fix->proof, fact->text)
                   ? LYT_OK
                   : lyt_error_set(err, LYT_ELIMIT, "the proof of the fix is too long");
    case LYT_FACT_FIX_BACK:
        fix->n_back++;
        fix->done_us = 0;
        fix->due_us = fact->due_us;
        fix->is_late = false;
        return LYT_OK;
    default:
        fix->is_late = true;
        return LYT_OK;
    }
}

lyt_status lyt_book_fold_remedy(lyt_book *book, const lyt_fact *fact, lyt_error *err)
{
    switch (fact->kind) {
    case LYT_FACT_OFFERED:
    case LYT_FACT_APPROVAL_ASKED:
        return fold_new_offer(book, fact, err);
    case LYT_FACT_PROMISED:
    case LYT_FACT_REFUND_ASKED:
        return fold_promised(book, fact, err);
    case LYT_FACT_KEPT:
    case LYT_FACT_LATE:
        return fold_promise(book, fact, err);
    case LYT_FACT_FIX_OPENED:
        return fold_new_fix(book, fact, err);
    case LYT_FACT_FIX_DONE:
    case LYT_FACT_FIX_LATE:
    case LYT_FACT_FIX_BACK:
        return fold_fix(book, fact, err);
    default:
        return fold_offer(book, fact, err);
    }
}
