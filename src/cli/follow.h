/*
 * lyt_follow: `lyt subscribe --name`: what a named subscriber is given, each printed or handed
 * to a command, and acknowledged only then.
 *
 * Threads   one at a time.
 */
#ifndef LYT_FOLLOW_H
#define LYT_FOLLOW_H

#include "console.h"
#include "follower.h"

typedef struct lyt_follow_options {
    lyt_console *console;
    bool json;
    const char *exec;   /* a shell command that reads the event on stdin; NULL: print it */
    int64_t count;      /* end after so many; 0: never */
    int64_t timeout_us; /* LYT_ETIMEOUT when none comes for so long; 0: never */
    const char *hint;   /* what to look at when nobody answers */
} lyt_follow_options;

/*
 * Until it is stopped (lyt_online_stopped()), or as the options say. A command that fails has
 * not dealt with its event: it is put off, and comes again. LYT_ESTATE: the service refuses.
 */
LYT_MUST_USE lyt_status lyt_follow(lyt_follower *follower, const lyt_follow_options *options,
                                   lyt_error *err);

#endif
