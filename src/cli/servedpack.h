/*
 * lyt_servedpack: what a service judges with: the pack as it is in this house, refined where that
 * was done, and over it what people corrected.
 *
 * Lifetime  lyt_servedpack_open() to lyt_servedpack_close(), in the caller's storage.
 * Threads   one at a time; the classifiers may be read by any.
 */
#ifndef LYT_SERVEDPACK_H
#define LYT_SERVEDPACK_H

#include "logger.h"
#include "teacher.h"

typedef struct lyt_servedpack_options {
    const char *pack, *own, *refined; /* as lyt_classifier_options */
    bool no_spelling;
    bool force; /* a pack whose examples come out wrong is used all the same */
    const char *state; /* folder with the corrections */
    const lyt_log *log;
} lyt_servedpack_options;

typedef struct lyt_servedpack {
    lyt_classifier *classifier; /* of the pack */
    lyt_teacher *teacher;       /* of that */
    lyt_classifier *taught;     /* the same with what was corrected; NULL: nothing was */
} lyt_servedpack;

/*
 * All or nothing: *out is empty after a failure. Logs what of it cannot be used.
 *
 * LYT_ESTATE: an example in a scenario of the pack does not come out as its file says (SC-03); err
 * names it. Those that are the house's own were asked about when they were saved, and what a
 * refined model, more languages or the want of spelling make of an example is not the scenario's
 * fault: they are logged, as all are with force.
 */
LYT_MUST_USE lyt_status lyt_servedpack_open(lyt_servedpack *out,
                                            const lyt_servedpack_options *options, lyt_error *err);
/* An empty one is accepted. */
void lyt_servedpack_close(lyt_servedpack *pack);

/* What judges: the one that was taught, if any was. */
const lyt_classifier *lyt_servedpack_best(const lyt_servedpack *pack);

/*
 * What was corrected since the last time. *out: a classifier with it, to be put into
 * pack->taught (and the one before closed) once it is used; NULL: nothing was.
 */
LYT_MUST_USE lyt_status lyt_servedpack_learn(lyt_servedpack *pack, const lyt_log *log,
                                             lyt_classifier **out, lyt_error *err);

#endif
