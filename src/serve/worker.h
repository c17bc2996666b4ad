/*
 * lyt_worker: takes work from a service with a judge of its own, as a thread of the
 * service or in another process; the same frames either way.
 *
 * It survives a restart of the service. Once refused (another version) it ends,
 * and lyt_actor_stop() says why.
 *
 * Threads   lyt_worker_run() is an actor's body; the options outlive it.
 */
#ifndef LYT_WORKER_H
#define LYT_WORKER_H

#include "actor.h"
#include "judge.h"
#include "logger.h"

typedef struct lyt_worker_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const char *endpoint;
    const lyt_judge *judge;
    const lyt_clock *clock; /* NULL: the system's */
    const lyt_log *log;
    uint32_t credit;      /* messages it takes at once; 0: 64 */
    int64_t heartbeat_ms; /* 0: 1000 */
} lyt_worker_options;

/* For lyt_actor_start(), with a lyt_worker_options as the argument. Ready when the judge is. */
lyt_status lyt_worker_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err);

#endif
