/*
 * Messages to guests, as the ledger decides them: what may go, in which words, to whom, and what
 * is held back and why. What goes out is a row of the outbox, written in the transaction of what
 * caused it; the words stand beside it (store_reply.h), and the address, sealed, apart from both.
 *
 * Nothing goes to a guest who wants no messages, whoever decides it; nor by itself to a number
 * that was typed, unless the settings say so; nor what the scenario leaves to people: that is a
 * draft, which `lyt incident reply` sends.
 *
 * Threads   the ledger's.
 * Errors    as in store.h and care.h; what is held back is no error.
 */
#ifndef LYT_GUESTREPLY_H
#define LYT_GUESTREPLY_H

#include "batch.h"
#include "reply.h"
#include "store_outbox.h"
#include "store_reply.h"

/* What the outbox says of a message that the carrier would not take for the guest's sake. */
#define LYT_GUEST_OPTED_OUT "the carrier says that this guest wants no messages"

/* A message came: where its guest can be written to is kept, if the door gave it. */
LYT_MUST_USE lyt_status lyt_guestreply_contact(lyt_books *books, lyt_str guest,
                                               const lyt_reply_to *to, lyt_error *err);

/* An incident heard of it: the guest's first reply, or a draft of it; once a guest and incident,
 * and by itself once a message, however much it is about. */
LYT_MUST_USE lyt_status lyt_guestreply_heard(lyt_batch *batch, lyt_books *books, int64_t incident,
                                             const lyt_care_heard *heard, lyt_error *err);

/*
 * A guest who was written to about it says that it is not right, and it is open again: that this was
 * heard. heard: guest and message, the language as the case has it where there is none.
 */
LYT_MUST_USE lyt_status lyt_guestreply_again(lyt_batch *batch, lyt_books *books, int64_t incident,
                                             const lyt_care_heard *heard, lyt_error *err);

/*
 * An incident was opened by a guest who has several rooms, and nobody knows which it is about: the
 * guest is asked, instead of the first reply, which is a draft then.
 */
LYT_MUST_USE lyt_status lyt_guestreply_which_room(lyt_batch *batch, lyt_books *books,
                                                  int64_t incident, const lyt_care_heard *heard,
                                                  lyt_error *err);

/*
 * A LYT_FACT_TOLD to the guest, whose event has just got the number books->last_seq: it goes out,
 * or the history says why not.
 */
LYT_MUST_USE lyt_status lyt_guestreply_told(lyt_batch *batch, lyt_books *books,
                                            const lyt_fact *told, lyt_error *err);

/*
 * After facts [from, n) were published: guests of children are told once that the common cause is
 * mended, what is overtaken does not go, and the house's own system is told how it ended.
 */
LYT_MUST_USE lyt_status lyt_guestreply_after(lyt_batch *batch, lyt_books *books, size_t from,
                                             size_t n, lyt_error *err);

/*
 * Somebody answers the guest: order->act.text is what, or order->whom a message of the scenario,
 * or neither: the draft. LYT_ESTATE, LYT_ENOTFOUND, LYT_EINVAL, LYT_ELIMIT: it cannot go; why says
 * the reason.
 */
LYT_MUST_USE lyt_status lyt_guestreply_do(lyt_batch *batch, lyt_books *books,
                                          const lyt_care_order *order, lyt_error *why,
                                          lyt_error *err);

/* {"type":"guest.stop"} or guest.start. A refusal goes into item->why. */
LYT_MUST_USE lyt_status lyt_guestreply_consent(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                               lyt_error *err);

/* What became of a row of the outbox to a guest. */
LYT_MUST_USE lyt_status lyt_guestreply_ended(lyt_batch *batch, lyt_books *books,
                                             const lyt_outbox_row *row, lyt_reply_state state,
                                             lyt_str why, lyt_error *err);

#endif
