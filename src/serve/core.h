/*
 * lyt_core: what the actors of one service share: options that never change,
 * and gauges, which are numbers of one writer each, read by status and limits.
 *
 * Threads   gauges are atomic; nothing else changes after the start.
 */
#ifndef LYT_CORE_H
#define LYT_CORE_H

#include <stdatomic.h>

#include "actor.h"
#include "service.h"
#include "store.h"

typedef struct lyt_gauges {
    _Atomic bool is_up; /* service: all actors are ready, the endpoints are known */
    /* ledger */
    _Atomic int64_t waiting, waiting_bytes; /* accepted, neither classified nor parked */
    _Atomic int64_t last_seq;
    _Atomic int64_t accepted, duplicates, busy;
    _Atomic int store_status; /* lyt_status of the last transaction */
    /* intake */
    _Atomic int64_t in_flight, refused, bad_frames, undelivered, turned_away;
    /* dispatch */
    _Atomic int64_t workers, queued, bad_workers, lost_workers;
} lyt_gauges;

typedef struct lyt_core {
    lyt_service_options options; /* with all defaults filled in */
    lyt_judge judge;
    lyt_net *net;
    lyt_gauges gauges;
    lyt_endpoints bound;
    char *database;
    int64_t started_us;
} lyt_core;

/* inside one service's net */
#define LYT_ADDRESS_INTAKE "inproc://intake"
#define LYT_ADDRESS_DISPATCH "inproc://dispatch"
#define LYT_ADDRESS_PUBLISH "inproc://publish"
#define LYT_ADDRESS_WORK "inproc://work"

enum { lyt_retry_ms = 250, lyt_router_queue = 20000, lyt_answer_tag_max = 256 };

/*
 * The actors' bodies; argument is the lyt_core. Dispatch first, then the ledger: it
 * hands out work from the start; the others connect to the ledger.
 */
lyt_status lyt_ledger_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_publisher_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_dispatch_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);
lyt_status lyt_intake_run(lyt_actor *actor, lyt_sock *pipe, void *core, lyt_error *err);

/* "ok", or what is wrong with the store and what happens meanwhile. Static storage. */
const char *lyt_core_state(const lyt_core *core);

#endif
