/*
 * lyt_housekeep: what the ledger does for a house with settings between its transactions: takes
 * over settings that are new, holds drills by the timetable, and sums up what happened for the next
 * start.
 *
 * Threads   the ledger's. Plain; begin with {.core = …, .log = …}, borrowed.
 */
#ifndef LYT_HOUSEKEEP_H
#define LYT_HOUSEKEEP_H

#include "batch.h"

typedef struct lyt_housekeep {
    lyt_core *core;
    const lyt_log *log;
    const lyt_settings *refused; /* settings that could not be used, and it was said */
    int64_t save_us;             /* monotonic: not to be saved before */
    int64_t drill_us;            /* monotonic: not to be looked at before */
} lyt_housekeep;

/* Outside of a transaction, with an empty batch. True: it has something now that everybody may
 * know. */
bool lyt_housekeep_settle(lyt_housekeep *house, lyt_books *books, lyt_batch *batch);

/* The messages of drills that are due go into the batch, digests of shifts, and a tick where a drill
 * is to end. */
void lyt_housekeep_drills(lyt_housekeep *house, lyt_books *books, lyt_batch *batch);

/* Outside of a transaction. must: also when few facts are not in the sum. */
void lyt_housekeep_save(lyt_housekeep *house, lyt_books *books, bool must);

#endif
