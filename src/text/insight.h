/*
 * lyt_insight: what takes long to find out about a word and is found out once: its
 * parts when it is a compound, and the known word that an unknown one was meant to be.
 * Kept in a bounded record under a secret seed; what is charged for a word does not
 * depend on whether it is on record.
 *
 * Threads   one at a time, as the workspace it belongs to.
 */
#ifndef LYT_INSIGHT_H
#define LYT_INSIGHT_H

#include "compound.h"
#include "textspace.h"

enum { lyt_insight_bytes_max = 40 };

typedef struct lyt_insight {
    bool known; /* the word, as it is, stands in a table */
    lyt_compound compound;
    lyt_language language; /* of the compound */
    lyt_str meant;         /* {NULL, 0} for none; until the next call, or as long as the vocab */
    bool respelt;          /* meant is the same word with letters that a keyboard lacks */
} lyt_insight;

/*
 * word: folded, at most lyt_insight_bytes_max. correct: also look for what was meant.
 * vocab may be NULL. *work is lessened by what the word is charged; a word that is charged
 * more than is left stays as it is.
 */
void lyt_insight_get(lyt_textspace *space, const lyt_vocab *vocab, lyt_language language,
                     lyt_str word, bool correct, unsigned *work, lyt_insight *out);

/* Whether there is no more to find out: no compound, and in_lexis or a word of a dictionary. */
bool lyt_insight_is_plain(const lyt_textspace *space, lyt_reading reading, lyt_str word,
                          bool in_lexis);

LYT_MUST_USE lyt_status lyt_insights_init(lyt_textspace *space);
void lyt_insights_deinit(lyt_textspace *space);

#endif
