/*
 * lyt_watchtower: a lookout beside a running service. Looks on as messages are judged and has
 * told (health.drift, health.new-topic) what changes from now on: what it finds in messages
 * from before the start only says what is usual.
 *
 * Threads   one: that which waits for signals. A look takes some milliseconds.
 */
#ifndef LYT_WATCHTOWER_H
#define LYT_WATCHTOWER_H

#include "lookout.h"
#include "service.h"

typedef struct lyt_watchtower lyt_watchtower;

typedef struct lyt_watchtower_options {
    const lyt_alloc *alloc;
    const lyt_log *log;
    const char *state; /* folder of the service */
    int64_t now_us;    /* of the service's clock */
} lyt_watchtower_options;

/* LYT_ENOMEM, LYT_ELIMIT (a path that is too long). */
LYT_MUST_USE lyt_status lyt_watchtower_new(lyt_watchtower **out,
                                           const lyt_watchtower_options *options, lyt_error *err);
void lyt_watchtower_free(lyt_watchtower *tower);

/*
 * From now on messages are read with this classifier, which outlives its use. All that is kept is
 * read anew, in the looks to come, and what changed before now_us is not told (again).
 */
LYT_MUST_USE lyt_status lyt_watchtower_use(lyt_watchtower *tower, const lyt_classifier *classifier,
                                           int64_t now_us, lyt_error *err);

/* Reads on, and has the service tell of one thing that was found. Failures are logged once. */
void lyt_watchtower_look(lyt_watchtower *tower, lyt_service *service);

#endif
