/*
 * Guests who ask for money back (incident/refund.h), as the ledger hears of it: a word in an answer,
 * or the button of the status page. Each makes a request of the case, once, that a person answers;
 * nothing is offered by it.
 *
 * Threads   the ledger's.
 * Errors    as in store.h and care.h.
 */
#ifndef LYT_GUESTREFUND_H
#define LYT_GUESTREFUND_H

#include "batch.h"

/* Whether money may be given back for it: the settings' word, the pack's amounts; never of a drill. */
bool lyt_guestrefund_is_for(const lyt_books *books, int64_t incident, lyt_str scenario);

/*
 * A message that came: when it is the word, and there is a case of this guest's that it may be about,
 * the newest one without a request has one then, the guest is told who answers, and *is_taken.
 */
LYT_MUST_USE lyt_status lyt_guestrefund_heard(lyt_batch *batch, lyt_books *books,
                                              const lyt_feedback *feedback, bool *is_taken,
                                              lyt_error *err);

/*
 * {"type":"guest.refund","feedback":12}: of a case that the message is about. Asked before:
 * a duplicate. No such case: refused, with the reason in item->why.
 */
LYT_MUST_USE lyt_status lyt_guestrefund_command(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                                lyt_error *err);

#endif
