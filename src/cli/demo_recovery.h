/*
 * lyt_demo_recovery: the demo's second half: what a house does after the alarm, on a real service
 * with its settings and a clock that runs fast. The steps are a file (recovery.jsonl of the pack,
 * docs/formats.md section 1.6); what is printed is what the service said.
 *
 * Threads   one at a time.
 */
#ifndef LYT_DEMO_RECOVERY_H
#define LYT_DEMO_RECOVERY_H

#include "command.h"

typedef struct lyt_demo_recovery {
    const char *pack;   /* as --pack gives it */
    const char *folder; /* of the pack */
    const char *state;  /* made if absent */
    bool quiet;
    /* out */
    size_t n_steps, n_done;
    int64_t took_ms;
    lyt_buf figures; /* JSON of the service's recovery, empty before the end; the caller's */
} lyt_demo_recovery;

/* LYT_ENOTFOUND: the pack has no such file; there is nothing to show. Complains of steps itself. */
LYT_MUST_USE lyt_status lyt_demo_recovery_run(const lyt_call *call, lyt_demo_recovery *demo,
                                              lyt_error *err);

#endif
