/*
 * lyt_store_outbox: what is on its way out of the house: one row for each event and way, from
 * the transaction of the event until somebody has it or nobody tries any more. A row names the
 * event and holds none of its words.
 *
 * Lanes: rows of one way, incident and lane (who it is for, where a way has several
 * receivers) go out in the order they were made, the next when the one before is sent, dead
 * or dropped.
 *
 * Errors and threads as in store.h.
 */
#ifndef LYT_STORE_OUTBOX_H
#define LYT_STORE_OUTBOX_H

#include "store.h"

/* state, name on the wire */
#define LYT_OUTBOX_STATES(X)                                                                       \
    X(LYT_OUTBOX_WAITING, "waiting") /* not tried yet */                                           \
    X(LYT_OUTBOX_FAILED, "failed")   /* tried, and due again */                                    \
    X(LYT_OUTBOX_SENT, "sent")                                                                     \
    X(LYT_OUTBOX_DEAD, "dead")       /* nobody tries any more */                                   \
    X(LYT_OUTBOX_DROPPED, "dropped") /* somebody said that it need not go */

typedef enum lyt_outbox_state {
#define X(name, text) name,
    LYT_OUTBOX_STATES(X)
#undef X
        LYT_OUTBOX_STATE_COUNT
} lyt_outbox_state;

const char *lyt_outbox_state_name(lyt_outbox_state state);
/* LYT_EINVAL leaves out untouched. */
LYT_MUST_USE lyt_status lyt_outbox_state_parse(lyt_outbox_state *out, lyt_str name);

typedef struct lyt_outbox_row {
    int64_t id;        /* from 1 */
    int64_t seq;       /* of the event that it is about */
    int64_t alarm_seq; /* of the incident's alarm; 0 when adding: that of its earlier rows */
    int64_t incident;  /* 0: of none */
    unsigned event;    /* a lyt_notice, or LYT_NOTICE_COUNT */
    lyt_outbox_state state;
    int64_t attempts;
    int64_t at_us, due_us, give_up_us;
    int64_t last_us; /* of the last attempt or change; 0: none */
    lyt_str way, who, channel;
    lyt_str lane;   /* who, or empty */
    lyt_str reason; /* of the last failure */
} lyt_outbox_row;

typedef lyt_status (*lyt_outbox_fn)(void *user, const lyt_outbox_row *row);

/* LYT_EEXISTS: that event goes that way already. */
LYT_MUST_USE lyt_status lyt_store_outbox_add(lyt_store *store, const lyt_outbox_row *row,
                                             lyt_error *err);
/* State, attempts, due_us, last_us and reason of the row of that id. */
LYT_MUST_USE lyt_status lyt_store_outbox_put(lyt_store *store, const lyt_outbox_row *row,
                                             lyt_error *err);
/* LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_outbox_get(lyt_store *store, int64_t id, lyt_outbox_fn each,
                                             void *user, lyt_error *err);
/* The first of every lane of the way that is to go, soonest first. */
LYT_MUST_USE lyt_status lyt_store_outbox_heads(lyt_store *store, lyt_str way, int64_t limit,
                                               lyt_outbox_fn each, void *user, lyt_error *err);
/* Instead of a state: any, and any that somebody should look at (not sent, not dropped). */
enum { lyt_outbox_any = -1, lyt_outbox_open = -2 };
/* id above after; an empty way is any. */
LYT_MUST_USE lyt_status lyt_store_outbox_each(lyt_store *store, lyt_str way, int state,
                                              int64_t after, int64_t limit, lyt_outbox_fn each,
                                              void *user, lyt_error *err);
/* What was last sent that way of every incident that is open. */
LYT_MUST_USE lyt_status lyt_store_outbox_open(lyt_store *store, lyt_str way, lyt_outbox_fn each,
                                              void *user, lyt_error *err);

/*
 * All rows of the way that wait or failed: dead, with that reason; dropped; or, those that are
 * dead too, waiting as if new. *n: how many.
 */
LYT_MUST_USE lyt_status lyt_store_outbox_bury(lyt_store *store, lyt_str way, lyt_str reason,
                                              int64_t now_us, int64_t *n, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_outbox_drop(lyt_store *store, lyt_str way, lyt_str reason,
                                              int64_t now_us, int64_t *n, lyt_error *err);
LYT_MUST_USE lyt_status lyt_store_outbox_again(lyt_store *store, lyt_str way, lyt_str reason,
                                               int64_t now_us, int64_t give_up_us, int64_t *n,
                                               lyt_error *err);
/* Rows of the incident that wait or failed and whose event is one of events (bits): dropped. */
LYT_MUST_USE lyt_status lyt_store_outbox_overtake(lyt_store *store, int64_t incident,
                                                  uint32_t events, int64_t now_us, lyt_error *err);

/* The clock was set by so much: what waits is due, and given up, after as long as before. */
LYT_MUST_USE lyt_status lyt_store_outbox_shift(lyt_store *store, int64_t by_us, lyt_error *err);
/* The same for rows that are of a time yet to come: the clock was set back before the start. */
LYT_MUST_USE lyt_status lyt_store_outbox_catch(lyt_store *store, int64_t now_us, lyt_error *err);

/* How it stands with a way. Without a row all is well. */
typedef struct lyt_way_row {
    lyt_str way;
    int64_t told_us;    /* that it does not work, since; 0: it does */
    int64_t stopped_us; /* nothing goes that way since, until somebody says so; 0: it does */
    lyt_str reason;
    int64_t counts[LYT_OUTBOX_STATE_COUNT]; /* rows; of lyt_store_each_way() only */
} lyt_way_row;
typedef lyt_status (*lyt_way_fn)(void *user, const lyt_way_row *row);

LYT_MUST_USE lyt_status lyt_store_way_put(lyt_store *store, const lyt_way_row *row, lyt_error *err);
/* told_us and stopped_us; both 0 without a row. */
LYT_MUST_USE lyt_status lyt_store_way_get(lyt_store *store, lyt_str way, int64_t *told_us,
                                          int64_t *stopped_us, lyt_error *err);
/* Every way that has a row here or in the outbox. */
LYT_MUST_USE lyt_status lyt_store_each_way(lyt_store *store, lyt_way_fn each, void *user,
                                           lyt_error *err);

#endif
