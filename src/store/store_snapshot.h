/*
 * The sum of the facts up to one of them, so that a start need not read them all. Part of
 * lyt_store (store.h), whose rules and errors hold here, too. It is one row, put in a transaction
 * of its own, and may always be missing: whatever changes a fact that is in it (retention,
 * erasure) deletes it in the same transaction, since it has the same words.
 */
#ifndef LYT_STORE_SNAPSHOT_H
#define LYT_STORE_SNAPSHOT_H

#include "buf.h"
#include "store.h"

/* Outside of a transaction. fact: the number of the last that is in it. */
LYT_MUST_USE lyt_status lyt_store_put_snapshot(lyt_store *store, int64_t fact, lyt_str bytes,
                                               int64_t now_us, lyt_error *err);
/* bytes: added to. LYT_ENOTFOUND: there is none. */
LYT_MUST_USE lyt_status lyt_store_get_snapshot(lyt_store *store, int64_t *fact, lyt_buf *bytes,
                                               lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_drop_snapshot(lyt_store *store, lyt_error *err);

/*
 * How often facts that stood were changed. Whoever holds what they added up to before must not put
 * that into the store: what went would come back.
 */
LYT_MUST_USE lyt_status lyt_store_facts_changed(lyt_store *store, int64_t *n, lyt_error *err);
/* The number of the last fact; 0: there is none. */
LYT_MUST_USE lyt_status lyt_store_last_fact(lyt_store *store, int64_t *fact, lyt_error *err);
/* Facts of what triggers found or withdrew, up to that number. LYT_EEND ends it. */
LYT_MUST_USE lyt_status lyt_store_each_found(lyt_store *store, int64_t until, lyt_fact_fn each,
                                             void *user, lyt_error *err);

#endif
