/*
 * lyt_nudge: has the service that runs on a state folder read its pack again, as SIGHUP does.
 *
 * Threads   any.
 */
#ifndef LYT_NUDGE_H
#define LYT_NUDGE_H

#include <stdbool.h>

/* Whether there was one to tell. */
bool lyt_nudge(const char *state);

#endif
