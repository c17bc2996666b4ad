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

/* Rows of options for what comes into lyt_delivery_options. */
#define LYT_DELIVERY_TIMEOUT(values)                                                               \
    {                                                                                              \
        .name = "timeout", .type = LYT_OPT_REAL, .offset = offsetof(values, timeout),              \
        .value = "S", .min = 0.1, .max = 1e6, .unit = "seconds", .fallback = "30",                 \
        .help = "give up when nothing is taken for so long"                                        \
    }
#define LYT_DELIVERY_WINDOW(values)                                                                \
    {                                                                                              \
        .name = "window", .letter = 'w', .type = LYT_OPT_INT, .offset = offsetof(values, window),  \
        .value = "N", .min = 1, .max = 10000, .unit = "messages", .fallback = "100",               \
        .help = "most messages on the way at a time"                                               \
    }

/* Whatever the service says of a message; accepted: it has it, now or already. */
typedef void (*lyt_delivered_fn)(void *user, uint64_t number, bool accepted, lyt_str answer);

typedef struct lyt_delivery_options {
    const char *state, *submit, *key, *server_key; /* as the options of those names, or NULL */
    double timeout_s;                              /* give up when nothing is taken for so long */
    size_t window;                                 /* most messages on the way at a time; 0: 100 */
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

/*
 * Hands a message over, taking answers until there is room; number is what on_done is told.
 * LYT_ETIMEOUT: nothing was taken for timeout_s. LYT_ECLOSED: the user wants it to stop.
 */
LYT_MUST_USE lyt_status lyt_delivery_put(lyt_delivery *delivery, uint64_t number, lyt_str json,
                                         lyt_error *err);
/* Takes the answers that come within timeout_ms; none need come. LYT_ETIMEOUT: as above. */
LYT_MUST_USE lyt_status lyt_delivery_step(lyt_delivery *delivery, int timeout_ms, lyt_error *err);
/* Messages without an answer; 0 also when it could not be opened. */
size_t lyt_delivery_pending(const lyt_delivery *delivery);
/* Takes answers until there are none due. LYT_ETIMEOUT, LYT_ECLOSED: as above. */
LYT_MUST_USE lyt_status lyt_delivery_drain(lyt_delivery *delivery, lyt_error *err);

/* Complains that the service refused what ("row 7"), in the answer's own words. */
void lyt_delivery_complain(lyt_console *console, const char *what, lyt_str answer);

#endif
