/*
 * lyt_confusion: what was said in the place of what. One row a true label, one column a
 * label said, `none` last of both.
 *
 * A label that is there and said counts on the diagonal. One that was missed counts in the
 * columns of all that were said wrongly of the same message, or of none; one that was said
 * wrongly of a message with nothing missed counts in the row of none. A message with nothing
 * there and nothing said counts as none, none. With one label a message this is the usual
 * matrix.
 *
 * Lifetime  lyt_confusion_new() to lyt_confusion_free().
 * Threads   one at a time.
 */
#ifndef LYT_CONFUSION_H
#define LYT_CONFUSION_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_confusion lyt_confusion;

/* n_labels without none. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_confusion_new(lyt_confusion **out, const lyt_alloc *alloc,
                                          size_t n_labels);
/* NULL is accepted. */
void lyt_confusion_free(lyt_confusion *confusion);

/* One message: truth[n_labels], said[n_labels]. */
void lyt_confusion_add(lyt_confusion *confusion, const bool *truth, const bool *said);

size_t lyt_confusion_labels(const lyt_confusion *confusion);
/* Both up to n_labels, which is none. */
uint64_t lyt_confusion_at(const lyt_confusion *confusion, size_t truth, size_t said);

/* A cell off the diagonal that is not 0. */
typedef struct lyt_mistake {
    size_t truth, said; /* n_labels: none */
    uint64_t n;
} lyt_mistake;
/* The most frequent, at most max; of equals the first of the matrix. Returns how many. */
size_t lyt_confusion_mistakes(const lyt_confusion *confusion, lyt_mistake *out, size_t max);

#endif
