/*
 * The ledger's side of the outbox: what goes out follows from facts and events and is written
 * in their transaction; what became of it comes back from the sender and is written here; and
 * so is what somebody orders.
 *
 * Threads   the ledger's.
 * Errors    as in store.h and care.h.
 */
#ifndef LYT_OUTBOX_PLAN_H
#define LYT_OUTBOX_PLAN_H

#include "outbox_report.h"
#include "submission.h"
#include "watch.h"

struct lyt_batch;
struct lyt_books;
struct lyt_item;

/*
 * Rows for facts->items[index], a LYT_FACT_TOLD whose event has just got the number
 * books->last_seq. from: the first fact of the same command: of several who are told, a way
 * whose receiver keeps a list has one row. alarm_seq: the alarm's event; 0: not known.
 */
LYT_MUST_USE lyt_status lyt_outbox_told(struct lyt_batch *batch, struct lyt_books *books,
                                        const lyt_facts *facts, size_t from, size_t index,
                                        int64_t alarm_seq, lyt_error *err);

/* Somebody has it: reminders and escalations that wait to go out go nowhere. */
LYT_MUST_USE lyt_status lyt_outbox_overtaken(struct lyt_books *books, int64_t incident,
                                             lyt_error *err);

/* Rows for a health event that has just got the number books->last_seq; but: a way's id. */
LYT_MUST_USE lyt_status lyt_outbox_health(struct lyt_batch *batch, struct lyt_books *books,
                                          lyt_str but, lyt_error *err);

/* What a digest of a shift is called on the bus. */
#define LYT_HEALTH_DIGEST "digest"
/* A row for the digest whose event has just got the number books->last_seq. */
LYT_MUST_USE lyt_status lyt_outbox_digest(struct lyt_batch *batch, struct lyt_books *books,
                                          const lyt_way *way, lyt_str who, lyt_error *err);

/*
 * What became of a row. One that is dead makes the health event "way-dead", once until the
 * way works again, and the person's next channel is tried.
 */
LYT_MUST_USE lyt_status lyt_outbox_apply(struct lyt_batch *batch, struct lyt_books *books,
                                         const lyt_outbox_report *report, lyt_error *err);

/* {"type":"outbox.retry"} or drop, with "row" or "way". A refusal goes into item->why. */
LYT_MUST_USE lyt_status lyt_outbox_command(struct lyt_batch *batch, struct lyt_books *books,
                                           struct lyt_item *item, lyt_error *err);

#endif
