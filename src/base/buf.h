/*
 * lyt_buf: bytes that grow. Keeps its first failure, so that a whole text can
 * be written and the outcome tested once at the end with lyt_buf_status().
 *
 * Lifetime  lyt_buf_init() to lyt_buf_deinit(), in the caller's storage.
 * Threads   one at a time.
 * Units     bytes. `data` always has a NUL after `len` once it is not NULL.
 */
#ifndef LYT_BUF_H
#define LYT_BUF_H

#include <stdarg.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t limit; /* most bytes it may hold, 0 for no limit; set it after init */
    const lyt_alloc *alloc;
    lyt_status status;
} lyt_buf;

/* alloc NULL for the system's; borrowed until deinit. Cannot fail. */
void lyt_buf_init(lyt_buf *buf, const lyt_alloc *alloc);
void lyt_buf_deinit(lyt_buf *buf);

/* Empties it and forgets a failure; keeps the memory. */
void lyt_buf_reset(lyt_buf *buf);

/* LYT_OK, or the first failure: LYT_ENOMEM or LYT_ELIMIT. */
LYT_MUST_USE lyt_status lyt_buf_status(const lyt_buf *buf);

/* Room for n more bytes at data + len, or NULL; add to len what was written. */
char *lyt_buf_reserve(lyt_buf *buf, size_t n);

void lyt_buf_add(lyt_buf *buf, lyt_str s);
void lyt_buf_add_text(lyt_buf *buf, const char *text);
void lyt_buf_add_char(lyt_buf *buf, char c);
void lyt_buf_add_int(lyt_buf *buf, int64_t value);

/*
 * A number with at most `decimals` (0 to 9) decimals, trailing zeros dropped,
 * "." whatever the locale. NaN and infinity are written as null.
 */
void lyt_buf_add_real(lyt_buf *buf, double value, int decimals);

/* printf; not for numbers with a decimal point (the locale would show). */
void lyt_buf_addf(lyt_buf *buf, const char *format, ...) LYT_PRINTF(2, 3);
void lyt_buf_addv(lyt_buf *buf, const char *format, va_list args) LYT_PRINTF(2, 0);

/* Borrowed, until the next change. */
lyt_str lyt_buf_str(const lyt_buf *buf);

/* The bytes, NUL-terminated, owned by the caller (free with lyt_mem_free); NULL after a failure. */
char *lyt_buf_take(lyt_buf *buf);

#endif
