/*
 * lyt_csv: writes comma-separated values (RFC 4180), a row at a time: CRLF behind each row,
 * quotes where a text needs them. A text that a spreadsheet would take for a formula (it begins
 * with = + - @, a tab or a carriage return) gets an apostrophe in front: what a guest wrote must
 * not be calculated on the manager's machine.
 *
 *   lyt_csv_text(&csv, name); lyt_csv_number(&csv, 0.5, 4); lyt_csv_end(&csv);
 *
 * Threads   one at a time. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_CSV_H
#define LYT_CSV_H

#include "buf.h"

typedef struct lyt_csv {
    lyt_buf *out;
    bool has_field; /* in this row */
} lyt_csv;

void lyt_csv_init(lyt_csv *csv, lyt_buf *out);
void lyt_csv_text(lyt_csv *csv, lyt_str text);
/* At most `decimals` decimals, "." whatever the language; what is not a number is empty. */
void lyt_csv_number(lyt_csv *csv, double value, int decimals);
void lyt_csv_end(lyt_csv *csv);

#endif
