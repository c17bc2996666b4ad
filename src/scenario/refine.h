/*
 * lyt_refine: a pack's model trained anew with what people corrected in one house, and whether
 * it is any worse for it. Lessons (lessons.h) are right at once and about their own words; here
 * they become sentences like the pack's own, so that others profit.
 *
 * One lesson in five and one sentence in five are held back, and two models learn from the rest:
 * the pack's sentences alone, and with the lessons. Of what both have not seen
 *   - at least as many held-back lessons must come out right with lessons as without,
 *   - of the held-back sentences no more may turn wrong than chance explains (McNemar,
 *     Psychometrika 12, 1947: lost - gained < 2 sqrt(lost + gained)),
 * and with everything learned the scenarios' examples are run: the same rule, and not one
 * of severity 4 may be lost. Only then is there a model; else the house stays with what it has.
 *
 * The same pack and lessons give the same model to the byte.
 *
 * Threads   one at a time; training uses several of its own.
 */
#ifndef LYT_REFINE_H
#define LYT_REFINE_H

#include "classify.h"

enum { lyt_refine_lessons_min = 10 }; /* fewer tell nothing */

/* Messages without and with the lessons. */
typedef struct lyt_refine_score {
    size_t n;
    size_t before, after; /* right; of a message: exactly its scenarios are reported */
    size_t lost, gained;  /* right before and wrong after; the other way */
} lyt_refine_score;

typedef enum lyt_refine_verdict {
    LYT_REFINE_TAKEN,
    LYT_REFINE_FEW,       /* lessons: below lyt_refine_lessons_min; nothing was trained */
    LYT_REFINE_LESSONS,   /* held-back lessons are worse */
    LYT_REFINE_SENTENCES, /* the pack's sentences are worse */
    LYT_REFINE_EXAMPLES,  /* the scenarios' examples are worse */
} lyt_refine_verdict;

typedef struct lyt_refined {
    lyt_refine_verdict verdict;
    lyt_model *model; /* the caller's; NULL unless taken */
    size_t n_lessons; /* learned from or held back */
    size_t n_skipped; /* name a scenario that the pack does not have, or have no words */
    lyt_refine_score lessons, sentences, examples;
} lyt_refined;

/*
 * pack: with its own model, not a refined one. lessons: ids are not looked at; texts of one
 * message may hold line breaks. options: those the pack was loaded with; progress is called.
 * LYT_ESTATE: stopped by progress. LYT_ENOMEM and what training says; *out untouched then.
 */
LYT_MUST_USE lyt_status lyt_refine(lyt_pack *pack, const lyt_lesson *lessons, size_t n,
                                   const lyt_pack_options *options, lyt_refined *out,
                                   lyt_error *err);

#endif
