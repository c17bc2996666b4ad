/* What guests say when they were asked whether it is right now. */
#include <math.h>
#include <string.h>

#include "answer.h"
#include "cases_inner.h"
#include "guestreply.h"

/* The newest incident of that guest that waits for an answer; 0: none. */
static int64_t asked(const lyt_cases *cases, lyt_str guest)
{
    const lyt_book *book = lyt_care_book(cases->care);
    const lyt_case *c =
        guest.len ? lyt_book_chain(book, lyt_chain_key(LYT_CHAIN_GUEST, guest)) : NULL;
    int64_t newest = 0;

    for (; c; c = lyt_book_chain_next(book, LYT_CHAIN_GUEST, c))
        if (c->id > newest && c->answer_due_us && c->state == LYT_INCIDENT_REMEDIED && !c->merged &&
            lyt_str_equal(lyt_str_of(c->guest), guest))
            newest = c->id;
    return newest;
}

static lyt_status answer(lyt_batch *batch, lyt_books *books, int64_t incident,
                         const lyt_guest_answer *what, lyt_str guest, int64_t message,
                         lyt_error *err)
{
    lyt_cases *cases = books->cases;
    size_t from = cases->facts.n;
    int64_t now_us = lyt_clock_wall_us(books->core->options.clock);
    lyt_care_order order = {.verb = LYT_CARE_ANSWER,
                            .act = {.incident = incident,
                                    .by = LYT_STR("guest"),
                                    .text = LYT_STR(""),
                                    .now_us = now_us},
                            .score = what->score,
                            .complains = what->complains};
    lyt_care_heard heard = {.guest = guest, .message = message};
    lyt_care_reply reply;
    const lyt_case *c;
    lyt_status status = lyt_care_do(cases->care, &order, &cases->facts, &reply, err);

    if (!status)
        status = lyt_cases_keep(cases, books->store, from, err);
    if (!status)
        status = lyt_cases_publish(batch, books, from, 0, now_us, err);
    c = status ? NULL : lyt_book_find(lyt_care_book(cases->care), incident);
    if (!c || c->state != LYT_INCIDENT_REOPENED)
        return status;
    heard.language = lyt_str_of(c->language);
    return lyt_guestreply_again(batch, books, incident, &heard, err);
}

lyt_status lyt_cases_answered(lyt_batch *batch, lyt_books *books, const lyt_feedback *f,
                              lyt_error *err)
{
    int64_t incident = books->cases ? asked(books->cases, f->sender) : 0;
    lyt_guest_answer what = {-1, false};

    if (!incident)
        return LYT_OK;
    if (!isnan(f->score))
        what.score = lyt_answer_score(f->score, f->scale);
    if (what.score < 0 && !lyt_answer_read(&what, f->text))
        return LYT_OK;
    return answer(batch, books, incident, &what, f->sender, f->id, err);
}

lyt_status lyt_cases_complained(lyt_batch *batch, lyt_books *books, lyt_str guest, int64_t message,
                                lyt_error *err)
{
    static const lyt_guest_answer complaint = {-1, true};
    int64_t incident = books->cases ? asked(books->cases, guest) : 0;

    return incident ? answer(batch, books, incident, &complaint, guest, message, err)
                    : LYT_OK;
}
