/*
 * The ear: hears the events of the bus for all who listen over HTTP, and hands them on in order,
 * none left out: [sequence number, topic, JSON].
 *
 * Threads   an actor of its own.
 */
#ifndef LYT_WEBEAR_H
#define LYT_WEBEAR_H

#include "actor.h"
#include "client.h"

#define LYT_ADDRESS_WEB_EAR "inproc://web-ear"

typedef struct lyt_webear_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const char *bus, *replay; /* endpoints */
} lyt_webear_options;

lyt_status lyt_webear_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err);

#endif
