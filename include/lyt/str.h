/*
 * lyt_str: a borrowed run of bytes. Passes by value, owns nothing, carries no
 * NUL, lives as long as what it points into. {NULL, 0} is the empty string.
 *
 * Units     bytes. Text is UTF-8 once it has passed the border (room text).
 * Threads   plain values.
 */
#ifndef LYT_STR_H
#define LYT_STR_H

#include <stdbool.h>
#include <stddef.h>

#include <lyt/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lyt_str {
    const char *ptr;
    size_t len;
} lyt_str;

/* A lyt_str of a string literal. */
#define LYT_STR(literal) ((lyt_str){"" literal, sizeof(literal) - 1})

/* For printf's "%.*s". */
#define LYT_STR_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""

/* A slice of a NUL-terminated string; NULL gives the empty one. */
LYT_API lyt_str lyt_str_of(const char *text);

LYT_API bool lyt_str_equal(lyt_str a, lyt_str b);

/* Byte order; a prefix sorts before what it begins. */
LYT_API int lyt_str_compare(lyt_str a, lyt_str b);

LYT_API bool lyt_str_begins(lyt_str s, lyt_str prefix);
LYT_API bool lyt_str_ends(lyt_str s, lyt_str suffix);
/* Whether part stands anywhere in s; the empty one does. */
LYT_API bool lyt_str_has(lyt_str s, lyt_str part);

/* The bytes from (inclusive) to (exclusive); both are cut to the string. */
LYT_API lyt_str lyt_str_slice(lyt_str s, size_t from, size_t to);

/* Without ASCII white space at either end. */
LYT_API lyt_str lyt_str_trim(lyt_str s);

/* Index of the first byte c at or after from, or s.len. */
LYT_API size_t lyt_str_find(lyt_str s, char c, size_t from);

#ifdef __cplusplus
}
#endif
#endif
