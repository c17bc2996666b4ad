/*
 * lyt_utf8_char: whether what stands there is a character, for what is written without knowing
 * where it came from: log lines, and what errors say of files. Texts are checked by room text.
 *
 * Threads   a pure function.
 */
#ifndef LYT_UTF8CHAR_H
#define LYT_UTF8CHAR_H

#include <stddef.h>

/* How many bytes of a NUL-terminated text are one character of UTF-8, 1 to 4; 0: none is. */
size_t lyt_utf8_char(const char *text);

#endif
