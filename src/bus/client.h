/*
 * The other side of the service's sockets: lyt_sender puts messages in,
 * lyt_subscriber hears events, lyt_asker asks one question.
 *
 * Each survives restarts of the service. What is acknowledged is durable; what
 * is not is sent again, so that a message with an id arrives exactly once.
 *
 * Lifetime  _new() to _free(); the net outlives them.
 * Threads   each belongs to the thread that made it.
 * Units     timeouts in milliseconds.
 */
#ifndef LYT_CLIENT_H
#define LYT_CLIENT_H

#include "clock.h"
#include "net.h"

typedef struct lyt_sender lyt_sender;

/*
 * One message is done: answer is the service's JSON ("status": "accepted", "duplicate" or
 * "refused"), borrowed for the call; number is what lyt_sender_send() was given.
 */
typedef void (*lyt_answer_fn)(void *user, uint64_t number, lyt_str status, lyt_str answer);

typedef struct lyt_sender_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const lyt_clock *clock; /* NULL: the system's */
    const char *endpoint;   /* submit */
    size_t window;          /* most messages without an answer; 0: 100, at most 10000 */
    int64_t resend_ms;      /* after so long without an answer, or soon after a lost connection
                               stands again; 0: 2000 */
    lyt_answer_fn on_answer;
    void *user;
} lyt_sender_options;

/* LYT_EINVAL: bad endpoint or window. LYT_ENOMEM. Connecting goes on in the background. */
LYT_MUST_USE lyt_status lyt_sender_new(lyt_sender **out, const lyt_sender_options *options,
                                       lyt_error *err);
/* NULL is accepted. What has no answer yet is forgotten. */
void lyt_sender_free(lyt_sender *sender);

/* LYT_EBUSY: the window is full; lyt_sender_step() makes room. json is copied. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_sender_send(lyt_sender *sender, uint64_t number, lyt_str json);

/*
 * Takes answers, waiting for the first at most timeout_ms, and sends again what is due.
 * LYT_ETIMEOUT: no answer came.
 */
LYT_MUST_USE lyt_status lyt_sender_step(lyt_sender *sender, int timeout_ms);

/* Messages without an answer. */
size_t lyt_sender_pending(const lyt_sender *sender);
/* How often a message was sent again, or put off by "busy". */
uint64_t lyt_sender_resent(const lyt_sender *sender);

typedef struct lyt_asker lyt_asker;

/* endpoint: replay, or submit for a command. */
LYT_MUST_USE lyt_status lyt_asker_new(lyt_asker **out, lyt_net *net, const lyt_alloc *alloc,
                                      const char *endpoint, lyt_error *err);
void lyt_asker_free(lyt_asker *asker);
/* answer is borrowed until the next call. LYT_ETIMEOUT. */
LYT_MUST_USE lyt_status lyt_asker_ask(lyt_asker *asker, lyt_str json, int timeout_ms,
                                      lyt_str *answer);

typedef struct lyt_subscriber lyt_subscriber;

/* Anything but LYT_OK ends the step and is returned by it; the event counts as delivered. */
typedef lyt_status (*lyt_heard_fn)(void *user, int64_t seq, lyt_str topic, lyt_str json);

/* What a subscriber is told beside events. */
typedef enum lyt_stream_notice {
    LYT_STREAM_GAP,    /* events after `from` up to `to` are missing, and are fetched now */
    LYT_STREAM_LATE,   /* event `from` is older than late_ms: `to` milliseconds */
    LYT_STREAM_SILENT, /* no heartbeat for three periods: `to` milliseconds */
    LYT_STREAM_BACK,   /* heard again after that */
    LYT_STREAM_GONE,   /* events after `from` up to `to`: some are too old and kept no more */
    LYT_STREAM_OTHER,  /* another publisher: its events are new from number 1 on */
} lyt_stream_notice;
typedef void (*lyt_stream_notice_fn)(void *user, lyt_stream_notice notice, int64_t from,
                                     int64_t to);

/* An open incident of a snapshot, as JSON. As lyt_heard_fn. */
typedef lyt_status (*lyt_incident_heard_fn)(void *user, lyt_str json);

enum { lyt_subscriber_topics_max = 32, lyt_subscriber_topic_bytes_max = 1024 };

typedef struct lyt_subscriber_options {
    const lyt_alloc *alloc;
    lyt_net *net;
    const char *bus, *replay; /* endpoints */
    const lyt_str *topics;    /* prefixes, borrowed for the call; none: everything */
    size_t n_topics;
    int64_t since; /* deliver what is after this event first; -1: only what comes from now on */
    /*
     * Not NULL: since is not looked at; all open incidents come first, then every event after
     * the moment they are of.
     */
    lyt_incident_heard_fn on_incident;
    lyt_heard_fn on_event;
    lyt_stream_notice_fn on_notice; /* may be NULL */
    void *user;
    int64_t late_ms; /* 0: never */
} lyt_subscriber_options;

LYT_MUST_USE lyt_status lyt_subscriber_new(lyt_subscriber **out,
                                           const lyt_subscriber_options *options, lyt_error *err);
void lyt_subscriber_free(lyt_subscriber *subscriber);

/*
 * Delivers what is there, waiting for the first at most timeout_ms. Every event once, in
 * order; one that was lost on the way is fetched as soon as the next of its topic comes, or a
 * heartbeat.
 * LYT_ETIMEOUT: nothing came. LYT_EFORMAT: the service's answer is not understood.
 */
LYT_MUST_USE lyt_status lyt_subscriber_step(lyt_subscriber *subscriber, int timeout_ms);

/* All wanted events up to this one were delivered; what to give as since next time. -1: no
 * heartbeat has come yet. */
int64_t lyt_subscriber_seq(const lyt_subscriber *subscriber);
/* Events that had to be fetched after a loss. */
uint64_t lyt_subscriber_fetched(const lyt_subscriber *subscriber);

#endif
