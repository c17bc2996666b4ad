/*
 * lyt_clock: where time comes from.
 *
 * Units     microseconds. wall_us counts from 1970-01-01 UTC and may step;
 *           mono_us counts from anywhere and never goes back.
 * Threads   the system clock is safe for all threads.
 */
#ifndef LYT_CLOCK_H
#define LYT_CLOCK_H

#include <stdint.h>

#include "buf.h"

typedef struct lyt_clock {
    int64_t (*wall_us)(void *context);
    int64_t (*mono_us)(void *context);
    void *context;
} lyt_clock;

/* Static storage. */
const lyt_clock *lyt_clock_system(void);

int64_t lyt_clock_wall_us(const lyt_clock *clock);
int64_t lyt_clock_mono_us(const lyt_clock *clock);

/* Adds "2026-11-22T05:40:00.123456Z" (RFC 3339, UTC). Years 0 to 9999. */
void lyt_clock_format(lyt_buf *out, int64_t wall_us);

/*
 * Reads RFC 3339 with "Z" or an offset, fraction of up to 6 digits optional.
 * LYT_EFORMAT leaves out untouched.
 */
LYT_MUST_USE lyt_status lyt_clock_parse(int64_t *out, lyt_str text);

#endif
