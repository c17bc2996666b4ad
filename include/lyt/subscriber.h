/*
 * lyt_subscription: hears the events of a Lyt service in your own program (docs/bus.md).
 *
 *   With a name the service keeps what you want until you acknowledge it, also while you
 *   are not there: every event at least once, in order; one that you do not acknowledge in
 *   time comes again. Without a name you hear what happens, and are told of what you missed.
 *
 *   lyt_subscription *pager;
 *   lyt_bus_event event;
 *   lyt_error err;
 *   const char *topics[] = {"alarm.havnen."};
 *
 *   if (lyt_subscription_open(&pager, &(lyt_subscription_options){.replay = "tcp://127.0.0.1:7704",
 *           .name = "pager", .topics = topics, .n_topics = 1}, &err))
 *       ...
 *   while (lyt_subscription_next(pager, &event, -1, &err) == LYT_OK) {
 *       ring(event.json);
 *       lyt_subscription_ack(pager, event.seq);
 *   }
 *
 * Lifetime  open to close.
 * Threads   one at a time; call lyt_subscription_next() (or _alive()) at least once a second:
 *           a subscriber that shows no sign of life for three is taken for dead.
 * Units     milliseconds; texts are UTF-8 and not NUL-terminated but for `json`.
 * Errors    as returned; nothing is printed, nothing exits, there is no global state.
 */
#ifndef LYT_SUBSCRIBER_H
#define LYT_SUBSCRIBER_H

#include <stddef.h>
#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/status.h>
#include <lyt/str.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lyt_subscription lyt_subscription;

typedef struct lyt_subscription_options {
    const char *replay; /* the service's replay socket */
    const char *bus;    /* its bus; not needed with a name */
    const char *name;   /* 1 to 64 of a to z, digits and "-"; NULL: nothing is kept for you */
    const char *const *topics; /* prefixes: "alarm.havnen."; none: everything */
    size_t n_topics;
    /*
     * Begin after this event: 0 with the first there is. -1: with what comes now. A name that
     * the service knows goes on where it was.
     */
    int64_t since;
    int64_t credit;         /* with a name: most events that wait for you to acknowledge; 0: 100 */
    int64_t ack_wait_ms;    /* with a name: not acknowledged by then, it comes again; 0: 30000 */
    int64_t max_deliveries; /* with a name: then it is a dead letter; 0: 5 */
    int64_t late_ms;        /* without a name: an event older than this is told of; 0: never */
    /* with keys, both: the service's public key, and the file of yours (lyt keygen) */
    const char *server_key, *key_file;
    const lyt_alloc *alloc; /* NULL: malloc; ZeroMQ uses malloc */
} lyt_subscription_options;

typedef struct lyt_bus_event {
    int64_t seq;      /* its number in the log */
    int64_t delivery; /* 1, or more when it comes again */
    lyt_str topic;
    lyt_str json; /* NUL-terminated; docs/schema/ says what is in it */
} lyt_bus_event;

/*
 * Connecting goes on in the background.
 * LYT_EINVAL: an option; err names it. LYT_ESTATE: others may read the key file.
 * LYT_ENOTFOUND, LYT_EFORMAT: it is not there, or no key. LYT_ENOMEM.
 */
LYT_API LYT_MUST_USE lyt_status lyt_subscription_open(lyt_subscription **out,
                                                      const lyt_subscription_options *options,
                                                      lyt_error *err);
/* NULL is accepted. What was not acknowledged comes again, to whoever has the name next. */
LYT_API void lyt_subscription_close(lyt_subscription *subscription);

/*
 * The next event, borrowed until the next call; timeout_ms -1 waits for ever.
 *
 * LYT_ETIMEOUT  none came.
 * LYT_ELIMIT    you were too slow, or something was lost: err says from which event to
 *               which, or how old one is. Go on calling: what was lost is fetched, and nothing
 *               is missing in the end, unless err says that it is too old and not kept any more.
 * LYT_ECLOSED   the service has not been heard for three heartbeats; go on calling, it
 *               is found again when it is back.
 * LYT_ESTATE    the service refuses; err says why.
 */
LYT_API LYT_MUST_USE lyt_status lyt_subscription_next(lyt_subscription *subscription,
                                                      lyt_bus_event *event, int timeout_ms,
                                                      lyt_error *err);

/* With a name: the event is dealt with. LYT_EBUSY: this could not be sent; it comes again. */
LYT_API lyt_status lyt_subscription_ack(lyt_subscription *subscription, int64_t seq);
/* With a name: not now; again after delay_ms, below 0 for the usual. */
LYT_API lyt_status lyt_subscription_later(lyt_subscription *subscription, int64_t seq,
                                          int64_t delay_ms);
/* A sign of life while you work on one event for long. */
LYT_API void lyt_subscription_alive(lyt_subscription *subscription);

/* Without a name: what to give as `since` next time; -1: nothing is known yet. */
LYT_API int64_t lyt_subscription_seq(const lyt_subscription *subscription);

#ifdef __cplusplus
}
#endif
#endif
