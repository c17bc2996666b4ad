/*
 * lyt_webcount: what happened over HTTP, in numbers, and as Prometheus reads it.
 *
 * Lifetime  plain struct, zeroed.
 * Threads   one at a time.
 */
#ifndef LYT_WEBCOUNT_H
#define LYT_WEBCOUNT_H

#include "json.h"
#include "webroute.h"

/* why a request was not taken, and its name in the counter */
#define LYT_WEB_REFUSALS(X)                                                                        \
    X(BODY, "body-too-long")                                                                       \
    X(BUSY, "busy")                                                                                \
    X(CONNECTION, "connections-full")                                                              \
    X(CSRF, "csrf")                                                                                \
    X(FORBIDDEN, "forbidden")                                                                      \
    X(GATEWAY, "gateway")                                                                          \
    X(HEADERS, "headers-too-many")                                                                 \
    X(HOST, "foreign-host")                                                                        \
    X(MALFORMED, "malformed")                                                                      \
    X(METHOD, "method")                                                                            \
    X(NOT_FOUND, "not-found")                                                                      \
    X(RATE, "rate")                                                                                \
    X(SLOW, "slow-request")                                                                        \
    X(STREAM, "slow-stream")                                                                       \
    X(TAG, "unknown-tag")                                                                          \
    X(TOKEN, "unknown-token")                                                                      \
    X(TYPE, "content-type")

typedef enum lyt_web_refusal {
#define X(name, text) LYT_WEB_REFUSED_##name,
    LYT_WEB_REFUSALS(X)
#undef X
        LYT_WEB_REFUSED_COUNT
} lyt_web_refusal;

enum { lyt_webcount_times = 10 };

typedef struct lyt_webcount {
    int64_t by_route[lyt_webroutes_max + 1]
                    [6]; /* by the first digit of the status; last: no route */
    int64_t refused[LYT_WEB_REFUSED_COUNT];
    int64_t times[lyt_webcount_times + 1]; /* how long answers took, by bucket */
    int64_t time_us, n_times;
    int64_t connections, streams, events;
} lyt_webcount;

void lyt_webcount_answer(lyt_webcount *count, const lyt_webroute *route, int status,
                         int64_t took_us);

/*
 * All as text: counters of HTTP, then every number of status (the answer to a status request, may
 * be NULL) under its path: {"counts":{"feedback":3}} is lyt_counts_feedback 3.
 */
void lyt_webcount_write(const lyt_webcount *count, const lyt_json *status, lyt_buf *out);

#endif
