/*
 * lyt_quickclock: a wall clock that runs faster from where it was begun; what only goes on
 * (monotonic) is as ever.
 *
 * Lifetime  plain; lyt_quickclock_init(), nothing to free. It must stay where it is.
 * Threads   any may read.
 */
#ifndef LYT_QUICKCLOCK_H
#define LYT_QUICKCLOCK_H

#include "clock.h"

typedef struct lyt_quickclock {
    lyt_clock clock; /* to be read */
    int64_t speed, wall_us, mono_us;
} lyt_quickclock;

void lyt_quickclock_init(lyt_quickclock *quick, int64_t speed);

#endif
