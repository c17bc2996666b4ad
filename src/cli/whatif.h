/*
 * lyt_whatif: what another pack would have made of the messages that are kept. Each is
 * judged anew and compared with the verdict it got: alarms gained, lost, sent elsewhere.
 * Only reads; nothing is kept, nobody is alarmed.
 *
 * Lifetime  a result from lyt_whatif_run() to lyt_whatif_deinit().
 * Threads   runs on as many as the machine has; the outcome does not depend on how many.
 */
#ifndef LYT_WHATIF_H
#define LYT_WHATIF_H

#include <lyt/classifier.h>

#include "buf.h"
#include "store_scan.h"

typedef enum lyt_whatif_kind {
    LYT_WHATIF_GAINED,
    LYT_WHATIF_LOST,
    LYT_WHATIF_REROUTED, /* another team, or another scenario heard in its place */
    LYT_WHATIF_SEVERITY, /* the same alarm, otherwise urgent */
    LYT_WHATIF_KINDS
} lyt_whatif_kind;

enum { lyt_whatif_name_bytes = 64, lyt_whatif_examples = 3 };

typedef struct lyt_whatif_alarm {
    char scenario[lyt_whatif_name_bytes], team[lyt_whatif_name_bytes];
    int severity;
} lyt_whatif_alarm;

/* All changes of one kind between the same two alarms. */
typedef struct lyt_whatif_change {
    lyt_whatif_kind kind;
    lyt_whatif_alarm before, after; /* empty where there is none */
    int64_t n;
    int64_t id[lyt_whatif_examples]; /* feedback, the first of them */
    lyt_buf text[lyt_whatif_examples];
} lyt_whatif_change;

typedef struct lyt_whatif {
    int64_t messages, unread; /* unread: no verdict to compare with, or none to be had */
    int64_t alarms_before, alarms_after, same;
    int64_t n_of[LYT_WHATIF_KINDS];
    lyt_whatif_change *changes; /* by kind, then the most frequent first */
    size_t n_changes, cap_changes;
} lyt_whatif;

/* LYT_ENOMEM, and what the store says. out is to be freed on LYT_OK only. */
LYT_MUST_USE lyt_status lyt_whatif_run(lyt_whatif *out, lyt_store *store, int64_t since_us,
                                       const lyt_classifier *classifier, lyt_error *err);
void lyt_whatif_deinit(lyt_whatif *result);

#endif
