/*
 * lyt_recovery: how well a house recovers, from its book alone: the clocks that were met, how
 * fast it went, who decided, what was given and whether it helped, what was promised, which
 * fixes held. Drills and what turned out to be nothing are in no figure but their own.
 *
 * Threads   pure.
 * Units     amounts are øre or cents, times microseconds since 1970 UTC, seconds in the JSON.
 */
#ifndef LYT_RECOVERY_H
#define LYT_RECOVERY_H

#include "settings.h"

/* What a trigger found, and what became of it. Texts are borrowed. */
typedef struct lyt_finding_row {
    const char *trigger, *subject;
    int64_t incident; /* 0: none, it was held out */
    int64_t at_us, found_us, withdrawn_us;
    int severity;
    bool is_held_out;
} lyt_finding_row;

typedef struct lyt_recovery {
    const lyt_alloc *alloc;
    const lyt_book *book;
    const lyt_settings *settings;
    const lyt_finding_row *findings;
    size_t n_findings;
    int64_t from_us, until_us; /* incidents opened then; until exclusive, 0: no end */
    lyt_str property;          /* empty: all */
} lyt_recovery;

/* Members of an object, without the braces. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_recovery_write(lyt_jw *jw, const lyt_recovery *recovery);

/* Whether an incident is in the figures. */
bool lyt_recovery_counts(const lyt_recovery *recovery, const lyt_case *c);

/* A share of n in one group against a share in another: the difference and where it lies, 95 %. */
typedef struct lyt_trial {
    double difference, low, high;
} lyt_trial;
/* By Agresti and Caffo: one success and one failure more in each. Both n above 0. */
lyt_trial lyt_trial_of(int64_t n1, int64_t yes1, int64_t n2, int64_t yes2);

/* A rate of n events in a time, in 30 days, and where it lies, 95 % (Garwood, approximated). */
typedef struct lyt_rate {
    double rate, low, high;
} lyt_rate;
lyt_rate lyt_rate_of(int64_t n, int64_t time_us);

/* One fix, with what it was to end before it was done and after: "fixes" of the service. */
void lyt_recovery_write_fix(lyt_jw *jw, const lyt_book *book, const lyt_fix *fix, int64_t now_us);

#endif
