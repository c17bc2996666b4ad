/*
 * lyt_heading: what an event or a heartbeat says of itself at its beginning: its number
 * among all, among those of its topic, whose numbers these are, and when it happened.
 *
 * Threads   pure functions.
 */
#ifndef LYT_HEADING_H
#define LYT_HEADING_H

#include "buf.h"

enum { lyt_heading_publisher = 40 };

/* No log has so many events: a number above it, or below 0, is none and can be reckoned with. */
#define LYT_HEADING_MOST INT64_C(1000000000000000000)
/* Milliseconds: heartbeats that are further apart are none. */
enum { lyt_heading_period_most = 86400000 };

typedef struct lyt_heading {
    int64_t seq, stream;                   /* stream 0: not said */
    int64_t at_us;                         /* 0: not said */
    int64_t period_ms;                     /* of a heartbeat; 0: not said */
    char publisher[lyt_heading_publisher]; /* empty: not said */
} lyt_heading;

/* LYT_EFORMAT: it is no JSON, or has no number, or one that is none. */
LYT_MUST_USE lyt_status lyt_heading_read(lyt_heading *out, lyt_str json);

#endif
