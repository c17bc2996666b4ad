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
    bool was_sought;       /* meant was looked for, and there was work left for it */
} lyt_insight;

/* What is to be found out. */
typedef enum lyt_insight_look {
    LYT_INSIGHT_PARTS,
    LYT_INSIGHT_MEANT_UNKNOWN, /* also what was meant by a word that no dictionary has */
    LYT_INSIGHT_MEANT, /* the same, and by one that is rare or another language's, if much likelier
                        */
} lyt_insight_look;

/*
 * word: folded, at most lyt_insight_bytes_max.
 * vocab may be NULL. *work is lessened by what the word is charged; a word that is charged
 * more than is left stays as it is.
 */
void lyt_insight_get(lyt_textspace *space, const lyt_vocab *vocab, lyt_language language,
                     lyt_str word, lyt_insight_look look, unsigned *work, lyt_insight *out);

/* Charges a doubtful word what it costs to look for what was meant, where that is known: nothing.
 */
void lyt_insight_charge(lyt_str word, unsigned *work);

/* Sets is_plain and is_doubtful of a form whose known and is_listed are set. */
void lyt_insight_tell(const lyt_textspace *space, lyt_reading reading, lyt_str word,
                      lyt_form *form);

LYT_MUST_USE lyt_status lyt_insights_init(lyt_textspace *space);
void lyt_insights_deinit(lyt_textspace *space);

#endif
