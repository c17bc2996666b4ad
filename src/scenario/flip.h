/*
 * lyt_flip: the smallest change that would have made another verdict: which words, at most
 * three, must go so that a scenario is not reported any more.
 *
 * Each set is tried by classifying the message without it, so what is said is true of the
 * very classifier. Words are tried alone, then by twos, then by threes, among those that speak
 * most for the scenario; of sets of one size the one that takes most of its log-odds wins.
 *
 * Threads   the session's. Some hundred classifications: for people who ask, not for a
 *           message's path.
 */
#ifndef LYT_FLIP_H
#define LYT_FLIP_H

#include "classify.h"

enum { lyt_flip_words_max = 3 };

typedef struct lyt_flip {
    size_t n;                          /* 0: no three words do it, or it is not reported */
    lyt_str words[lyt_flip_words_max]; /* the guest's, in their order; of the message's text */
    uint32_t start[lyt_flip_words_max], end[lyt_flip_words_max]; /* bytes of the text */
    char then[64]; /* the scenario that is the most probable without them; empty for none */
} lyt_flip;

/* Errors as lyt_classify(). The session's last verdict is another one afterwards. */
LYT_MUST_USE lyt_status lyt_flip_find(lyt_session *session, const lyt_message *message,
                                      const char *scenario, const lyt_alloc *alloc, lyt_flip *out,
                                      lyt_error *err);

#endif
