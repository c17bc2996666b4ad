/*
 * lyt_markup: what every page of a report is written with: text that cannot become markup,
 * numbers as people read them, texts in English and Danish.
 *
 * Threads   pure functions. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_MARKUP_H
#define LYT_MARKUP_H

#include "buf.h"

typedef enum lyt_page_language { LYT_PAGE_EN, LYT_PAGE_DA } lyt_page_language;

/* The same text in both; static storage. */
typedef struct lyt_bi {
    const char *en, *da;
} lyt_bi;

lyt_str lyt_bi_in(lyt_bi text, lyt_page_language language);

/*
 * Text for HTML and SVG, between tags or in quotes: & < > " ' are written as references, and
 * what may not stand in HTML (control characters other than tab and line feed) as U+FFFD. text is
 * UTF-8.
 */
void lyt_markup_add(lyt_buf *out, lyt_str text);

/* For a terminal: what would move the cursor, ring or colour is a blank. text is UTF-8. */
void lyt_plain_add(lyt_buf *out, lyt_str text);

/* Exactly `decimals` (0 to 6), the language's decimal sign; what is not a number is "–". */
void lyt_number_add(lyt_buf *out, double value, int decimals, lyt_page_language language);
/* 0.625 is "62.5 %". */
void lyt_share_add(lyt_buf *out, double value, lyt_page_language language);
/* "40 s", "85 min", "3 h 20 min", "2 d 4 h"; rounded to what is shown. */
void lyt_minutes_add(lyt_buf *out, double minutes);

/* Letters of valid UTF-8, as columns of a table of text. */
size_t lyt_markup_width(lyt_str text);
/* At most `letters` of it; what is longer ends with "…". */
void lyt_markup_cut(lyt_buf *out, lyt_str text, size_t letters);

#endif
