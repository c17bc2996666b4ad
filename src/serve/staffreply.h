/*
 * lyt_staffreply: what somebody of the house texted moved nothing, and they are to read why. Where the
 * gateway texts nothing back by itself the answer goes out like any message to a guest: a row of the
 * outbox, written in the transaction that acknowledges it, with the words beside it and the number
 * sealed, under a name that is no guest's.
 *
 * Threads   the ledger's.
 * Errors    as in store.h.
 */
#ifndef LYT_STAFFREPLY_H
#define LYT_STAFFREPLY_H

#include "batch.h"

/* Before the name of who it is, where a guest would have a pseudonym. */
#define LYT_STAFFREPLY_NAME "staff."

/*
 * {"type":"staff.answer","who","text","property","reply_to"}: reply_to is for somebody whose
 * number no way has. A refusal goes into item->why: there is no way, or no number.
 */
LYT_MUST_USE lyt_status lyt_staffreply(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                       lyt_error *err);

#endif
