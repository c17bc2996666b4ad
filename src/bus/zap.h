/*
 * The doorman of a net: answers ZeroMQ's question whether a key may come in (RFC 27, ZAP),
 * with the file of lyt_access, which it looks at again each time it has changed.
 *
 * Threads   lyt_zap_run() is an actor's body; its argument outlives it. Started before the first
 *           locked socket is bound.
 */
#ifndef LYT_ZAP_H
#define LYT_ZAP_H

#include <stdatomic.h>

#include "access.h"
#include "actor.h"
#include "logger.h"

typedef struct lyt_zap_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const lyt_fs *fs;
    const char *keys; /* the file */
    const lyt_log *log;
    _Atomic int64_t *turned_away; /* counts keys that nobody has */
} lyt_zap_options;

lyt_status lyt_zap_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err);

#endif
