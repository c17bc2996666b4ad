/*
 * lyt_verdict_skim(): the few words of a kept verdict that say whom it alarmed, without building a
 * tree of the rest: a fifth of the time that lyt_json_parse() takes, which is what counts where a
 * month of verdicts is gone through.
 *
 * Threads   a pure function.
 */
#ifndef LYT_VERDICT_SKIM_H
#define LYT_VERDICT_SKIM_H

#include <stdbool.h>
#include <stddef.h>

#include <lyt/str.h>

/* Borrowed from the JSON. */
typedef struct lyt_skimmed {
    lyt_str scenario, team; /* team: may be empty */
    int severity;           /* 0 where it does not say */
    bool shadow;
} lyt_skimmed;

/*
 * json: as lyt_verdict_json() wrote it. kind: empty where it does not say. *n: how many failures
 * went into out; those beyond max are left out.
 *
 * False: this is not how one is written, and lyt_json_parse() is to say what it is.
 */
bool lyt_verdict_skim(lyt_str json, lyt_str *kind, lyt_skimmed *out, size_t max, size_t *n);

#endif
