/*
 * lyt_lexcue: where a message says something that a language lexicon lists, be it
 * one word or a row of words: danger, times, doubt, cues of the message's kind.
 *
 * A row lies within one clause, the longest wins, and no word belongs to two.
 * What follows a negator (lyt_text) is marked, not left out: readers differ in what that means.
 *
 * Source    greedy longest match; the lexis says how long a row can be, so that most
 *           words cost one look-up a language.
 * Threads   a pure function.
 */
#ifndef LYT_LEXCUE_H
#define LYT_LEXCUE_H

#include "text.h"

typedef struct lyt_lexcue {
    uint32_t roles;      /* bit 1 << lyt_word_role, those below only */
    uint32_t first, end; /* tokens */
    bool negated;
} lyt_lexcue;

/* The roles that are looked for: all that stand for a meaning, none of grammar or place. */
extern const uint32_t lyt_lexcue_roles;

/* out: in the order of the text, in the arena. LYT_ENOMEM, LYT_ELIMIT: of the arena. */
LYT_MUST_USE lyt_status lyt_lexcues_find(const lyt_lexis *lexis, const lyt_text *text,
                                         lyt_arena *arena, const lyt_lexcue **out, size_t *n);

/*
 * Whether the message sets aside what it tells of, as feared, over, mended or another's, and
 * does not end in the negative.
 */
bool lyt_sets_aside(const lyt_lexis *lexis, const lyt_text *text);

/* Whether the whole message, marks and emoji aside, is one of the words that opt out. */
bool lyt_is_opt_out(const lyt_lexis *lexis, const lyt_text *text);

/* The first stretch that tells a time ("since last night", "kl. 21.30"); {NULL, 0} for none. */
lyt_str lyt_when_find(const lyt_text *text, const lyt_lexcue *cues, size_t n);

#endif
