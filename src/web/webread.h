/*
 * The reader: answers what is asked of the database and of the classifier, so that the thread
 * that listens never waits for either. Questions and answers are JSON with a tag before it:
 *
 *   {"ask":"feedback","id":7,"properties":["havnen"]}  →  {…} or
 *   {"http":404,"error":{"code":"not-found","message":"…"}}
 *
 * Threads   an actor of its own.
 */
#ifndef LYT_WEBREAD_H
#define LYT_WEBREAD_H

#include <stdatomic.h>

#include "actor.h"
#include "web.h"

#define LYT_ADDRESS_WEB_READER "inproc://web-reader"

typedef struct lyt_webreader_options {
    const lyt_alloc *alloc;
    const lyt_clock *clock;
    const lyt_log *log;
    lyt_net *net;
    const char *database, *found; /* lyt.db, and the file of what is found in it */
    /* NULL: none; and what the two readers use now */
    _Atomic(const lyt_settings *) settings, settings_read, settings_tried;
    atomic_bool is_saving; /* who tries waits for a reload and uses no settings meanwhile */
    /* what to judge with, and what is used now; NULL: nothing can be tried */
    _Atomic(const lyt_classifier *) wanted, used;
    _Atomic int64_t ticks;
    _Atomic uint64_t reloads; /* how often another one came */
    const char *state, *pack, *own; /* as in lyt_web_options */
} lyt_webreader_options;

lyt_status lyt_webreader_run(lyt_actor *actor, lyt_sock *pipe, void *options, lyt_error *err);

#endif
