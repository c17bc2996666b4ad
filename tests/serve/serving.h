/*
 * A whole service in this process on free ports, with a judge that knows two words:
 * "cold" (heating-broken, technical, 3) and "dirty" (room-not-cleaned, housekeeping,
 * 2). "unspeakable" makes it fail, what begins with "thank" is praise.
 */
#ifndef LYT_SERVING_H
#define LYT_SERVING_H

#include "client.h"
#include "json.h"
#include "service.h"
#include "testing.h"

extern const lyt_judge serving_judge;

typedef struct serving {
    char folder[64];
    lyt_net *net;
    lyt_service_options options;
    lyt_log log;
    lyt_buf said; /* ids of what was logged, a line each */
    _Atomic int n_stalls, n_going_on; /* how often the log said that of the disk */
    lyt_endpoints at;
    lyt_service *service;
    lyt_asker *submit, *replay;
    lyt_subscriber *sub;
    lyt_buf heard;            /* topics, a line each */
    size_t n_heard, n_health; /* health events stand in none of the others */
    int64_t last_seq;
    lyt_buf json; /* of the last event heard */
} serving;

/* A folder and options with short heartbeats; change the options, then start. */
void serving_init(serving *s);
void serving_start(serving *s);
void serving_stop(serving *s);
void serving_deinit(serving *s);

/* The answer, NUL-terminated, borrowed until the next question; fails the test after 20 s. */
const char *serving_submit(serving *s, const char *json);
const char *serving_ask(serving *s, const char *json);
/* A number of the answer to a request, by a path of at most two keys. */
int64_t serving_number(serving *s, const char *request, const char *key, const char *then);

/* Hears all events from the beginning; waits until so many came. */
void serving_listen(serving *s);
void serving_hear(serving *s, size_t n);

/* Steps the subscriber (so that no test sleeps) until status' number equals value. */
void serving_until(serving *s, const char *key, const char *then, int64_t value);

#endif
