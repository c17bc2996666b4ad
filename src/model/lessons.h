/*
 * lyt_lessons: what people corrected. A lesson is a message and what should have been said
 * of it. Together they make a second, sparse table of weights behind the trained ones: each
 * lesson is met exactly, and messages of other words stay as they were.
 *
 * The table is solved anew from all lessons in the order of their ids, so that it is a
 * function of the set: a lesson taken back leaves not a bit behind, and learning in another
 * order is the same model to the byte.
 *
 * A lesson moves an output by its likeness to the message,
 *     likeness(a, b) = sum of x_f(a) x_f(b),  x_f = w[group] rarity_f^2, to length 1
 * over stems, two in a row and concepts, seen in training or not. Its force is found by
 * dual coordinate ascent on the constraints (K. Crammer and others, JMLR 7, 2006, treat one
 * at a time; here all hold together), and only where the model was wrong or unsure: words
 * that are everywhere hardly move, the bias never.
 *
 * A firm cue (a safety word) is not unlearned: lessons lower what it says for the very same
 * words only.
 *
 * Lifetime  lyt_lessons_new() to lyt_lessons_free(); the model outlives it.
 * Threads   one at a time.
 */
#ifndef LYT_LESSONS_H
#define LYT_LESSONS_H

#include "model.h"

typedef struct lyt_lessons lyt_lessons;

enum {
    lyt_lesson_id_max = 128, /* bytes of an id */
    lyt_lessons_max = 100000,
};

/* Begins with those that the model has. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_lessons_new(lyt_lessons **out, const lyt_alloc *alloc,
                                        const lyt_model *model);
/*
 * Those that lie in `bytes` instead: lyt_model_lessons() of a model of the very same training.
 * LYT_EFORMAT: they do not. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_lessons_read(lyt_lessons **out, const lyt_alloc *alloc,
                                         const lyt_model *model, lyt_str bytes);
/* Those of a model as they lie in its file; empty: it has none. Lives with the model. */
lyt_str lyt_model_lessons(const lyt_model *model);
void lyt_lessons_free(lyt_lessons *lessons);

size_t lyt_lessons_count(const lyt_lessons *lessons);
/* In the order of ids; borrowed until the next change. */
lyt_str lyt_lessons_id(const lyt_lessons *lessons, size_t index);

/*
 * That exactly the labels of truth[n_labels] are right for a text; none of them: that nothing
 * failed. Another lesson of that id is replaced. scratch is of the model. LYT_EINVAL: an id
 * that is empty, too long or no UTF-8, or two labels for a model of one label a message;
 * LYT_ELIMIT: too many lessons, or the arena's cap; LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_lessons_learn(lyt_lessons *lessons, lyt_str id, const lyt_input *input,
                                          const bool *truth, lyt_scratch *scratch, lyt_arena *arena,
                                          lyt_error *err);
/* False when there is no such lesson. */
bool lyt_lessons_unlearn(lyt_lessons *lessons, lyt_str id);

/*
 * The model with these lessons instead of its own. It shares the table of `model`, which
 * outlives it; lessons may change or go. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_model_teach(lyt_model **out, const lyt_model *model,
                                        const lyt_lessons *lessons, lyt_error *err);

#endif
