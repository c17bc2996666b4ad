/*
 * lyt_scope: whether a text is of the corpus' world at all. The best margin tells what is like no
 * label, but is deceived by a few common words; how much more often a feature is met in the
 * corpus than in what the prior was learned from, whatever that speaks of, tells it from another
 * side and knows the words that are usual elsewhere and never met here:
 *
 *   w(f) = ln((n(f) + 1/2) / (N + 1/2)) - ln((m(f) + 1/2) / (M + 1/2)), at most 3/2 either way
 *
 * with the corpus' counts n of N messages and the prior's m of M. It is a sum like the scorers,
 * so it stands in the model's table as what "none of these" weighs.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_SCOPE_H
#define LYT_SCOPE_H

#include "dataset.h"

/*
 * w: n_columns of the weighed dataset, the bias last; all 0 where it has no prior. more: of each
 * message what w would say of it had its fold (of `folds`) not been counted. Their mean is 0, and
 * their standard deviation what makes a twentieth of a margin. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_scope_fit(const lyt_dataset *dataset, const lyt_weighed *weighed,
                                      unsigned folds, float *w, float *more);

#endif
