/*
 * What strangers send, made fit to be kept: valid UTF-8 without NUL or control characters.
 *
 * Threads   pure functions.
 */
#ifndef LYT_CLEANTEXT_H
#define LYT_CLEANTEXT_H

#include "arena.h"

/*
 * A copy in the arena, NUL-terminated: U+FFFD for each byte that is no UTF-8, a blank for each
 * control character but line feed, carriage return and tab, NULs left out; cut before the
 * character that would go beyond max_bytes (*cut, may be NULL). {NULL, 0}: no memory.
 */
lyt_str lyt_clean_text(lyt_str text, size_t max_bytes, bool *cut, lyt_arena *arena);

/* Bytes of the character at `at` (below text.len), 0 when it is no UTF-8. code may be NULL. */
size_t lyt_clean_char(lyt_str text, size_t at, uint32_t *code);

/* Writes the character, at most 4 bytes; returns how many. */
size_t lyt_clean_put(char *out, uint32_t code);

#endif
