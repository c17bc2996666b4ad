/*
 * lyt_remark: what another thread has seen about the service, on its way to the ledger, which
 * alone writes. One at a time; the writer hears when the one before still waits.
 *
 * Threads   put: any one; take: the ledger's.
 */
#ifndef LYT_REMARK_H
#define LYT_REMARK_H

#include <stdatomic.h>

#include "batch.h"

/* LYT_EBUSY: the one before was not taken yet. Texts that are too long are cut. */
LYT_MUST_USE lyt_status lyt_remark_put(lyt_remark *remark, const char *what, const char *note);

/* Adds one that waits to the batch; without memory for it, it waits on. */
void lyt_remark_take(lyt_remark *remark, lyt_batch *batch);

#endif
