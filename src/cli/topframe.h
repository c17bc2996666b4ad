/*
 * lyt_topframe: one picture of `lyt top`: the board of a house as lines of text, exactly as wide
 * and high as the terminal. Pure.
 *
 * Threads   pure.
 * Units     microseconds; columns are code points.
 */
#ifndef LYT_TOPFRAME_H
#define LYT_TOPFRAME_H

#include "housewords.h"

typedef enum lyt_top_mode {
    LYT_TOP_LIST,
    LYT_TOP_CAUSE,  /* asks for the cause */
    LYT_TOP_ACTION, /* and for what was done */
} lyt_top_mode;

typedef struct lyt_topframe {
    const lyt_json *board; /* the service's answer; NULL: none yet */
    int64_t now_us;        /* of the service */
    lyt_page_language language;
    lyt_top_mode mode;
    int rows, columns;
    size_t selected;             /* case */
    lyt_str typed;               /* so far */
    lyt_str message;             /* of what went wrong or well */
    const lyt_housewords *words; /* names of scenarios; NULL: their ids */
    bool colour;
} lyt_topframe;

/* Lines with a newline each, none longer than columns, at most rows. */
void lyt_topframe_draw(lyt_buf *out, const lyt_topframe *frame);

size_t lyt_topframe_cases(const lyt_json *board);
/* 0: there is none. */
int64_t lyt_topframe_incident(const lyt_json *board, size_t index);

/* What is said of what was done. Static storage. */
const char *lyt_top_said(lyt_page_language language, bool resolved);

#endif
