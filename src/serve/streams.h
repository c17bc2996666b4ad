/*
 * lyt_streams: how many events each topic has had, so that whoever hears only some
 * topics sees from the numbers in the events that one is missing. Pure.
 *
 * Lifetime  lyt_streams_new() to lyt_streams_free().
 * Threads   one at a time (the ledger's).
 */
#ifndef LYT_STREAMS_H
#define LYT_STREAMS_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_streams lyt_streams;

LYT_MUST_USE lyt_status lyt_streams_new(lyt_streams **out, const lyt_alloc *alloc);
void lyt_streams_free(lyt_streams *streams);

/* As read from the store. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_streams_restore(lyt_streams *streams, lyt_str topic, int64_t n);

/* Events the topic has had; 0 for one that is new. */
int64_t lyt_streams_count(const lyt_streams *streams, lyt_str topic);

/* One more event, with that number. LYT_ENOMEM leaves it as it was. */
LYT_MUST_USE lyt_status lyt_streams_add(lyt_streams *streams, lyt_str topic, int64_t seq);

/* What was added to since the mark, each topic once; ends with the first failure of each(). */
LYT_MUST_USE lyt_status lyt_streams_changed(const lyt_streams *streams,
                                            lyt_status (*each)(void *user, lyt_str topic, int64_t n,
                                                               int64_t seq),
                                            void *user);

/* A mark, and back to it: for a transaction that could not be committed. */
void lyt_streams_mark(lyt_streams *streams);
void lyt_streams_rollback(lyt_streams *streams);

#endif
