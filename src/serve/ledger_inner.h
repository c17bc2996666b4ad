/* What the files of the ledger share. Private to the room. */
#ifndef LYT_LEDGER_INNER_H
#define LYT_LEDGER_INNER_H

#include "ahead.h"
#include "batch.h"
#include "clockstep.h"
#include "housekeep.h"
#include "pulse.h"
#include "upkeep.h"

typedef struct lyt_ledger {
    lyt_core *core;
    lyt_log log;
    lyt_sock *intake, *urgent, *dispatch, *publisher, *replayer, *outbox;
    lyt_frames *frames;
    lyt_books books;
    lyt_batch batch;
    lyt_buf out, slip;
    bool is_bad;      /* the last commit failed */
    bool is_stopping; /* what is left is finished */
    lyt_pulse pulse;
    lyt_upkeep upkeep;
    lyt_clockstep clockstep;
    lyt_ahead ahead;
    int64_t job;      /* the number of the last work handed out: its own, no message's */
    int64_t n_restored; /* keys, at the start */
    int64_t n_unsent; /* accepted, and there was no memory to hand them to dispatch */
    int64_t retry_us;
    lyt_housekeep house;
    lyt_error *err;
} lyt_ledger;

static inline int64_t lyt_ledger_mono_us(const lyt_ledger *l)
{
    return lyt_clock_mono_us(l->core->options.clock);
}

/* ledger_out.c: what leaves the ledger */

/* ahead: the number of the transaction that is not committed yet, or 0. */
bool lyt_ledger_send_work(lyt_ledger *l, const lyt_feedback *feedback, bool urgent, uint64_t ahead);
void lyt_ledger_answer(lyt_ledger *l, const lyt_item *item, bool committed);
/* Everything that a transaction has to say, once it is committed. */
void lyt_ledger_let_out(lyt_ledger *l);
/*
 * Called by lyt_batch_apply() when all is applied and nothing is committed: hands out what
 * workers are to see, and waits a moment for what they say.
 */
void lyt_ledger_run_ahead(void *ledger);

/* ledger.c: each takes what waits at a socket, intake's and dispatch's; false: nothing did. */
bool lyt_ledger_take_order(lyt_ledger *l, lyt_sock *from);
bool lyt_ledger_take_verdict(lyt_ledger *l);

#endif
