/* What recovery.c (incidents and clocks) and recovery_remedy.c (what was done) share. */
#ifndef LYT_RECOVERY_INSIDE_H
#define LYT_RECOVERY_INSIDE_H

#include "recovery.h"
#include "watch.h"

typedef enum lyt_recovery_by {
    LYT_BY_ALL,
    LYT_BY_TEAM,
    LYT_BY_PERSON,
    LYT_BY_PROPERTY
} lyt_recovery_by;

/* Sorts them. */
int64_t lyt_recovery_median(int64_t *values, size_t n);

/* times has room for one value an incident. */
void lyt_recovery_write_remedies(lyt_jw *jw, const lyt_recovery *recovery, int64_t *times);

#endif
