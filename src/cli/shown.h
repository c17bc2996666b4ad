/*
 * lyt_shown: numbers and guests' words as people read them on a terminal.
 * Failures are the buffer's.
 */
#ifndef LYT_SHOWN_H
#define LYT_SHOWN_H

#include "console.h"

/* Exactly `decimals` (0 to 6) decimals, "." whatever the locale; NaN is "-". */
void lyt_shown_fixed(lyt_buf *out, double value, int decimals);
/* The same with a sign, in at least `width` characters. */
void lyt_shown_signed(lyt_buf *out, double value, int decimals, int width);

/*
 * Valid UTF-8 in quotes; what would move the cursor, ring or colour is a space, so
 * that a guest cannot write on the terminal of whoever reads. Coloured on a terminal.
 */
void lyt_shown_words(const lyt_console *console, lyt_buf *out, lyt_str words);

/*
 * What stands in the results in the place of a message that could not be worked on, without a
 * line's end: "error: …", or {"error":"…"}.
 */
void lyt_shown_error(lyt_buf *out, bool json, const lyt_error *err);

/* What a command counted, the sum of all first: "7 rows: 5 accepted, 2 refused", or JSON. */
typedef struct lyt_shown_count {
    const char *key, *words;
    uint64_t n;
} lyt_shown_count;
void lyt_shown_counts(lyt_buf *out, bool json, const lyt_shown_count *counts, size_t n);

/* Text in a column of so many characters; what is longer is not cut. */
void lyt_shown_cell(lyt_buf *out, lyt_str text, size_t width);

/* 1,048,576 bytes are "1.0 MiB". */
void lyt_shown_size(lyt_buf *out, size_t size_bytes);

#endif
