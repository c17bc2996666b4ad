/*
 * lyt_csvout: writes comma-separated values (RFC 4180), a row at a time: CRLF behind each row,
 * quotes where a text needs them. A text that a spreadsheet would take for a formula (it begins
 * with = + - @, a tab or a carriage return) gets an apostrophe in front: what a guest wrote must
 * not be calculated on the manager's machine.
 *
 *   lyt_csvout_text(&csv, name); lyt_csvout_number(&csv, 0.5, 4); lyt_csvout_end(&csv);
 *
 * Threads   one at a time. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_CSVOUT_H
#define LYT_CSVOUT_H

#include "buf.h"

typedef struct lyt_csvout {
    lyt_buf *out;
    bool has_field; /* in this row */
} lyt_csvout;

void lyt_csvout_init(lyt_csvout *csv, lyt_buf *out);
void lyt_csvout_text(lyt_csvout *csv, lyt_str text);
/* At most `decimals` decimals, "." whatever the language; what is not a number is empty. */
void lyt_csvout_number(lyt_csvout *csv, double value, int decimals);
void lyt_csvout_end(lyt_csvout *csv);

#endif
