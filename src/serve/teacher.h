/*
 * lyt_teacher: what was corrected, as a classifier. Reads the corrections of the event log with
 * the texts they are about and teaches them to a classifier (lessons.h). The log is the only
 * memory: after a restart or with a new pack the same lessons are made again.
 *
 * Lifetime  lyt_teacher_new() to lyt_teacher_free().
 * Threads   one at a time; opens the database to read, beside the ledger.
 */
#ifndef LYT_TEACHER_H
#define LYT_TEACHER_H

#include <lyt/classifier.h>

typedef struct lyt_teacher lyt_teacher;

/* state: the folder of the service. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_teacher_new(lyt_teacher **out, const lyt_alloc *alloc,
                                        const char *state, lyt_error *err);
void lyt_teacher_free(lyt_teacher *teacher);

/* From now on this classifier, untaught, which outlives the teacher's use of it. */
LYT_MUST_USE lyt_status lyt_teacher_use(lyt_teacher *teacher, const lyt_classifier *classifier,
                                        lyt_error *err);

/* Corrections that were learned from, of the classifier in use. */
size_t lyt_teacher_count(const lyt_teacher *teacher);

/*
 * Learns what was corrected since the last time. *out: the classifier used, with all lessons; the
 * caller's (lyt_classifier_close) and to be closed before the one used; NULL when there is
 * nothing new. skipped: corrections whose scenario is not in this pack; they count again with
 * one that has it. A state folder without a database has no lessons.
 */
LYT_MUST_USE lyt_status lyt_teacher_learn(lyt_teacher *teacher, lyt_classifier **out,
                                          size_t *skipped, lyt_error *err);

#endif
