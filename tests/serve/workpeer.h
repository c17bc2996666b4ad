/*
 * peer: a worker of the test's own, which says what it is told to say.
 *
 * Lifetime  peer_open() to peer_close(). What is given back is the peer's, until it waits again.
 */
#ifndef WORKPEER_H
#define WORKPEER_H

#include "serving.h"
#include "workframe.h"

typedef struct peer {
    lyt_sock *sock;
    lyt_frames *frames;
    lyt_buf out;
    uint64_t number; /* 0: it does not say who it is */
} peer;

void peer_open(peer *p, serving *s);
void peer_close(peer *p);

void peer_say(peer *p, lyt_str frame);
/* READY, of the pack that the service of the tests has. */
void peer_ready(peer *p, uint32_t credit);
/* Passes over all frames before one of that type. */
lyt_str peer_wait(peer *p, lyt_workframe_type wanted);
/* For lyt_workframe_each_work(): its number into *user, an int64_t. */
lyt_status peer_note_work(void *user, const lyt_work_item *item);
/* The number of the next work, which has one message. */
int64_t peer_work(peer *p);
/* That work, judged: one failure of severity 4. */
void peer_done(peer *p, int64_t id, const char *scenario);

#endif
