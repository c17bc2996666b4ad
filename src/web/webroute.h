/*
 * lyt_route_row: what there is to ask for over HTTP: one table, from which requests find their
 * handler, docs/openapi.json is checked, and requests are counted.
 *
 * Threads   constant; pure functions.
 */
#ifndef LYT_WEBROUTE_H
#define LYT_WEBROUTE_H

#include "tokens.h"
#include "webreq.h"

struct lyt_exchange;

/* Who may come in. */
typedef enum lyt_entry {
    LYT_ENTRY_OPEN,  /* anybody: what it gives is for everybody, or it checks by itself */
    LYT_ENTRY_LOGIN, /* anybody who is somebody */
    LYT_ENTRY_CAN,   /* whose role can do `needs` */
} lyt_entry;

typedef struct lyt_webroute {
    lyt_method method;
    const char *path; /* "/api/v1/incidents/{id}/{action}"; "{…}" is one segment */
    lyt_entry entry;
    lyt_can needs;
    void (*handle)(struct lyt_exchange *x);
} lyt_webroute;

enum { lyt_route_args_max = 2, lyt_webroutes_max = 64 };

size_t lyt_webroutes(void);
const lyt_webroute *lyt_webroute_at(size_t index);

/*
 * The row of that method and path; args takes what stands in the places of "{…}". NULL: none;
 * *is_known says whether the path is there for another method.
 */
const lyt_webroute *lyt_webroute_find(const lyt_webreq *req, lyt_str args[lyt_route_args_max],
                                      bool *is_known);
/* Its place in the table, for counters. */
size_t lyt_webroute_index(const lyt_webroute *row);

#endif
