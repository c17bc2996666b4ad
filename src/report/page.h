/*
 * lyt_page: the frame around tables and plots: one HTML file that needs nothing beside
 * itself. It follows the reader's light or dark setting, prints, and can be read without
 * seeing the plots: the figures of each stand in a table.
 *
 *   lyt_page_begin(out, &page);
 *   lyt_page_heading(out, LYT_STR("By team"));
 *   lyt_sheet_html(&sheet, page.language, out);  lyt_plot_bars(out, &bars);
 *   lyt_page_end(out);
 *
 * Threads   pure functions. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_PAGE_H
#define LYT_PAGE_H

#include "markup.h"

typedef struct lyt_page {
    lyt_page_language language;
    lyt_str title;
    lyt_str subtitle; /* may be empty */
} lyt_page;

void lyt_page_begin(lyt_buf *out, const lyt_page *page);
void lyt_page_heading(lyt_buf *out, lyt_str text);
void lyt_page_paragraph(lyt_buf *out, lyt_str text);
void lyt_page_end(lyt_buf *out);

/* The style sheet alone, for whoever puts plots and tables on a page of another make. */
const char *lyt_page_style(void);

#endif
