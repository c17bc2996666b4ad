/*
 * lyt_refusals: how often messages were refused, by what was wrong with them: the field that the
 * answer names ("text: at most …").
 *
 * Threads   counted and read by any.
 */
#ifndef LYT_REFUSALS_H
#define LYT_REFUSALS_H

#include <stdatomic.h>

#include "json.h"

enum { lyt_refusals_kinds = 32 };

/* Begin with zeroes. */
typedef struct lyt_refusals {
    _Atomic int64_t n[lyt_refusals_kinds];
} lyt_refusals;

/* error: as it is answered; what names no field we know counts as "other". */
void lyt_refusals_count(lyt_refusals *refusals, lyt_str error);
/* "refused_by": {"text": 3, …}; what never came is not said. Into the object that is open. */
void lyt_refusals_write(lyt_jw *jw, const lyt_refusals *refusals);

#endif
