/*
 * lyt_correction: what the ledger does with a correction of a feedback: it becomes an event,
 * from which teacher.h learns, now and after every restart.
 *
 * Threads   the ledger's.
 */
#ifndef LYT_CORRECTIONS_H
#define LYT_CORRECTIONS_H

#include "batch.h"

/* The item's outcome becomes LYT_ITEM_CORRECTED or LYT_ITEM_REFUSED. Other failures are the
 * store's. */
LYT_MUST_USE lyt_status lyt_correction_apply(lyt_batch *batch, lyt_books *books, lyt_item *item,
                                             lyt_error *err);

#endif
