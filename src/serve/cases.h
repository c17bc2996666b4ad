/*
 * lyt_cases: the incidents of a house with settings (incident/care.h), as the ledger keeps
 * them: every fact goes into the store with the transaction it came about in, incident and
 * history rows follow from facts, and so do the events on the bus. At the start the facts
 * are read back.
 *
 * Lifetime  lyt_cases_new() to lyt_cases_free().
 * Threads   the ledger's.
 */
#ifndef LYT_CASES_H
#define LYT_CASES_H

#include "care.h"
#include "classify.h"
#include "order.h"
#include "workframe.h"

/* What stands on the bus, which everybody may hear, for what only some may see. */
#define LYT_RESTRICTED "restricted"

typedef struct lyt_cases lyt_cases;
struct lyt_batch;
struct lyt_books;
struct lyt_item;

/*
 * Reads the facts of the store. settings NULL: *out is NULL, and a store that has facts is
 * refused, as one is that has incidents without facts when there are settings (LYT_ESTATE).
 */
LYT_MUST_USE lyt_status lyt_cases_new(lyt_cases **out, const lyt_alloc *alloc,
                                      const lyt_settings *settings, lyt_store *store,
                                      lyt_error *err);
/* NULL is accepted, also below. */
void lyt_cases_free(lyt_cases *cases);
/* NULL: it has none. */
const lyt_settings *lyt_cases_settings(const lyt_cases *cases);
/*
 * What happened in the transaction that was last applied, and what all adds up to. Borrowed: until
 * the next one, and until there are other settings.
 */
const lyt_facts *lyt_cases_facts(const lyt_cases *cases);
const lyt_care *lyt_cases_care(const lyt_cases *cases);
/* The names of the house's people; NULL: it knows none. */
const lyt_personal_names *lyt_cases_staff(const lyt_cases *cases);
/*
 * From now on with other settings: what runs keeps its clocks and times, and all that is decided
 * from now on is decided by them. Outside of a transaction; unchanged after a failure.
 */
LYT_MUST_USE lyt_status lyt_cases_resettle(lyt_cases *cases, const lyt_settings *settings,
                                           lyt_store *store, lyt_error *err);

/*
 * The sum of the facts into the store, so that the next start need not read them all. Outside of
 * a transaction. want_saving: so many are not in it that it is worth while. let_go: the store has it
 * no more, and less about guests. When facts were changed since they were read, what is in memory
 * is not saved: the last time they are read anew, which may take a second, else nothing is done.
 */
bool lyt_cases_want_saving(const lyt_cases *cases);
void lyt_cases_let_go(lyt_cases *cases);
LYT_MUST_USE lyt_status lyt_cases_save(lyt_cases *cases, lyt_store *store, int64_t now_us,
                                       bool is_last, lyt_error *err);
/*
 * The book of the store's snapshot, and the number of the last fact in it. LYT_ENOTFOUND: there is
 * none. LYT_EFORMAT: none that can be read. Others as of a store. After a failure *last is 0.
 */
LYT_MUST_USE lyt_status lyt_snapshot_read(lyt_book **out, const lyt_alloc *alloc,
                                          lyt_store *store, int64_t *last);

/* Parts of lyt_batch_apply(). */
LYT_MUST_USE lyt_status lyt_cases_hear(struct lyt_batch *batch, struct lyt_books *books,
                                       const lyt_slip *slip, const lyt_judged_failure *failure,
                                       lyt_error *err);
LYT_MUST_USE lyt_status lyt_cases_command(struct lyt_batch *batch, struct lyt_books *books,
                                          struct lyt_item *item, lyt_error *err);
/* An event of behaviour, a note, a stay, or something to be forgotten. */
LYT_MUST_USE lyt_status lyt_cases_feed(struct lyt_batch *batch, struct lyt_books *books,
                                       struct lyt_item *item, lyt_error *err);
/*
 * A guest who was asked whether it is right now: a number, yes or no answers; a failure in the
 * words is a complaint, after it was heard of.
 */
LYT_MUST_USE lyt_status lyt_cases_answered(struct lyt_batch *batch, struct lyt_books *books,
                                           const lyt_feedback *feedback, lyt_error *err);
LYT_MUST_USE lyt_status lyt_cases_complained(struct lyt_batch *batch, struct lyt_books *books,
                                             lyt_str guest, int64_t message, lyt_error *err);
/*
 * A guest with several rooms who was asked which one it is, and names one of them (place): it
 * stands in the incident's history. Anything else is nothing.
 */
LYT_MUST_USE lyt_status lyt_cases_room_named(struct lyt_batch *batch, struct lyt_books *books,
                                             const struct lyt_slip *slip, lyt_str place,
                                             lyt_error *err);
/* A score is an event of its property ("score") and place ("score-at") where a trigger wants it. */
LYT_MUST_USE lyt_status lyt_cases_scored(struct lyt_batch *batch, struct lyt_books *books,
                                         const lyt_feedback *feedback, lyt_error *err);
/* Good news, if the verdict says that it is praise and the settings want to hear of it. */
LYT_MUST_USE lyt_status lyt_cases_praised(struct lyt_batch *batch, struct lyt_books *books,
                                          const lyt_slip *slip, lyt_str verdict, lyt_error *err);
LYT_MUST_USE lyt_status lyt_cases_tick(struct lyt_batch *batch, struct lyt_books *books,
                                       lyt_error *err);
/*
 * Whether a drill by a timetable has been going on for as long as it may: a tick ends it, and says
 * how it went (health event "drill").
 */
bool lyt_cases_has_drill_over(const lyt_cases *cases, lyt_store *store, int64_t now_us);
/* How grave the incident is now. */
int lyt_cases_severity(const lyt_cases *cases, int64_t incident);
/* A person could not be told: the next channel, or who is asked next. */
LYT_MUST_USE lyt_status lyt_cases_unsent(struct lyt_batch *batch, struct lyt_books *books,
                                         int64_t incident, lyt_str who, lyt_str channel,
                                         lyt_error *err);
void lyt_cases_mark(lyt_cases *cases);
void lyt_cases_rollback(lyt_cases *cases);

/* When lyt_cases_tick() has something to do next; INT64_MAX: never. */
int64_t lyt_cases_due(const lyt_cases *cases, int64_t now_us);

#endif
