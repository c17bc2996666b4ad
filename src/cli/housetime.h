/*
 * lyt_housetime: times of a service's answers as the clocks of the house show them. Answers about a
 * house name its zone ("zone"); without one it is the zone of the machine that asks.
 *
 * Lifetime  lyt_housetime_open() to lyt_housetime_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_HOUSETIME_H
#define LYT_HOUSETIME_H

#include "json.h"
#include "zone.h"

typedef struct lyt_housetime {
    lyt_zone *zone; /* NULL: no memory; times stay as they came */
    char name[64];  /* "" the machine's own */
    bool is_utc;    /* this machine does not know the house's zone; " UTC" stands behind times */
} lyt_housetime;

/* answer: borrowed for the call; NULL, or without "zone": the machine's own. */
void lyt_housetime_open(lyt_housetime *time, const lyt_json *answer);
void lyt_housetime_close(lyt_housetime *time);

/* "2026-11-26 14:04" of RFC 3339. What is no time stays as it is. */
void lyt_housetime_add(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339);
/* "2026-11-26 14:04:26". */
void lyt_housetime_add_seconds(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339);
/* "2026-11-26". */
void lyt_housetime_add_day(lyt_buf *out, const lyt_housetime *time, lyt_str rfc3339);

#endif
