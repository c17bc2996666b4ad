/*
 * Questions about a house with settings (lyt serve --desk), answered from what is committed:
 * guest, triggers, case, board, fixes, recovery, gestures, silences.
 *
 * Threads   the replayer's.
 */
#ifndef LYT_HOUSEASK_H
#define LYT_HOUSEASK_H

#include "json.h"
#include "outbox_render.h"
#include "replica.h"

typedef struct lyt_houseask {
    const lyt_alloc *alloc;
    lyt_replica *replica; /* NULL: no house; then these questions are refused */
    lyt_store *store;
    const lyt_json *request;
    int64_t now_us;
    bool may_see; /* what is restricted; others see a receipt */
    lyt_jw *jw;
    lyt_error *err;
    const lyt_out_names *names; /* of scenarios, and what prevents them; may be NULL */
} lyt_houseask;

/*
 * What the book knows of an incident beside its row (merged, drill), as members of its object.
 * replica may be NULL; it is as new as the last lyt_replica_sync().
 */
void lyt_houseask_beside(lyt_jw *jw, lyt_replica *replica, int64_t incident);
/* Whether it went into another one. replica as above. */
bool lyt_houseask_is_merged(lyt_replica *replica, int64_t incident);

/* False: it is none of these. Writes the answer's members, and "zone", the house's. */
bool lyt_houseask_take(const lyt_houseask *ask, lyt_status *status);

#endif
