/*
 * lyt_delivery: messages of a command into a running service, with what the service answered
 * counted. Behind it is lyt_sender: what gets no answer is sent again, and is still one message.
 *
 * Lifetime  lyt_delivery_open() to lyt_delivery_close(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_DELIVERY_H
#define LYT_DELIVERY_H

#include "online.h"

/* Whatever the service says of a message; accepted: it has it, now or already. */
typedef void (*lyt_delivered_fn)(void *user, uint64_t number, bool accepted, lyt_str answer);

typedef struct lyt_delivery_options {
    const char *state, *submit, *key, *server_key; /* as the options of those names, or NULL */
    double timeout_s;                              /* give up when nothing is taken for so long */
    lyt_delivered_fn on_done;                      /* may be NULL */
    void *user;
} lyt_delivery_options;

typedef struct lyt_delivery {
    lyt_delivery_options options;
    lyt_net *net;
    lyt_sender *sender;
    uint64_t accepted, duplicate, refused;
    int64_t progress_us;
} lyt_delivery;

/* LYT_ENOTFOUND: no service runs there. Close it all the same. */
LYT_MUST_USE lyt_status lyt_delivery_open(lyt_delivery *delivery,
                                          const lyt_delivery_options *options, lyt_error *err);
void lyt_delivery_close(lyt_delivery *delivery);

/* Hands a message over, taking answers until there is room. LYT_ETIMEOUT. */
LYT_MUST_USE lyt_status lyt_delivery_put(lyt_delivery *delivery, uint64_t number, lyt_str json,
                                         lyt_error *err);
/* Takes answers until there are none due. LYT_ETIMEOUT. */
LYT_MUST_USE lyt_status lyt_delivery_drain(lyt_delivery *delivery, lyt_error *err);

#endif
