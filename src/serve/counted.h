/*
 * lyt_counted: how many rows there are. Counting looks at all of them: what took over 100 ms
 * is taken again for twenty times as long, so that whoever asks every second holds up nobody.
 *
 * Lifetime  plain; begin with zeroes.
 * Threads   one at a time.
 */
#ifndef LYT_COUNTED_H
#define LYT_COUNTED_H

#include "clock.h"
#include "store.h"

typedef struct lyt_counted {
    lyt_store_counts counts;
    int64_t at_us, took_us; /* monotonic */
    bool is_known;
} lyt_counted;

/* counted NULL: they are counted anew. last_seq is always that of now. As lyt_store_count(). */
LYT_MUST_USE lyt_status lyt_counted_get(lyt_counted *counted, lyt_store *store,
                                        const lyt_clock *clock, lyt_store_counts *out,
                                        lyt_error *err);

#endif
