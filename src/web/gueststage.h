/*
 * What the status page of a guest's message may show: how far it has come, by when there is more, and
 * what there is of money back. Each has its words for where no script runs, and the name of the words
 * that the script takes (pages/guest-words.js, pages/status-words.js).
 *
 * Threads   constant.
 */
#ifndef LYT_GUESTSTAGE_H
#define LYT_GUESTSTAGE_H

#include <lyt/str.h>

typedef enum lyt_stage_kind {
    LYT_STAGE_STATE,  /* "received", "in-work", "done" */
    LYT_STAGE_DUE,    /* "contact", "promise", "late" */
    LYT_STAGE_REFUND, /* "open", "asked", "answered" */
} lyt_stage_kind;

typedef struct lyt_stage {
    lyt_stage_kind kind;
    const char *id;
    const char *key; /* of the script's words */
    const char *da, *en;
    const char *title_da, *title_en; /* of a state; else NULL */
} lyt_stage;

size_t lyt_stages(void);
const lyt_stage *lyt_stage_at(size_t index);
/* NULL: none. */
const lyt_stage *lyt_stage_find(lyt_stage_kind kind, lyt_str id);

#endif
