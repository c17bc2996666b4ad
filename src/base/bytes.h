/*
 * Short runs of bytes, read and compared without a call: the words of a message.
 *
 * Threads   pure functions.
 */
#ifndef LYT_BYTES_H
#define LYT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The same bytes? Neither is read beyond n. */
static inline bool lyt_bytes_equal(const char *a, const char *b, size_t n)
{
    uint64_t x, y, differ = 0;
    uint32_t p, q, r, s;

    if (n >= 8) {
        for (size_t at = 0; at + 8 < n; at += 8) {
            memcpy(&x, a + at, 8);
            memcpy(&y, b + at, 8);
            differ |= x ^ y;
        }
        memcpy(&x, a + n - 8, 8);
        memcpy(&y, b + n - 8, 8);
        return (differ | (x ^ y)) == 0;
    }
    if (n >= 4) {
        memcpy(&p, a, 4);
        memcpy(&q, b, 4);
        memcpy(&r, a + n - 4, 4);
        memcpy(&s, b + n - 4, 4);
        return ((p ^ q) | (r ^ s)) == 0;
    }
    return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

#endif
