/*
 * lyt_simpost: all receivers of a simulated house at once, and the lines to them: a carrier
 * (out_post.h) for lyt_sender whose answers come in the simulation's time. What it takes it reads
 * as a receiver of that kind does (signature, login, form), and a key that it has had it takes as
 * said again. It does not always answer as one wishes: by the hour whole ways are out, an attempt
 * is lost on its way, or its answer is, a receiver stumbles, and some it will never take. What
 * happens to which attempt follows from the seed, the row and how often it was tried.
 *
 * Lifetime  lyt_simpost_new() to lyt_simpost_free(); ways and clock outlive it.
 * Threads   one at a time.
 */
#ifndef LYT_SIMPOST_H
#define LYT_SIMPOST_H

#include "clock.h"
#include "out_post.h"
#include "settings.h"

typedef struct lyt_simpost lyt_simpost;

/* What a way's secret is in a simulation: of the form that its kind needs. Static storage. */
const char *lyt_simpost_secret(lyt_way_kind kind);

typedef struct lyt_simpost_counts {
    int64_t attempts;
    int64_t refused_for_now; /* 5xx of HTTP, 4xx of SMTP */
    int64_t lost;            /* no answer: it did not arrive */
    int64_t unanswered;      /* it arrived, and the answer did not */
    int64_t refused_for_good;
    int64_t again;     /* arrived before, with the same key */
    int64_t malformed; /* no receiver of that kind could have taken it; must be 0 */
} lyt_simpost_counts;

typedef struct lyt_simpost_options {
    const lyt_way *ways;
    size_t n_ways;
    const lyt_clock *clock;
    uint64_t seed;
} lyt_simpost_options;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_simpost_new(lyt_simpost **out, const lyt_simpost_options *options);
/* NULL is accepted. */
void lyt_simpost_free(lyt_simpost *post);

lyt_carrier lyt_simpost_carrier(lyt_simpost *post);

/* When the next answer comes; INT64_MAX: nothing is under way. */
int64_t lyt_simpost_due(const lyt_simpost *post);

/* The row of the outbox that has arrived for the first time since; 0: none. In that order. */
int64_t lyt_simpost_arrived(lyt_simpost *post);
/* When that row arrived first, counted from 1; 0: never. */
int64_t lyt_simpost_rank(const lyt_simpost *post, int64_t row);
/* How often it was tried, whether it arrived or not. */
int64_t lyt_simpost_tries(const lyt_simpost *post, int64_t row);

lyt_simpost_counts lyt_simpost_count(const lyt_simpost *post);

#endif
