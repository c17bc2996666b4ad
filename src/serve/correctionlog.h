/*
 * lyt_corrected: the corrections of a service's event log, read back. corrections.h writes them;
 * teacher.h and lessonlist.h learn from them.
 *
 * Threads   one at a time, as the store it is given.
 */
#ifndef LYT_CORRECTIONLOG_H
#define LYT_CORRECTIONLOG_H

#include "store.h"

enum { lyt_corrected_scenarios_max = 64, lyt_lesson_id_bytes = 24 };

/* One of a message; the last one counts. */
typedef struct lyt_corrected {
    int64_t feedback, seq;
    lyt_str scenarios[lyt_corrected_scenarios_max]; /* live for the call */
    size_t n_scenarios;
    bool undone; /* what was said before counts no more */
} lyt_corrected;

/* Anything but LYT_OK ends the walk, and is what it returns. */
typedef lyt_status (*lyt_corrected_fn)(void *user, const lyt_corrected *corrected);

/* Those after the event `since`, in order, a thousand at a time so that nobody is kept waiting. */
LYT_MUST_USE lyt_status lyt_corrected_each(lyt_store *store, int64_t since, lyt_corrected_fn each,
                                           void *user, lyt_error *err);

/* What a lesson about the message is called: its number, so that ids are in that order. */
void lyt_lesson_id(char out[lyt_lesson_id_bytes], int64_t feedback);

#endif
