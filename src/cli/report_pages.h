/*
 * lyt_report_page: a page of figures (report/review.h) of what a service keeps, printed: what
 * `lyt report` does but for options and help.
 */
#ifndef LYT_REPORT_PAGES_H
#define LYT_REPORT_PAGES_H

#include "command.h"
#include "review.h"

/* As the options say; texts may be NULL but zone and shifts. */
typedef struct lyt_report_wish {
    const char *html, *shifts, *since, *state, *table, *until, *zone;
    const lyt_texts *mask, *without; /* scenarios; NULL: none */
    const char *by;           /* who reads it: what is sensitive is restricted for who may not see it */
    const char *pack;         /* whose journey `moments` is about */
    double margin;            /* 0: not said */
    lyt_page_language language;
    bool csv, json;
} lyt_report_wish;

/* Complains itself. */
lyt_exit lyt_report_page(const lyt_call *call, const lyt_report_wish *wish,
                         const lyt_review_kind *kind);

#endif
