/* What the files of dispatch share. Private to the room. */
#ifndef LYT_DISPATCH_INNER_H
#define LYT_DISPATCH_INNER_H

#include "access.h"
#include "core.h"
#include "joblist.h"
#include "submission.h"
#include "workframe.h"

typedef struct lyt_dispatch_worker {
    struct lyt_dispatch_worker *next;
    lyt_sock *sock;
    lyt_str identity;
    char identity_bytes[256];
    uint32_t credit;
    bool alone;     /* with a suspect: gets nothing else */
    bool is_taught; /* it was sent other lessons and has not said READY with them: gets nothing */
    uint64_t pack, base, number;
    char user[lyt_id_max];
    int64_t seen_us;
    int64_t moved_us; /* when it got work with none in hand, or last gave a verdict */
    lyt_joblist jobs;
} lyt_dispatch_worker;

/* One that is not to come back for a while. */
typedef struct lyt_dispatch_stuck {
    uint64_t who; /* 0: nobody */
    int64_t at_us;
} lyt_dispatch_stuck;

typedef struct lyt_dispatch {
    lyt_core *core;
    lyt_log log;
    lyt_sock *threads, *remote, *ledger;
    lyt_frames *frames;
    lyt_buf out;
    const lyt_judge *judge; /* what verdicts are to come from; its lessons lie in it */
    lyt_dispatch_worker *workers;
    size_t n_workers;
    lyt_joblist urgent, queue, suspects, condemned;
    lyt_door door;
    int64_t beat_us, probe_us, look_us;
    int64_t served_us;  /* when there was a worker last, or nothing for one to do */
    bool said_none;     /* that there is no worker */
    int64_t refused_us; /* when the log last said that somebody was refused; 0: never */
    lyt_dispatch_stuck stuck[16];
    size_t n_stuck; /* how often somebody was; the next place is this one modulo their number */
} lyt_dispatch;

enum {
    lyt_dispatch_beats_until_dead = 3,
    lyt_dispatch_beats_until_stuck = 30, /* with work and without a verdict */
    lyt_dispatch_beats_stuck_away = 600,
};

/* dispatch_jobs.c: which worker has which message */

/* A verdict, or that there will be none, on its way to the ledger; frees the job. */
void lyt_dispatch_report(lyt_dispatch *d, lyt_job *j, lyt_str part);
/* It lives: nothing is its fault. What waits for that is given out again. */
void lyt_dispatch_forgive(lyt_dispatch *d, uint64_t number);
void lyt_dispatch_park_condemned(lyt_dispatch *d);
/* Takes the worker off the list. blame: its jobs count a death. */
void lyt_dispatch_drop(lyt_dispatch *d, lyt_dispatch_worker *w, bool blame);
void lyt_dispatch_lose(lyt_dispatch *d, lyt_dispatch_worker *w, const char *why);
/* What stands in d->out goes to a peer. */
lyt_status lyt_dispatch_tell(lyt_dispatch *d, lyt_sock *sock, lyt_str identity);
/* Hands out all there are workers for. */
void lyt_dispatch_assign(lyt_dispatch *d);

#endif
