/*
 * lyt_topframe: one picture of `lyt top`: the board of a house as lines of text, exactly as wide
 * and high as the terminal. Pure.
 *
 * Threads   pure.
 * Units     microseconds; columns are code points.
 */
#ifndef LYT_TOPFRAME_H
#define LYT_TOPFRAME_H

#include "json.h"

typedef enum lyt_top_language { LYT_TOP_ENGLISH, LYT_TOP_DANISH } lyt_top_language;

typedef enum lyt_top_mode {
    LYT_TOP_LIST,
    LYT_TOP_CAUSE,  /* asks for the cause */
    LYT_TOP_ACTION, /* and for what was done */
} lyt_top_mode;

typedef struct lyt_topframe {
    const lyt_json *board; /* the service's answer; NULL: none yet */
    int64_t now_us;        /* of the service */
    lyt_top_language language;
    lyt_top_mode mode;
    int rows, columns;
    size_t selected; /* case */
    lyt_str typed;   /* so far */
    lyt_str message; /* of what went wrong or well */
    bool colour;
} lyt_topframe;

/* Lines with a newline each, none longer than columns, at most rows. */
void lyt_topframe_draw(lyt_buf *out, const lyt_topframe *frame);

size_t lyt_topframe_cases(const lyt_json *board);
/* 0: there is none. */
int64_t lyt_topframe_incident(const lyt_json *board, size_t index);

/* "da…" is Danish, all else English. */
lyt_top_language lyt_top_language_of(const char *locale);

/* What is said of what was done. Static storage. */
const char *lyt_top_said(lyt_top_language language, bool resolved);

#endif
