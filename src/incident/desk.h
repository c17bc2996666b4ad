/*
 * lyt_desk: the open incidents in memory; decides whether a failure heard opens
 * an incident or joins one. Pure: no clock, no I/O; the same calls give the
 * same decisions.
 *
 * A message joins when an incident of the same property, scenario and place is
 * open and was last heard of within the window; otherwise it opens one.
 *
 * Lifetime  lyt_desk_new() to lyt_desk_free().
 * Threads   one at a time (the ledger's).
 */
#ifndef LYT_DESK_H
#define LYT_DESK_H

#include <lyt/alloc.h>

#include "incident.h"

typedef struct lyt_desk lyt_desk;

typedef struct lyt_heard {
    lyt_str property, scenario, team, place;
    int severity;
    int64_t now_us;
    int64_t window_us;
} lyt_heard;

typedef enum lyt_desk_outcome { LYT_DESK_OPENED, LYT_DESK_JOINED } lyt_desk_outcome;

/* next_id: the first incident's number, one above the highest ever given. */
LYT_MUST_USE lyt_status lyt_desk_new(lyt_desk **out, const lyt_alloc *alloc, int64_t next_id);
void lyt_desk_free(lyt_desk *desk);

/* Puts back an incident read from the store. LYT_EEXISTS, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_desk_restore(lyt_desk *desk, const lyt_incident *incident);

/*
 * incident: as it is after hearing, borrowed until the next call.
 * Joining raises the severity to the higher of the two and counts the message.
 * LYT_ELIMIT: a text is too long. LYT_ENOMEM. The desk is unchanged then.
 */
LYT_MUST_USE lyt_status lyt_desk_hear(lyt_desk *desk, const lyt_heard *heard,
                                      lyt_desk_outcome *outcome, const lyt_incident **incident);

/*
 * lyt_incident_move() on the incident of that number; one that is closed then
 * leaves the desk. incident: as it is after, in the caller's storage.
 * LYT_ENOTFOUND, LYT_ESTATE.
 */
LYT_MUST_USE lyt_status lyt_desk_move(lyt_desk *desk, int64_t id, lyt_incident_state to, lyt_str by,
                                      int64_t now_us, lyt_incident *incident, lyt_error *err);

/* NULL when there is none; borrowed until the next call. */
const lyt_incident *lyt_desk_find(const lyt_desk *desk, int64_t id);
size_t lyt_desk_size(const lyt_desk *desk);
int64_t lyt_desk_next_id(const lyt_desk *desk);

/*
 * A mark, and back to it: for a transaction that could not be committed. What
 * was restored is not taken back. Neither can fail.
 */
void lyt_desk_mark(lyt_desk *desk);
void lyt_desk_rollback(lyt_desk *desk);

#endif
