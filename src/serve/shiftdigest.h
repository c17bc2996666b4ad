/*
 * Digests of shifts (incident/digest.h) as the ledger sends them: once for each time of the
 * settings, in one transaction with the mark that says so, so that neither a restart nor a second
 * look doubles one. One that was due while nothing ran goes when something does, if that is within
 * lyt_digest_late_us; of several only the last. A rule that is new begins with its next time.
 *
 * Threads   the ledger's.
 * Errors    as in store.h.
 */
#ifndef LYT_SHIFTDIGEST_H
#define LYT_SHIFTDIGEST_H

#include "batch.h"

/* Whoever takes over has looked by then. */
static const int64_t lyt_digest_late_us = (int64_t)4 * 3600 * 1000000;

/* Adds those that are due now. */
void lyt_shiftdigest_look(lyt_books *books, lyt_batch *batch);

/* Part of lyt_batch_apply(). */
LYT_MUST_USE lyt_status lyt_shiftdigest_apply(lyt_batch *batch, lyt_books *books, lyt_str rule,
                                              lyt_error *err);

#endif
