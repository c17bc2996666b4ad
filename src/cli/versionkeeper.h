/*
 * lyt_versionkeeper: what a service does so that every version it judged with can be shown later
 * (versions.h, in the folder versions of its state): keeps a pack before it is used, notes when it
 * is, and lets go of those that nothing kept was judged with.
 *
 * Where the disk is full at the start, what was read waits in memory and is written when it can be;
 * a reload that cannot be kept is refused.
 *
 * Lifetime  lyt_versionkeeper_init() to lyt_versionkeeper_deinit(), in the caller's storage.
 * Threads   the one that waits for signals.
 */
#ifndef LYT_VERSIONKEEPER_H
#define LYT_VERSIONKEEPER_H

#include "classify.h"
#include "logger.h"
#include "versions.h"

typedef struct lyt_versionkeeper {
    lyt_versions versions;
    char folder[4096];
    const char *own; /* folder of the house's own scenarios */
    const lyt_log *log;
    lyt_buf waiting; /* a version's file that could not be written yet */
    uint64_t waiting_for;
    uint64_t version, base; /* what is used now; 0: nothing yet */
    int64_t since_us;
    bool is_noted, has_complained;
    int64_t again_us, look_us; /* monotonic */
} lyt_versionkeeper;

/* state, own: folders, borrowed. LYT_ELIMIT: a path is too long. */
LYT_MUST_USE lyt_status lyt_versionkeeper_init(lyt_versionkeeper *keeper, const char *state,
                                               const char *own, const lyt_log *log, lyt_error *err);
void lyt_versionkeeper_deinit(lyt_versionkeeper *keeper);

/*
 * Before a pack is used: on LYT_OK, what it was read from is on the disk; with may_wait, or in
 * memory until it can be. LYT_EBUSY: its files have changed since, so it is to be read again. One
 * that is kept already is whole; what its files have become since is not looked at.
 */
LYT_MUST_USE lyt_status lyt_versionkeeper_keep(lyt_versionkeeper *keeper,
                                               const lyt_classifier *classifier, bool may_wait,
                                               int64_t now_us, lyt_error *err);

/* From now on messages are judged with the classifier, of a pack that was kept. */
void lyt_versionkeeper_use(lyt_versionkeeper *keeper, const lyt_classifier *classifier,
                           int64_t now_us);

/*
 * Now and then: tries again what could not be written, and once a day lets go of what is older
 * than all that is kept in the database; has_rules: whether anything there ever goes.
 */
void lyt_versionkeeper_look(lyt_versionkeeper *keeper, const char *database, bool has_rules,
                            int64_t mono_us);

#endif
