/*
 * lyt_utf8_seq: how long the UTF-8 character at a place is, for who writes bytes that nobody has
 * checked (what a parser quotes of bad input). Whole texts are checked at the border (text/utf8.h).
 *
 * Threads   pure.
 */
#ifndef LYT_UTF8SEQ_H
#define LYT_UTF8SEQ_H

#include <lyt/str.h>

/* 1 to 4 bytes; 0: there is none (overlong, a surrogate, cut off, beyond U+10FFFF). at < s.len. */
static inline size_t lyt_utf8_seq(lyt_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    unsigned char low = 0x80, high = 0xBF;

    if (n < 2)
        return n;
    if (p[0] > 0xF4 || n > s.len - at)
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

#endif
