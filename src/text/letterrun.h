/*
 * lyt_letter_run: how many plain letters, A to Z and a to z, stand in a row. Eight bytes are looked
 * at together, so it stops short of the end of the text, or of the run, by up to seven letters
 * when fewer bytes than eight are left: who asks goes on letter by letter.
 *
 * Threads   a pure function.
 */
#ifndef LYT_LETTERRUN_H
#define LYT_LETTERRUN_H

#include <stdint.h>
#include <string.h>

#include <lyt/str.h>

typedef struct lyt_letter_run {
    size_t n, uppers;
    bool capital; /* the first is one */
} lyt_letter_run;

/* The high bit of each byte that is a letter. */
static inline uint64_t lyt_letter_bits(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    const uint64_t small = (bytes | 0x20 * ones) & ~high;

    return (small + (0x80 - 'a') * ones) & ~(small + (0x7F - 'z') * ones) & ~bytes & high;
}

/* Bytes by their value, the first in the text lowest. */
static inline uint64_t lyt_letter_eight(const char *at)
{
    uint64_t bytes;

    memcpy(&bytes, at, sizeof bytes);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

static inline lyt_letter_run lyt_letter_run_at(lyt_str s, size_t at)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    lyt_letter_run run = {0, 0, false};

    for (; at + 8 <= s.len; at += 8) {
        const uint64_t bytes = lyt_letter_eight(s.ptr + at);
        const uint64_t others = lyt_letter_bits(bytes) ^ high;
        uint64_t seen = ~(uint64_t)0, uppers;
        size_t n = 8;

        if (others) {
            /* the lowest byte that is none */
            const unsigned bit = (unsigned)__builtin_ctzll(others) - 7;

            n = bit / 8;
            seen = ((uint64_t)1 << bit) - 1;
        }
        uppers = ~bytes & seen & 0x20 * ones;
        run.capital |= run.n == 0 && (uppers & 0xFF);
        run.uppers += (size_t)((uppers >> 5) * ones >> 56);
        run.n += n;
        if (n < 8)
            break;
    }
    return run;
}

#endif
