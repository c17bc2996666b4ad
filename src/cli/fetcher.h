/*
 * lyt_fetcher: the helper that fetches answers which survey systems keep until they are asked
 * (`lyt fetch waiting --follow`), as a process beside the service: it alone has the tokens in its
 * memory and asks the net, and when it ends badly the service does not.
 *
 * Lifetime  lyt_fetcher_start() to lyt_fetcher_end(), in the caller's storage; texts are borrowed.
 * Threads   one at a time.
 */
#ifndef LYT_FETCHER_H
#define LYT_FETCHER_H

#include <sys/types.h>

#include "logger.h"

typedef struct lyt_fetcher {
    pid_t pid; /* 0: none now */
    bool is_wanted;
    const char *state, *channels;
    const lyt_log *log;
    int64_t began_us, due_us, wait_us;
} lyt_fetcher;

/* Failing to start is tried again, as one that has ended is. */
void lyt_fetcher_start(lyt_fetcher *fetcher, const char *state, const char *channels,
                       const lyt_log *log);
/* Once a second: one that has ended is started again, ever more slowly up to a minute. */
void lyt_fetcher_look(lyt_fetcher *fetcher);
/* As soon as what it reads has changed: it is ended, and another started. */
void lyt_fetcher_renew(lyt_fetcher *fetcher);
/* Ends it and waits. One that was never started: nothing to do. */
void lyt_fetcher_end(lyt_fetcher *fetcher);

#endif
