/*
 * lyt_ratelimit: how much somebody may do: buckets that fill up with time, by a number that
 * stands for a token, a tag, a gateway or an address. A fixed table in memory: nothing of it is
 * ever written down, and an attacker with many addresses only pushes out older ones.
 *
 * Lifetime  plain struct, zeroed.
 * Threads   one at a time.
 */
#ifndef LYT_RATELIMIT_H
#define LYT_RATELIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum { lyt_ratelimit_rows = 4096 /* a power of two */ };

typedef struct lyt_ratelimit {
    double a_second, burst;
    struct {
        uint64_t key;
        int64_t at_us;
        double left;
    } rows[lyt_ratelimit_rows];
} lyt_ratelimit;

/* Takes one; false: there is none left, and *retry_ms (may be NULL) says when there is. */
bool lyt_ratelimit_take(lyt_ratelimit *limit, uint64_t key, int64_t now_us, int64_t *retry_ms);
/* Whether there would be one, without taking it. */
bool lyt_ratelimit_has(const lyt_ratelimit *limit, uint64_t key, int64_t now_us);

#endif
