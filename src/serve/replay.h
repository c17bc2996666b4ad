/*
 * lyt_replay: answers questions about what is stored: events since a number or a time, the
 * last of each topic, incidents, one feedback, what is parked, how the service is.
 *
 * Threads   one at a time; reads with a store handle of its own.
 */
#ifndef LYT_REPLAY_H
#define LYT_REPLAY_H

#include "counted.h"
#include "houseask.h"
#include "named.h"
#include "outbox_render.h"

typedef struct lyt_replay_ask {
    const lyt_core *core;
    lyt_store *store;
    const lyt_door *door;
    lyt_named *named;
    lyt_replica *replica;       /* NULL: no house */
    lyt_counted *counted;       /* NULL: none */
    const lyt_out_names *names; /* of scenarios; NULL: there are none to tell */
    lyt_asking from;
    lyt_str request;
    const lyt_log *log; /* told who reads what is restricted; NULL: nobody */
    bool is_spent;      /* who asks has had too much: only what it owes is taken */
    bool is_put_off;    /* out: for that reason there is no answer */
    bool is_silent;     /* out: it wants no answer */
    size_t n_rows;      /* out: of the log or of a table that it took */
} lyt_replay_ask;

/*
 * Writes the answer to a request into out, which is emptied first; a request that is
 * not understood, not allowed or fails is answered {"error": …}. LYT_ENOMEM: there is no answer.
 */
LYT_MUST_USE lyt_status lyt_replay_answer(lyt_replay_ask *ask, lyt_buf *out);

#endif
