/*
 * lyt_lookout: reads what a service has judged, again and as it comes, and says when messages
 * have become others (drift.h) and what guests have begun to speak of that no scenario knows
 * (emerging.h).
 *
 * Lifetime  lyt_lookout_new() to lyt_lookout_free(); the classifier outlives it.
 * Threads   one at a time; opens the database to read, beside the ledger.
 * Cost      a message is taken apart a second time, some 15 us.
 */
#ifndef LYT_LOOKOUT_H
#define LYT_LOOKOUT_H

#include <lyt/classifier.h>

#include "drift.h"
#include "emerging.h"

typedef struct lyt_lookout lyt_lookout;

typedef struct lyt_lookout_options {
    const lyt_alloc *alloc;
    const lyt_classifier *classifier; /* of a pack */
    const char *database;             /* lyt.db of a service; borrowed */
    int64_t since_us;                 /* older messages are not read */
    /* Called for each message, and for each change of all of them; either may be NULL. */
    void (*on_seen)(void *context, const lyt_drift_seen *seen);
    void (*on_change)(void *context, const lyt_drift_change *change, int64_t at_us);
    void *context;
} lyt_lookout_options;

/* LYT_ENOMEM, LYT_ENOTFOUND (a stemmer). */
LYT_MUST_USE lyt_status lyt_lookout_new(lyt_lookout **out, const lyt_lookout_options *options,
                                        lyt_error *err);
void lyt_lookout_free(lyt_lookout *lookout);

/*
 * Reads on from the last message that was read, at most `most` of them. *n: how many; fewer
 * than `most` when there are no more. LYT_ENOMEM, LYT_EIO, LYT_EBUSY; what was read stays read.
 */
LYT_MUST_USE lyt_status lyt_lookout_read(lyt_lookout *lookout, size_t most, size_t *n,
                                         lyt_error *err);

/* When the last message came that was read; 0 for none. */
int64_t lyt_lookout_last_us(const lyt_lookout *lookout);

/* As lyt_emerging_find(), of the days_us before the last message. */
LYT_MUST_USE lyt_status lyt_lookout_topics(lyt_lookout *lookout, int64_t days_us,
                                           const lyt_emerging_topic **out, size_t *n);

/* The scenario that a change's label is; lives with the classifier. */
const char *lyt_lookout_label(const lyt_lookout *lookout, uint16_t label);

#endif
