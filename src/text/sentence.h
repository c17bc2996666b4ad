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

/* Of a longer text more than one sentence are taken together, and none is cut. */
enum { lyt_sentences_max = 32, lyt_stretches_max = 64 };

typedef struct lyt_sentence {
    lyt_text text;       /* offsets are those of the whole text's original; tokens and clauses count
                            from 0 */
    uint32_t first, end; /* tokens of the whole text */
    uint32_t first_clause; /* of the whole text */
    bool is_all;           /* of several, without the courtesies before and behind them */
    bool is_piece;         /* of a sentence, less sure to be understood by itself */
} lyt_sentence;

/*
 * The sentences, where one is not all of the text, in order, without the courtesies that they
 * begin or end with ("Hello," "Thanks :)"). What has fewer than two words that say something
 * ("Very cold!") belongs to the sentence before it, or to the next where there is none. Behind them
 * all of them together, where courtesies stood before or behind them: who is polite is heard as
 * well. with_pieces: behind all of them the pieces of each, as far as there is room; also of one
 * that is all. Pieces of a long one of several clauses are clauses of three such words or more; of
 * what goes on and on without a mark they are windows of ten tokens that overlap by half. *n: 0
 * where there is nothing to tell apart, at most lyt_stretches_max. LYT_ENOMEM, LYT_ELIMIT (the
 * arena's cap).
 */
LYT_MUST_USE lyt_status lyt_sentences_find(const lyt_text *text, bool with_pieces, lyt_arena *arena,
                                           lyt_sentence **out, size_t *n);

#endif
