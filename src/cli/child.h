/*
 * lyt_child: a service of our own program in a process of its own, for the demo.
 *
 * Lifetime  lyt_child_start() to lyt_child_end().
 * Threads   one at a time.
 */
#ifndef LYT_CHILD_H
#define LYT_CHILD_H

#include <sys/types.h>

#include "online.h"

typedef struct lyt_child {
    pid_t pid; /* 0: none */
} lyt_child;

/*
 * Runs `lyt serve` with the arguments (NULL-terminated, without the program) and waits until
 * endpoints.json in state is its own. LYT_ECLOSED: it ended; it has said why on stderr.
 * LYT_ETIMEOUT after limit_s.
 */
LYT_MUST_USE lyt_status lyt_child_start(lyt_child *child, char *const *arguments, const char *state,
                                        int limit_s, lyt_endpoints *at, lyt_error *err);

/* SIGTERM, then waits. LYT_EIO: it did not end well; err has its exit code. */
lyt_status lyt_child_end(lyt_child *child, lyt_error *err);

#endif
