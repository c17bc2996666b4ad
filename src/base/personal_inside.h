/*
 * What the finders of lyt_personal share: each says where the thing that begins at `at` ends, or
 * returns `at` when there is none.
 *
 * Threads   pure functions.
 */
#ifndef LYT_PERSONAL_INSIDE_H
#define LYT_PERSONAL_INSIDE_H

#include <string.h>

#include "personal.h"

static inline bool lyt_personal_is_digit(lyt_str s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* A letter: of ASCII, or any byte of a character beyond it. */
static inline bool lyt_personal_is_letter(lyt_str s, size_t at)
{
    char c = at < s.len ? s.ptr[at] : ' ';

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ((unsigned char)c & 0x80);
}

static inline char lyt_personal_lower(lyt_str s, size_t at)
{
    char c = at < s.len ? s.ptr[at] : '\0';

    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* One of those; never the byte 0. */
static inline bool lyt_personal_is_in(lyt_str s, size_t at, const char *set)
{
    return at < s.len && s.ptr[at] && strchr(set, s.ptr[at]);
}

/* at: a digit, "+" or "(". *next: where to look on when it is none. */
size_t lyt_personal_number(lyt_str s, size_t at, lyt_personal_kind *kind, size_t *next);
size_t lyt_personal_mail(lyt_str s, size_t at);
/* http://…, www.…, bit.ly/x, hotel.dk, @anna */
size_t lyt_personal_link(lyt_str s, size_t at);

#endif
