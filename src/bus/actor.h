/*
 * lyt_actor: one thread with one pipe. The constructor returns only after the
 * actor has signalled ready (or failed); a stop message ends it.
 *
 * Lifetime  lyt_actor_start() to lyt_actor_stop().
 * Threads   the pipe's outer end belongs to the starter, the inner one to the actor.
 */
#ifndef LYT_ACTOR_H
#define LYT_ACTOR_H

#include "net.h"

typedef struct lyt_actor lyt_actor;

/*
 * The thread's body: set up, call lyt_actor_ready(), then serve until the pipe
 * says stop (lyt_actor_told_stop()). What it returns reaches lyt_actor_stop().
 */
typedef lyt_status (*lyt_actor_fn)(lyt_actor *actor, lyt_sock *pipe, void *argument,
                                   lyt_error *err);

/* name: static, at most 15 characters, for debuggers. LYT_ENOMEM, LYT_EIO, or what the body failed
 * with. */
LYT_MUST_USE lyt_status lyt_actor_start(lyt_actor **out, lyt_net *net, const char *name,
                                        lyt_actor_fn body, void *argument, lyt_error *err);

/* Called by the body once, when it is ready to serve. */
void lyt_actor_ready(lyt_actor *actor);

/* Reads the pipe without waiting; true when it was told to stop, and not only woken. */
bool lyt_actor_told_stop(lyt_sock *pipe);

/*
 * True from when the body has ended by itself; lyt_actor_stop() then says why. Called by the
 * starter, without waiting.
 */
bool lyt_actor_has_ended(lyt_actor *actor);

/*
 * Has it look at the pipe, and so at what it looks at beside it, which it else does when its wait
 * ends. Called by the starter.
 */
void lyt_actor_wake(lyt_actor *actor);

/* Tells it to stop, joins it, frees it; returns what the body returned. NULL: LYT_OK. */
lyt_status lyt_actor_stop(lyt_actor *actor, lyt_error *err);

#endif
