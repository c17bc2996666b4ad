/*
 * lyt_lookback: what lyt drift and lyt topics share: options, a classifier, and everything that a
 * service has kept since a time, read through a lookout.
 *
 * Threads   one at a time.
 */
#ifndef LYT_LOOKBACK_H
#define LYT_LOOKBACK_H

#include "lookout.h"
#include "statefile.h"
#include "subject.h"

typedef struct lyt_lookback {
    lyt_statefile file;
    lyt_subject subject;
    lyt_lookout *lookout;
} lyt_lookback;

#define LYT_LOOKBACK_LAST(values)                                                                  \
    {                                                                                              \
        .name = "last", .type = LYT_OPT_TEXT, .offset = offsetof(values, last), .value = "TIME",   \
        .fallback = "30d", .help = "how far back, as 30d or 12h"                                   \
    }

/*
 * Reads all of `last` ("30d"); options' callbacks are called, its other fields set here. Complains
 * and returns the exit code; close in any case.
 */
lyt_exit lyt_lookback_read(lyt_lookback *out, const lyt_call *call, const char *pack,
                           const char *state, const char *last, lyt_lookout_options options);
void lyt_lookback_close(lyt_lookback *lookback);

/* "unknown words 3.1 % -> 6.4 % of the last 200 messages", in the buffer. */
void lyt_lookback_change(lyt_buf *out, const lyt_lookout *lookout, const lyt_drift_change *change);
/* "scooter, charger: 14 messages since 2026-11-24T08:10:00Z where 0.2 are usual; see 812, 840". */
void lyt_lookback_topic(lyt_buf *out, const lyt_emerging_topic *topic);

/* "key": "2026-11-26T08:10:00Z" */
void lyt_lookback_time(lyt_jw *jw, const char *key, int64_t wall_us);

/* "unknown-words", "unclear", "failing", "scenario". Static storage. */
const char *lyt_lookback_measure(lyt_drift_measure measure);

#endif
