/*
 * lyt_sentence: a stretch of a text that can be understood by itself, as a text of its own. Who
 * tells of four things in one message means each as much as who sends four: what is said of a
 * message as a whole is thinned by all else that it says.
 *
 * Threads   pure; results lie in the arena.
 */
#ifndef LYT_SENTENCE_H
#define LYT_SENTENCE_H

#include "text.h"

enum { lyt_sentences_max = 64 }; /* of a longer text more than one are taken together */

typedef struct lyt_sentence {
    lyt_text text;       /* offsets are those of the whole text's original; tokens and clauses count
                            from 0 */
    uint32_t first, end; /* tokens of the whole text */
    uint32_t first_clause; /* of the whole text */
} lyt_sentence;

/*
 * *n: 0 where the text is one sentence. What has fewer than two words that say something ("Very
 * cold!") belongs to the sentence before it, or to the next where there is none. All tokens are
 * in one of them, in order. LYT_ENOMEM, LYT_ELIMIT (the arena's cap).
 */
LYT_MUST_USE lyt_status lyt_sentences_find(const lyt_text *text, lyt_arena *arena,
                                           lyt_sentence **out, size_t *n);

#endif
