/*
 * lyt_csv: tables as spreadsheets write them (RFC 4180): fields in quotes may hold separators,
 * line ends and doubled quotes; the separator is a comma, a semicolon or a tab.
 *
 * Lifetime  lyt_csv_init() to lyt_csv_deinit(), in the caller's storage; the text is borrowed
 *           until then. A row lives until the next one.
 * Threads   one at a time.
 * Units     lines count from 1 as an editor shows them, columns in characters from 1.
 */
#ifndef LYT_CSV_H
#define LYT_CSV_H

#include "buf.h"

enum { lyt_csv_fields_max = 512 };

typedef struct lyt_csv_field {
    lyt_str text; /* without its quotes */
    uint32_t line, column;
} lyt_csv_field;

typedef struct lyt_csv {
    lyt_str text;
    size_t at;
    char separator;
    uint32_t line, column;
    lyt_buf row; /* the fields' bytes; fields point into it once the row is whole */
    lyt_csv_field *fields;
    size_t n_fields;
    const lyt_alloc *alloc;
} lyt_csv;

/*
 * text must be UTF-8 without a mark. separator 0: the one of ; , and tab that parts the first
 * records alike. LYT_ENOMEM: deinit it all the same.
 */
LYT_MUST_USE lyt_status lyt_csv_init(lyt_csv *csv, lyt_str text, char separator,
                                     const lyt_alloc *alloc);
void lyt_csv_deinit(lyt_csv *csv);

/*
 * The next row into csv->fields; rows without any text are passed over. LYT_EEND: no more.
 * LYT_EFORMAT: text behind a closing quote; LYT_ELIMIT: too many fields; err has line and
 * column, and the next call goes on with the next line. LYT_EFORMAT for a quote that is never
 * closed: err points at where it opens, and the next call says LYT_EEND. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_csv_next(lyt_csv *csv, lyt_error *err);

#endif
