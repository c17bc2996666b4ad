/*
 * lyt_follower: a named subscriber: the service keeps what it wants until it is
 * acknowledged. Survives restarts of the service: it attaches again by itself.
 *
 * Lifetime  lyt_follower_new() to lyt_follower_free(); the net outlives it.
 * Threads   belongs to the thread that made it.
 * Units     milliseconds.
 */
#ifndef LYT_FOLLOWER_H
#define LYT_FOLLOWER_H

#include "net.h"

typedef struct lyt_follower lyt_follower;

typedef struct lyt_follower_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const char *replay;    /* endpoint */
    const char *name;      /* part of a topic: a to z, digits and "-" */
    const lyt_str *topics; /* prefixes, borrowed for the call; none: everything */
    size_t n_topics;
    /* where a name begins that the service does not know yet; -1: with what comes now */
    int64_t since;
    /* 0: the service's usual */
    int64_t credit, ack_wait_ms, max_deliveries;
} lyt_follower_options;

/* Borrowed until the next call. */
typedef struct lyt_followed {
    int64_t seq, delivery; /* delivery: 1 for the first time */
    lyt_str topic, json;
} lyt_followed;

/* LYT_EINVAL: bad endpoint. LYT_ENOMEM. Connecting goes on in the background. */
LYT_MUST_USE lyt_status lyt_follower_new(lyt_follower **out, const lyt_follower_options *options,
                                         lyt_error *err);
/* NULL is accepted. Tells the service, so that another of the name takes over at once. */
void lyt_follower_free(lyt_follower *follower);

/*
 * LYT_ETIMEOUT: nothing came. LYT_ESTATE: the service refuses; err says why. LYT_EFORMAT: its
 * answer is not understood.
 */
LYT_MUST_USE lyt_status lyt_follower_next(lyt_follower *follower, lyt_followed *out, int timeout_ms,
                                          lyt_error *err);

/* Done with an event; the service forgets it. LYT_EBUSY: not sent; it comes again. */
LYT_MUST_USE lyt_status lyt_follower_done(lyt_follower *follower, int64_t seq);
/* Not now: again after delay_ms; below 0: the usual, twice as long each time. */
LYT_MUST_USE lyt_status lyt_follower_put_off(lyt_follower *follower, int64_t seq, int64_t delay_ms);

/* A sign of life, if one is due. lyt_follower_next() does this too; for who works long. */
void lyt_follower_beat(lyt_follower *follower);

/* The service has answered that it serves us; another one of the name may be first in line. */
bool lyt_follower_is_attached(const lyt_follower *follower);
bool lyt_follower_stands_by(const lyt_follower *follower);
/* Milliseconds since the service was last heard. */
int64_t lyt_follower_silent_ms(const lyt_follower *follower);

#endif
