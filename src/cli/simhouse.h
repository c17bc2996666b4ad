/*
 * lyt_simhouse: a house as the ledger of a service keeps it (serve/batch.h): messages, verdicts,
 * events, incidents, messages to guests and the outbox in one database, each order in a
 * transaction of its own; and the sender of the service (serve/outbox_send.h), which writes to
 * simulated receivers (simpost.h). Without threads, in a clock of its own, so that a week takes
 * seconds and the same seed makes the same week.
 *
 * The database is a file in a folder that is made for it and removed with it; nothing is flushed.
 *
 * Lifetime  lyt_simhouse_open() to lyt_simhouse_close(); what the options name outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_SIMHOUSE_H
#define LYT_SIMHOUSE_H

#include "batch.h"
#include "simpost.h"

typedef struct lyt_simhouse lyt_simhouse;

typedef struct lyt_simhouse_options {
    const lyt_settings *settings;
    const lyt_classifier *words; /* what is said to guests, and names; NULL: there are none */
    uint64_t pack;               /* the judge's version */
    uint64_t seed;
    int64_t from_us;
    /* each fact, when its transaction is done; anything but LYT_OK ends what is going on */
    lyt_status (*on_fact)(void *context, const lyt_fact *fact);
    /* a row of the outbox has reached its receiver, for the first time */
    lyt_status (*on_arrived)(void *context, const lyt_outbox_row *row);
    void *context;
} lyt_simhouse_options;

LYT_MUST_USE lyt_status lyt_simhouse_open(lyt_simhouse **out, const lyt_simhouse_options *options,
                                          lyt_error *err);
/* NULL is accepted. */
void lyt_simhouse_close(lyt_simhouse *house);

/* The clock on the wall; it never goes back. */
void lyt_simhouse_set_clock(lyt_simhouse *house, int64_t now_us);

const lyt_care *lyt_simhouse_care(const lyt_simhouse *house);
const lyt_simpost *lyt_simhouse_post(const lyt_simhouse *house);
lyt_store *lyt_simhouse_store(const lyt_simhouse *house);

/*
 * One order, as it comes to the submit socket. reply may be NULL; is_done: it was not refused.
 * Failures are those of the house itself.
 */
LYT_MUST_USE lyt_status lyt_simhouse_order(lyt_simhouse *house, lyt_str json,
                                           lyt_care_reply *reply, bool *is_done, lyt_error *err);
/* A message and what a worker says of it. */
LYT_MUST_USE lyt_status lyt_simhouse_say(lyt_simhouse *house, lyt_str json,
                                         const lyt_judgement *judgement, lyt_error *err);

/* When lyt_simhouse_go() has something to do next; INT64_MAX: never. */
int64_t lyt_simhouse_due(const lyt_simhouse *house);
/* All that is due now: clocks, ladders, what goes out and what comes of it. */
LYT_MUST_USE lyt_status lyt_simhouse_go(lyt_simhouse *house, lyt_error *err);

/* Where that guest can be written to, sealed; false: guests are not written to. */
bool lyt_simhouse_seal(const lyt_simhouse *house, const char *guest, const char *address,
                       char out[lyt_contact_sealed_bytes]);

/* What stands in the outbox, and what became of it. */
typedef struct lyt_simhouse_outbox {
    int64_t made;
    int64_t states[LYT_OUTBOX_STATE_COUNT]; /* now */
    int64_t attempts, tried_again;          /* beyond the first of a row */
    int64_t died;                           /* reports; some were put right by hand */
    int64_t not_arrived;                    /* sent, and no receiver has it; must be 0 */
    int64_t out_of_order;                   /* of one lane a later one arrived first; must be 0 */
} lyt_simhouse_outbox;
LYT_MUST_USE lyt_status lyt_simhouse_count_outbox(lyt_simhouse_outbox *out,
                                                  const lyt_simhouse *house, lyt_error *err);

/* Whether the facts in the database alone make the same book. */
LYT_MUST_USE lyt_status lyt_simhouse_rebuild(bool *same, const lyt_simhouse *house,
                                             lyt_error *err);

#endif
