/*
 * lyt_cursor: how far one named subscriber has come: what was given to it and not
 * acknowledged, when each is due again, and up to where all is done. Pure: time is
 * an argument, nothing is sent from here.
 *
 * 1. Pending events ascend by number. Those below the floor were dead letters that are tried again.
 * 2. The floor is the highest number up to which every wanted event is done (acknowledged or
 *    buried); it never goes back.
 * 3. At most `credit` events are with the subscriber, and no more than bytes_max of them beyond the
 *    first. What it had over a connection that was lost, and dead letters that were raised, wait
 *    for credit like new ones, and go before them.
 * 4. An event whose wait is over goes out again, each time after twice the wait; one that has
 *    gone out `most` times is spent and becomes a dead letter.
 * 5. When a connection is lost everything it had is due at once, and only the oldest counts the
 *    delivery: who works in order was busy with that one.
 *
 * Lifetime  lyt_cursor_new() to lyt_cursor_free().
 * Threads   one at a time.
 * Units     microseconds on a monotonic clock, but wait_ms.
 */
#ifndef LYT_CURSOR_H
#define LYT_CURSOR_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_cursor lyt_cursor;

typedef struct lyt_cursor_limits {
    int64_t credit;    /* 1 to lyt_cursor_credit_max */
    int64_t wait_ms;   /* for an acknowledgement, the first time */
    int64_t most;      /* deliveries of one event */
    int64_t bytes_max; /* that may be out */
} lyt_cursor_limits;

enum { lyt_cursor_credit_max = 10000, lyt_cursor_most_max = 100 };

LYT_MUST_USE lyt_status lyt_cursor_new(lyt_cursor **out, const lyt_alloc *alloc, int64_t floor,
                                       const lyt_cursor_limits *limits);
void lyt_cursor_free(lyt_cursor *cursor);
void lyt_cursor_limit(lyt_cursor *cursor, const lyt_cursor_limits *limits);

int64_t lyt_cursor_floor(const lyt_cursor *cursor);
/* Events after this one were not looked at yet. */
int64_t lyt_cursor_seen(const lyt_cursor *cursor);
/* Given or raised, and not acknowledged. */
size_t lyt_cursor_out(const lyt_cursor *cursor);
/* How many new events may go out now. */
size_t lyt_cursor_room(const lyt_cursor *cursor);

/* An event that is not wanted. */
void lyt_cursor_pass(lyt_cursor *cursor, int64_t seq);
/* A wanted one goes out for the first time. LYT_ENOMEM leaves the cursor as it was. */
LYT_MUST_USE lyt_status lyt_cursor_give(lyt_cursor *cursor, int64_t seq, size_t size_bytes,
                                        int64_t now_us);
/* A dead letter is tried again: due at once, if there is credit. LYT_EEXISTS: it is out already. */
LYT_MUST_USE lyt_status lyt_cursor_raise(lyt_cursor *cursor, int64_t seq, int64_t now_us);

/* LYT_ENOTFOUND: it is not out. was_raised (may be NULL): it was a dead letter. */
LYT_MUST_USE lyt_status lyt_cursor_done(lyt_cursor *cursor, int64_t seq, bool *was_raised);
/* The subscriber cannot deal with it now: due again after delay_ms, below 0 for the usual. */
LYT_MUST_USE lyt_status lyt_cursor_put_off(lyt_cursor *cursor, int64_t seq, int64_t delay_ms,
                                           int64_t now_us);
void lyt_cursor_lose(lyt_cursor *cursor, int64_t now_us);

typedef struct lyt_cursor_due {
    int64_t seq, deliveries; /* so far */
    bool is_spent;           /* not to be given again: bury it */
} lyt_cursor_due;

/* The lowest event that is due and has credit, or is spent; false when there is none. */
bool lyt_cursor_find_due(const lyt_cursor *cursor, int64_t now_us, lyt_cursor_due *due);
/* It goes out again. */
void lyt_cursor_again(lyt_cursor *cursor, int64_t seq, size_t size_bytes, int64_t now_us);
/* When the next one is due; INT64_MAX when none is out, or nothing but what waits for credit. */
int64_t lyt_cursor_wake_us(const lyt_cursor *cursor);

#endif
