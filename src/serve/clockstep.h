/*
 * lyt_clockstep: sees when the clock on the wall was set: between two looks it and the
 * monotonic clock must have gone on alike. Half a minute is nothing; what puts a clock right
 * bit by bit is never seen.
 *
 * Lifetime  plain; begin with zeroes.
 * Threads   one at a time.
 */
#ifndef LYT_CLOCKSTEP_H
#define LYT_CLOCKSTEP_H

#include "buf.h"
#include "clock.h"

typedef struct lyt_clockstep {
    bool has_begun;
    int64_t wall_us, mono_us; /* of the last look */
} lyt_clockstep;

/*
 * By how much the clock was set since the last look; 0: it was not. speed: how many times as
 * fast as the monotonic clock it goes, at least 1.
 */
int64_t lyt_clockstep_look(lyt_clockstep *step, const lyt_clock *clock, int64_t speed);

/* For people: "3600 s back". */
void lyt_clockstep_say(lyt_buf *out, int64_t by_us);

#endif
