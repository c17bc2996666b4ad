/*
 * lyt_drift: whether messages have become others than those before: more words that the model
 * never met, more that it is unsure of, more or fewer failures, other failures. A pack that
 * was good is then no longer known to be, or the house has changed.
 *
 * The last 200 messages (for failures that one in twenty or fewer speak of, the last 1,000) are
 * held against those before, of the same time of day: what is expected is the sum of what these
 * hours had before (indirect standardisation), and hours that were not yet seen do not count.
 * Means are compared in units of their error, shares of failures by likelihood ratio. A change is
 * told when it is far beyond chance and at least three tenths of what was; after it everything is
 * forgotten, so that it is told once.
 *
 * Lifetime  lyt_drift_new() to lyt_drift_free().
 * Threads   one at a time.
 */
#ifndef LYT_DRIFT_H
#define LYT_DRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/status.h>

enum { lyt_drift_none = UINT16_MAX };

/* One message. Shares are 0 to 1. */
typedef struct lyt_drift_seen {
    int64_t at_us;   /* when it came; ascending */
    double unknown;  /* share of its words that the model never met */
    double anything; /* probability that anything failed */
    bool is_unclear; /* too close to call */
    uint16_t label;  /* the failure that was reported first; lyt_drift_none */
} lyt_drift_seen;

typedef enum lyt_drift_measure {
    LYT_DRIFT_UNKNOWN,
    LYT_DRIFT_UNCLEAR,
    LYT_DRIFT_ANYTHING,
    LYT_DRIFT_LABEL, /* share of messages with a label */
} lyt_drift_measure;

typedef struct lyt_drift_change {
    lyt_drift_measure measure;
    uint16_t label;       /* of LYT_DRIFT_LABEL */
    double before, after; /* the measure's mean; before is what was expected at these hours */
    size_t n;             /* messages that `after` is of */
} lyt_drift_change;

typedef struct lyt_drift lyt_drift;

/* n_labels: at most 1024. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_drift_new(lyt_drift **out, const lyt_alloc *alloc, size_t n_labels);
void lyt_drift_free(lyt_drift *drift);

/* True when this message makes a change plain; the largest one is in *out. Allocates nothing. */
bool lyt_drift_note(lyt_drift *drift, const lyt_drift_seen *seen, lyt_drift_change *out);

#endif
