/*
 * lyt_utf8: the border. Bytes from outside are checked here once; behind it
 * all text is valid UTF-8 without NUL.
 *
 * Units     offsets are bytes from 0.
 * Threads   pure functions.
 */
#ifndef LYT_UTF8_H
#define LYT_UTF8_H

#include <stdint.h>

#include <lyt/str.h>

/*
 * LYT_OK, or LYT_EFORMAT with *bad (may be NULL) at the first byte that is not
 * UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF) or is NUL.
 */
LYT_MUST_USE lyt_status lyt_utf8_check(lyt_str bytes, size_t *bad);

/* The code point at *at of valid UTF-8, stepping *at over it. *at < s.len. */
static inline uint32_t lyt_utf8_next(lyt_str s, size_t *at);

/* Writes a code point as 1 to 4 bytes; returns how many. */
size_t lyt_utf8_put(char out[4], uint32_t code_point);

uint32_t lyt_utf8_next_long(lyt_str s, size_t *at);

static inline uint32_t lyt_utf8_next(lyt_str s, size_t *at)
{
    const unsigned char c = (unsigned char)s.ptr[*at];

    if (c >= 0x80)
        return lyt_utf8_next_long(s, at);
    *at += 1;
    return c;
}

#endif
