/*
 * lyt_upkeep: what the ledger does beside its work: lets go of what is too old, once a day,
 * and keeps the log of what was written (WAL) short. A little at a time, and never more
 * than a fifth of the time: nobody waits for it.
 *
 * Lifetime  plain; lyt_upkeep_init(), nothing to free.
 * Threads   the ledger's.
 */
#ifndef LYT_UPKEEP_H
#define LYT_UPKEEP_H

#include "core.h"
#include "store_keep.h"

typedef struct lyt_upkeep {
    const lyt_core *core;
    lyt_store *store;
    const lyt_log *log;
    char wal[4096];
    const lyt_stock *stock; /* whose settings say how long addresses are kept; NULL: none has */
    lyt_keep_rules rules;
    lyt_keep_run run;
    bool has_rules, is_running, has_failed;
    int64_t last_us;          /* wall clock: when the last run was over */
    int64_t step_us, look_us; /* monotonic: the next step, the next look at the log */
    int64_t contacts_us;      /* the next look at addresses of guests */
} lyt_upkeep;

/* Everything is borrowed. As lyt_store_keep_time() fails. */
LYT_MUST_USE lyt_status lyt_upkeep_init(lyt_upkeep *upkeep, const lyt_core *core, lyt_store *store,
                                        const lyt_log *log, lyt_error *err);

/*
 * What counts from now on. A run by rules that are others now is given up, and the next one, a day
 * after the last, goes by these. The one before is not looked at.
 */
void lyt_upkeep_use(lyt_upkeep *upkeep, const lyt_stock *stock);

/*
 * Outside of a transaction; returns at once when there is nothing to do. True: a run ended that let
 * go of something about incidents or guests.
 */
bool lyt_upkeep_step(lyt_upkeep *upkeep);

/* How long it wants to wait at most until the next step. */
int64_t lyt_upkeep_wait_ms(const lyt_upkeep *upkeep, int64_t max_ms);

#endif
