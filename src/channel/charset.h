/*
 * lyt_charset: bytes of the outside world into UTF-8. What cannot be read becomes U+FFFD, so
 * that one bad byte does not cost the rest of a guest's message.
 *
 * Threads   pure functions.
 */
#ifndef LYT_CHARSET_H
#define LYT_CHARSET_H

#include "buf.h"

typedef enum lyt_charset {
    LYT_CHARSET_UTF8,
    LYT_CHARSET_WINDOWS_1252, /* ISO 8859-1 and ASCII are read as this, as every mail client does */
    LYT_CHARSET_LATIN9,       /* ISO 8859-15 */
    LYT_CHARSET_UTF16_LE,
    LYT_CHARSET_UTF16_BE,
} lyt_charset;

/* By its name in mail and HTTP ("iso-8859-1", any case); false when we cannot read it. */
bool lyt_charset_find(lyt_charset *out, lyt_str name);

/*
 * What a file without a label is: by its byte order mark, by NULs in every second place, UTF-8
 * when it is valid, else Windows-1252. *mark_bytes: how long its mark is, 0 without one.
 */
lyt_charset lyt_charset_guess(lyt_str bytes, size_t *mark_bytes);

/* Adds the text as valid UTF-8 without NUL (NUL becomes U+FFFD, too). */
void lyt_charset_decode(lyt_buf *out, lyt_str bytes, lyt_charset charset);

/* Adds one code point; surrogates, NUL and what is beyond U+10FFFF as U+FFFD. */
void lyt_charset_put(lyt_buf *out, uint32_t code_point);

#endif
