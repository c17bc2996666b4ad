/*
 * lyt_replica: the house's incidents as the replayer sees them: what the ledger committed,
 * followed fact by fact, so that questions are answered without asking the ledger.
 *
 * Lifetime  lyt_replica_new() to lyt_replica_free(); settings are borrowed.
 * Threads   one at a time; reads with the caller's store handle.
 */
#ifndef LYT_REPLICA_H
#define LYT_REPLICA_H

#include "care.h"
#include "recovery.h"
#include "store_guest.h"

typedef struct lyt_replica lyt_replica;

LYT_MUST_USE lyt_status lyt_replica_new(lyt_replica **out, const lyt_alloc *alloc,
                                        const lyt_settings *settings);
/* NULL is accepted. */
void lyt_replica_free(lyt_replica *replica);

/* Up to what is committed now. */
LYT_MUST_USE lyt_status lyt_replica_sync(lyt_replica *replica, lyt_store *store, lyt_error *err);

/* Borrowed until the next sync. */
const lyt_book *lyt_replica_book(const lyt_replica *replica);
const lyt_settings *lyt_replica_settings(const lyt_replica *replica);
/* From now on with others. */
void lyt_replica_resettle(lyt_replica *replica, const lyt_settings *settings);
size_t lyt_replica_findings(const lyt_replica *replica);
const lyt_finding_row *lyt_replica_finding(const lyt_replica *replica, size_t index);

#endif
