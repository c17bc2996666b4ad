/*
 * lyt_refinery: lyt refine beside a running service, in a process of its own and behind all
 * others, when enough has been corrected since the last time. When it has made a model, it
 * tells the service itself.
 *
 * Threads   one: that which waits for signals.
 */
#ifndef LYT_REFINERY_H
#define LYT_REFINERY_H

#include <sys/types.h>

#include "refinedfolder.h"

typedef struct lyt_refinery {
    const char *pack, *state; /* as given to the service */
    const char *own;          /* the house's own scenarios; set it after init; NULL: none */
    const lyt_log *log;
    size_t every; /* corrections; 0: never */
    lyt_refinedfolder folder;
    pid_t pid; /* of the one that runs; 0: none */
} lyt_refinery;

void lyt_refinery_init(lyt_refinery *refinery, const char *pack, const char *state, size_t every,
                       const lyt_log *log);

/* n_corrections: all there are. Begins one when due; one that has ended is looked after. */
void lyt_refinery_look(lyt_refinery *refinery, size_t n_corrections);

/* One that runs is ended. */
void lyt_refinery_stop(lyt_refinery *refinery);

#endif
