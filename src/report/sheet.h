/*
 * lyt_sheet: a table of figures, filled once and written as text, HTML, JSON and CSV, so
 * that all four say the same.
 *
 * JSON and CSV have the figures themselves: shares from 0 to 1, times in minutes, amounts in
 * whole units of the currency. Text and HTML show them as people read them. What there is no
 * figure for is "–" there, null in JSON, and empty in CSV.
 *
 * Lifetime  lyt_sheet_init() to lyt_sheet_deinit(); columns and titles are borrowed.
 * Threads   one at a time.
 */
#ifndef LYT_SHEET_H
#define LYT_SHEET_H

#include "json.h"
#include "markup.h"

typedef enum lyt_column_kind {
    LYT_COLUMN_TEXT,
    LYT_COLUMN_COUNT,
    LYT_COLUMN_REAL, /* three decimals */
    LYT_COLUMN_SHARE,
    LYT_COLUMN_MINUTES,
    LYT_COLUMN_MONEY,
} lyt_column_kind;

typedef struct lyt_column {
    const char *key; /* in JSON and CSV */
    lyt_bi title;
    lyt_column_kind kind;
} lyt_column;

typedef struct lyt_cell {
    double value;     /* NaN: none */
    size_t from, len; /* of a text, in texts */
} lyt_cell;

typedef struct lyt_sheet {
    const char *key; /* in JSON, and as an anchor in HTML: small letters and "-" */
    lyt_bi title;
    lyt_bi note; /* under it; {NULL, NULL} for none */
    const lyt_column *columns;
    size_t n_columns;
    lyt_buf texts;
    lyt_cell *cells;
    size_t n_cells, cap_cells;
    lyt_status status; /* the first failure: LYT_ENOMEM */
} lyt_sheet;

/* Cannot fail. */
void lyt_sheet_init(lyt_sheet *sheet, const lyt_alloc *alloc, const char *key, lyt_bi title,
                    const lyt_column *columns, size_t n_columns);
void lyt_sheet_deinit(lyt_sheet *sheet);

/* The next cell, from left to right, row by row; of the kind that the column is. */
void lyt_sheet_add_text(lyt_sheet *sheet, lyt_str text);
/* What somebody wrote: without numbers and addresses of people (personal.h), for it leaves the house. */
void lyt_sheet_add_words(lyt_sheet *sheet, lyt_str text);
void lyt_sheet_add(lyt_sheet *sheet, double value);
/* Nothing, in that many cells. */
void lyt_sheet_add_none(lyt_sheet *sheet, size_t n);

size_t lyt_sheet_rows(const lyt_sheet *sheet);
/* NaN for a text. Borrowed until the next cell is added. */
double lyt_sheet_value(const lyt_sheet *sheet, size_t row, size_t column);
lyt_str lyt_sheet_label(const lyt_sheet *sheet, size_t row, size_t column);

/* A failure of the sheet becomes the buffer's. */
void lyt_sheet_text(const lyt_sheet *sheet, lyt_page_language language, lyt_buf *out);
/* A <table> with its caption; the first column heads its rows. */
void lyt_sheet_html(const lyt_sheet *sheet, lyt_page_language language, lyt_buf *out);
/* One member "key": [{column: value}]. */
void lyt_sheet_json(const lyt_sheet *sheet, lyt_jw *jw);
/* A row of the columns' keys, then the rows. */
void lyt_sheet_csv(const lyt_sheet *sheet, lyt_buf *out);

#endif
