/*
 * lyt_report_house: figures that only a running service of a house with settings has, since
 * they depend on what it promised: `lyt report recovery` and `lyt report gestures`.
 */
#ifndef LYT_REPORT_HOUSE_H
#define LYT_REPORT_HOUSE_H

#include "houseline.h"
#include "housewords.h"

/* As the options say; all texts but zone may be NULL. */
typedef struct lyt_house_wish {
    const char *since, *until, *zone; /* times as lyt_period_time() reads them */
    const char *property, *scenario;
    const char *by; /* who reads it; NULL: whoever runs the command */
    lyt_houseline line;
    lyt_page_language language;
    bool json;
} lyt_house_wish;

/* gestures: what was given, a line each; else the figures of recovery. Complains itself. */
lyt_exit lyt_report_house(const lyt_call *call, const lyt_house_wish *wish, bool gestures);

#endif
