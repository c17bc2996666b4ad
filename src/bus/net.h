/*
 * lyt_net, lyt_sock, lyt_frames: ZeroMQ for the rooms above, which never see
 * its header. A socket belongs to the thread that opened it.
 *
 * Lifetime  lyt_net_new() to lyt_net_free(); all sockets are closed before.
 * Threads   lyt_net is safe for all; a socket or frames belong to one thread.
 * Units     timeouts in milliseconds, -1 for ever.
 */
#ifndef LYT_NET_H
#define LYT_NET_H

#include <stdint.h>

#include "buf.h"

typedef struct lyt_net lyt_net;
typedef struct lyt_sock lyt_sock;

typedef enum lyt_sock_type {
    LYT_SOCK_ROUTER, /* ROUTER_MANDATORY: sending to somebody gone is LYT_ECLOSED */
    LYT_SOCK_DEALER,
    LYT_SOCK_PUB,
    LYT_SOCK_XPUB, /* receives a frame for every subscription: 1, then the prefix */
    LYT_SOCK_SUB,
    LYT_SOCK_PAIR,
    LYT_SOCK_PUSH,
    LYT_SOCK_PULL,
} lyt_sock_type;

LYT_MUST_USE lyt_status lyt_net_new(lyt_net **out, const lyt_alloc *alloc, lyt_error *err);
/* NULL is accepted. Waits until the last socket is closed. */
void lyt_net_free(lyt_net *net);
/* A number that no other call with this net gets, on any thread: for names within the process. */
uint64_t lyt_net_number(lyt_net *net);

/*
 * Over TCP both ends show each other a sign of life each second; a peer that is silent for
 * three is cut off, and what was queued for it goes.
 *
 * high_water: messages queued a peer before sending says LYT_EBUSY; 0: no limit.
 */
LYT_MUST_USE lyt_status lyt_sock_open(lyt_sock **out, lyt_net *net, lyt_sock_type type,
                                      int high_water, lyt_error *err);
/* NULL is accepted. linger_ms: how long unsent messages may still go out. */
void lyt_sock_close(lyt_sock *sock, int linger_ms);

/*
 * endpoint "tcp://127.0.0.1:7701", port "*" for a free one; bound (may be NULL) takes
 * the endpoint as it became, at most bound_bytes.
 * LYT_EEXISTS: address in use; LYT_EINVAL: no such address. err names the endpoint.
 */
LYT_MUST_USE lyt_status lyt_sock_bind(lyt_sock *sock, const char *endpoint, char *bound,
                                      size_t bound_bytes, lyt_error *err);
LYT_MUST_USE lyt_status lyt_sock_connect(lyt_sock *sock, const char *endpoint, lyt_error *err);
LYT_MUST_USE lyt_status lyt_sock_subscribe(lyt_sock *sock, lyt_str prefix);
/*
 * An XPUB that decides over each subscription it receives: until lyt_sock_grant() says so
 * the last peer heard gets nothing of that prefix. Before bind.
 */
LYT_MUST_USE lyt_status lyt_sock_decides(lyt_sock *sock);
/* Of the peer whose subscription was last received: begin or end to send it what has that prefix.
 */
LYT_MUST_USE lyt_status lyt_sock_grant(lyt_sock *sock, lyt_str prefix, bool on);

/* Keys are 40 letters of Z85 (ZeroMQ RFC 32). */
enum { lyt_key_bytes = 41 };

/* LYT_ESTATE: this ZeroMQ was built without CURVE. */
LYT_MUST_USE lyt_status lyt_key_pair(char public_key[lyt_key_bytes], char secret_key[lyt_key_bytes],
                                     lyt_error *err);
LYT_MUST_USE lyt_status lyt_key_public(char public_key[lyt_key_bytes],
                                       const char secret_key[lyt_key_bytes]);
/* Of 32 bytes. */
LYT_MUST_USE lyt_status lyt_key_text(char key[lyt_key_bytes], lyt_str bytes);
bool lyt_key_is_valid(lyt_str key);

/* The socket speaks only with peers that the context's doorman lets in (zap.h). Before bind. */
LYT_MUST_USE lyt_status lyt_sock_lock(lyt_sock *sock, const char *secret_key, lyt_error *err);
/*
 * From now on the net's sockets come in there when they connect over TCP: with this secret key,
 * and only to the service whose public key is server_key. LYT_EFORMAT: a key is none.
 */
LYT_MUST_USE lyt_status lyt_net_unlock(lyt_net *net, const char *server_key, const char *secret_key,
                                       lyt_error *err);
/* Whether it comes in with a key. */
bool lyt_net_has_key(const lyt_net *net);

/* Whoever sends a frame longer than this is cut off. Before bind and connect. */
LYT_MUST_USE lyt_status lyt_sock_limit_frame(lyt_sock *sock, size_t size_bytes);

/*
 * *watch: a socket of the same thread's, on which it is heard each time sock's connection stands
 * (and its keys were taken): read it with lyt_sock_recv(), one message a time, whatever is in it.
 * Before connect. LYT_EIO, LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_sock_watch(lyt_sock *sock, lyt_sock **watch, lyt_error *err);
/* Ends that and closes the watch, before sock is closed. A watch that is NULL is accepted. */
void lyt_sock_unwatch(lyt_sock *sock, lyt_sock *watch);

enum { lyt_frames_max = 16 };

/* A message of several frames; owned by whoever received it. */
typedef struct lyt_frames lyt_frames;
LYT_MUST_USE lyt_status lyt_frames_new(lyt_frames **out, const lyt_alloc *alloc);
void lyt_frames_free(lyt_frames *frames);
size_t lyt_frames_count(const lyt_frames *frames);
/* Who sent it, as the doorman named it; empty where no door is locked. Borrowed as the frames. */
const char *lyt_frames_user(const lyt_frames *frames);
/* Borrowed until the next receive into it; {NULL, 0} beyond the last. */
lyt_str lyt_frames_at(const lyt_frames *frames, size_t index);

/*
 * LYT_EBUSY: nothing there (timeout 0), LYT_ETIMEOUT. LYT_ELIMIT: more than lyt_frames_max frames;
 * the message is read off and dropped. LYT_ECLOSED: the net is going down.
 */
LYT_MUST_USE lyt_status lyt_sock_recv(lyt_sock *sock, lyt_frames *into, int timeout_ms);

/* All frames or none. LYT_EBUSY: the queue is full. LYT_ECLOSED: a router's peer has gone. */
LYT_MUST_USE lyt_status lyt_sock_send(lyt_sock *sock, const lyt_str *frames, size_t n);

/*
 * An XPUB's: to all who want it and have room. *is_lost: the queue of somebody who wants it was
 * full until now; it gets this one and those after it no more until it has read on.
 */
LYT_MUST_USE lyt_status lyt_sock_publish(lyt_sock *sock, const lyt_str *frames, size_t n,
                                         bool *is_lost);

/*
 * Waits until one of socks has something to read: ready[i] says which.
 * LYT_ETIMEOUT. A signal ends the wait with LYT_OK and nothing ready.
 */
LYT_MUST_USE lyt_status lyt_sock_poll(lyt_sock *const *socks, size_t n, bool *ready,
                                      int64_t timeout_ms);

/*
 * The same with a descriptor of somebody else's beside them (-1: none): *fd_ready says whether
 * there is something to read from it.
 */
LYT_MUST_USE lyt_status lyt_sock_poll_fd(lyt_sock *const *socks, size_t n, bool *ready, int fd,
                                         bool *fd_ready, int64_t timeout_ms);

/*
 * A descriptor for a loop that waits for others, too. It becomes readable when something new
 * may have come, and once only: read the socket until it says LYT_EBUSY before each wait.
 */
int lyt_sock_fd(const lyt_sock *sock);

/* Stops listening on an endpoint as lyt_sock_bind() gave it. */
void lyt_sock_unbind(lyt_sock *sock, const char *bound);

/* "4.3.4" */
const char *lyt_net_version(void);

#endif
