/*
 * lyt_listener: libmicrohttpd, and nothing else of the room knows it. It runs within its owner's
 * loop: it never waits by itself.
 *
 * Lifetime  lyt_listener_open() to lyt_listener_close().
 * Threads   the web actor's.
 */
#ifndef LYT_LISTENER_H
#define LYT_LISTENER_H

#include "webstate.h"

typedef struct lyt_listener lyt_listener;

/* Into web->listener. url takes where it listens. Errors as lyt_web_start(). */
LYT_MUST_USE lyt_status lyt_listener_open(lyt_webactor *web, char url[lyt_web_url_max],
                                          lyt_error *err);
/* No exchange may be under way any more. NULL is accepted. */
void lyt_listener_close(lyt_listener *listener);

/* Becomes readable when there is something to do. */
int lyt_listener_fd(const lyt_listener *listener);
/* Longest to wait for it. */
int64_t lyt_listener_wait_ms(const lyt_listener *listener);
/* Does what there is to do, without waiting. */
void lyt_listener_run(lyt_listener *listener);
/* Once a second or so: who takes too long is let go. */
void lyt_listener_look(lyt_listener *listener);
/* No new connections from now on. */
void lyt_listener_quiesce(lyt_listener *listener);

/* The exchange's answer, or more of its stream, is ready. */
void lyt_listener_wake(lyt_listener *listener, lyt_exchange *x);
/* Cuts the connection off. */
void lyt_listener_cut(lyt_listener *listener, lyt_exchange *x);

/* Splits "127.0.0.1:7700" or "[::1]:7700"; LYT_EINVAL: err says what to write. */
LYT_MUST_USE lyt_status lyt_listen_parse(const char *text, char host[64], int *port,
                                         lyt_error *err);
/* Whether only this machine can reach it. */
bool lyt_listen_is_local(const char *host);

#endif
