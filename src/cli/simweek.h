/*
 * lyt_week: a week of a hotel, simulated: guests come and go, say things and do things, staff
 * take on what they are told of when they have time, give, promise and are asked for approval.
 * All that is decided, kept and sent is so by the house's settings and the code of a service's
 * ledger and outbox (simhouse.h); texts are judged by the real classifier. People who are told by
 * SMS or mail act when that has arrived, which it does not always at once. Time is the
 * simulation's, so a week takes seconds, and the same seed makes the same week, fact by fact.
 *
 * Lifetime  lyt_week_run() to lyt_week_free(); what the options name outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_SIMWEEK_H
#define LYT_SIMWEEK_H

#include "judge.h"
#include "recovery.h"
#include "simhouse.h"

typedef struct lyt_week_text {
    const char *text, *language;
    bool complains; /* as its author meant it */
} lyt_week_text;

typedef struct lyt_week_options {
    const lyt_settings *settings;
    const lyt_judge *judge;
    const lyt_classifier *words; /* what guests are told, and names; may be NULL */
    const lyt_week_text *texts; /* of both sorts */
    size_t n_texts;
    uint64_t seed;
    int64_t from_us; /* its first moment */
    int64_t n_feedback, n_events, n_rooms, n_days;
    int64_t complaint_percent;
    bool (*progress)(void *context, const char *stage, double done);
    void *context;
} lyt_week_options;

typedef struct lyt_week {
    lyt_simhouse *house;
    const lyt_care *care; /* the house's */
    lyt_facts found;      /* what triggers found */
    int64_t until_us;     /* when the last thing happened */
    int64_t n_feedback, n_failures, n_events, n_guests, n_facts, n_told, n_refused;
    int64_t n_looked_after; /* dead letters that somebody tried again or dropped */
    int64_t told[LYT_NOTICE_COUNT];
    lyt_finding_row *findings; /* texts are those of found */
    size_t n_findings, cap_findings;
} lyt_week;

/* LYT_ECLOSED: progress said to stop. */
LYT_MUST_USE lyt_status lyt_week_run(lyt_week *out, const lyt_week_options *options,
                                     lyt_error *err);
void lyt_week_free(lyt_week *week);

/* What must be so after any week; counts of what is not. */
typedef struct lyt_week_faults {
    int64_t open_incidents, open_offers, open_promises; /* left at the end */
    int64_t n_offers;                                   /* gifts given */
    int64_t above_authority;                            /* gifts nobody had the authority for */
    int64_t clocks_wrong;                               /* missed, and nobody was told */
    int64_t unsent;      /* waits in the outbox, or lies there dead and nobody looked */
    int64_t not_arrived; /* said to be sent, and no receiver has it */
    int64_t out_of_order, malformed;
    bool rebuilt; /* the facts in the database alone make the same book */
    lyt_simhouse_outbox outbox;
} lyt_week_faults;
LYT_MUST_USE lyt_status lyt_week_check(lyt_week_faults *out, const lyt_week *week,
                                       const lyt_settings *settings, lyt_error *err);

#endif
