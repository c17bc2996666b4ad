/*
 * lyt_outcome_write(): what a sender or staff hear of their order once it is committed.
 *
 * Threads   pure.
 */
#ifndef LYT_OUTCOME_H
#define LYT_OUTCOME_H

#include "batch.h"

/* The members of the answer, without the braces. */
void lyt_outcome_write(lyt_jw *jw, const lyt_item *item);

#endif
