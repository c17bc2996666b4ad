/*
 * lyt_answer_read: a guest's whole message as the answer to "is it right now?": a number from 0 to
 * 10 ("9", "9/10", "8 ud af 10"), or yes or no in Danish or English. Anything longer is words,
 * which the classifier reads.
 *
 * Threads   pure.
 */
#ifndef LYT_ANSWER_H
#define LYT_ANSWER_H

#include <lyt/str.h>

enum { lyt_answer_bare_bytes = 25 };

typedef struct lyt_guest_answer {
    int score; /* -1: none */
    bool complains;
} lyt_guest_answer;

/* False: it is no answer of these. */
bool lyt_answer_read(lyt_guest_answer *out, lyt_str text);

/*
 * A whole message as a word or two: without what stands around it, in small letters, also those of
 * Danish and German. False: it is nothing, or longer.
 */
bool lyt_answer_bare(char out[lyt_answer_bare_bytes], lyt_str text);

/* A score on a scale (0: from 0 to 10), as 0 to 10; -1: none. */
int lyt_answer_score(double score, double scale);

#endif
