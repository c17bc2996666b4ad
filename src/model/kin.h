/*
 * lyt_kin: which examples of a corpus say the same. Files whose lengths differ by less than
 * 2 % are taken for translations of one another: a line's place in its file is then known to
 * a hundredth, and what stands there with the same labels is the same line.
 *
 * Threads   a pure function of what it is given; it writes the examples' kin.
 */
#ifndef LYT_KIN_H
#define LYT_KIN_H

#include "corpus.h"

/* The examples of one file. */
typedef struct lyt_span {
    size_t first, n;
} lyt_span;

/* Sets kin of all examples in the spans. */
void lyt_kin_set(lyt_example *examples, const lyt_span *spans, size_t n_spans);

#endif
