/*
 * lyt_book_hear: a failure was heard, seen by staff or shown by an event; it joins an
 * incident, brings one back, or opens one.
 *
 * It matches an incident of the same property and scenario that is of the same
 * guest, or at the same place (or, without a place, not known to be of
 * another guest), or at an area the place lies in. A match that is open and was heard of
 * within the window is joined; one that was remedied is reopened, and so is one
 * that was closed a moment ago. Otherwise an incident is opened. When the same
 * guest met the same failure before, it weighs one more.
 *
 * Many places with one scenario open a parent and are linked to it.
 *
 * Threads   one at a time, as the book.
 * Units     microseconds since 1970 UTC. Texts are borrowed for the call.
 */
#ifndef LYT_HEAR_H
#define LYT_HEAR_H

#include "book.h"

typedef struct lyt_grouping {
    int64_t window_us;       /* how long an open incident takes in what matches by place */
    int64_t guest_window_us; /* and what matches by guest */
    int64_t reopen_us;       /* how long after its end it comes back */
    int64_t repeat_us;       /* how long a guest's earlier failure counts */
    int64_t parent_us;       /* so many places within this time: a parent; 0 for never */
    int64_t parent_places;
} lyt_grouping;

/* 2 h, 24 h, 10 min, 90 days, 3 places in 30 min. */
lyt_grouping lyt_grouping_default(void);

typedef struct lyt_hearing {
    lyt_str property, scenario, team, place, guest, language;
    lyt_str owner;        /* who it is opened for; must not be empty */
    lyt_str by;           /* staff who saw it; empty for a guest's message or an event */
    const lyt_str *areas; /* what the place lies in: "floor-2" */
    size_t n_areas;
    int severity;
    int64_t message; /* number of the feedback; 0 when there is none */
    int64_t now_us;
    bool is_drill; /* it meets with drills alone */
} lyt_hearing;

/* *incident: what it opened, joined or brought back (never the parent). */
LYT_MUST_USE lyt_status lyt_book_hear(lyt_book *book, const lyt_hearing *heard,
                                      const lyt_grouping *grouping, lyt_facts *out,
                                      int64_t *incident, lyt_error *err);

/* Whether the guest may be asked for a review: no, while anything is open or unconfirmed. */
bool lyt_book_may_ask_review(const lyt_book *book, lyt_str guest);

#endif
