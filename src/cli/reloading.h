/*
 * lyt_reloading: another thread asks the one that waits for signals to read the pack again, and
 * waits until it has been done.
 *
 * Lifetime  lyt_reloading_init() to lyt_reloading_deinit(), in the caller's storage.
 * Threads   ask from any; begin, done and end from the one that reloads.
 */
#ifndef LYT_RELOADING_H
#define LYT_RELOADING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <lyt/status.h>

typedef struct lyt_reloading {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t asked, done; /* how often; those up to `done` have been heard */
    bool is_over;
    lyt_status status; /* of the last one done */
    lyt_error err;
} lyt_reloading;

/* LYT_EIO. */
LYT_MUST_USE lyt_status lyt_reloading_init(lyt_reloading *r, lyt_error *err);
void lyt_reloading_deinit(lyt_reloading *r);

/*
 * Sends SIGHUP to this process and returns what came of it. context: the lyt_reloading.
 * LYT_ESTATE: the service is being stopped.
 */
lyt_status lyt_reloading_ask(void *context, lyt_error *err);

/* What is asked up to now will be answered by the reload that begins. */
uint64_t lyt_reloading_begin(lyt_reloading *r);
void lyt_reloading_done(lyt_reloading *r, uint64_t began, lyt_status status, const lyt_error *err);
/* Nobody reloads any more: who waits hears so. */
void lyt_reloading_end(lyt_reloading *r);

#endif
