/*
 * lyt_letters: words as code points, whatever the bytes. Unlike lyt_utf8_next()
 * it is total: a byte that is not UTF-8 counts as a letter of its own, beyond
 * Unicode, so words and texts that never passed the border do no harm.
 *
 * Threads   pure functions.
 */
#ifndef LYT_LETTERS_H
#define LYT_LETTERS_H

#include <stdint.h>

#include <lyt/str.h>

enum { lyt_letters_max = 64 };

typedef struct lyt_letters {
    uint32_t at[lyt_letters_max];
    size_t n;
} lyt_letters;

/* The letter at *at, stepping *at over it. *at < s.len. */
uint32_t lyt_letters_next(lyt_str s, size_t *at);

/* False when the word has more than lyt_letters_max. */
bool lyt_letters_spell(lyt_str word, lyt_letters *out);

bool lyt_letters_has_digit(lyt_str word);

/*
 * The word as it sounds, roughly: no double letters, no marks on letters, c, q, w, z, ph as k, v,
 * s, f. Never longer than the word. poor: ae, oe, aa stand for æ, ø, å; returns whether any does.
 */
bool lyt_letters_sound(const lyt_letters *word, bool poor, lyt_letters *out);

/* The same with p and h as two letters, which they are in "baphroom"; whether it has any. */
bool lyt_letters_sound_apart(const lyt_letters *word, lyt_letters *out);

/*
 * How unlikely it is that somebody who means `meant` writes `written`, in tenths of a slip: a
 * missing, needless, wrong letter or two swapped ones count about 10, a double letter 4, a
 * missing mark (a for æ) 2, ae for æ 1; at the word's beginning up to 2 more. Words longer than
 * lyt_letters_compared_max, and all above limit, cost limit + 1.
 */
enum { lyt_letters_compared_max = 40 };
int lyt_letters_slip(const lyt_letters *written, const lyt_letters *meant, int limit);

/* What a correction of a word of n letters may cost. */
int lyt_letters_slip_limit(size_t n);

/*
 * Whether taking one word for the other adds or drops a negating prefix (u-, un-, in-, im-, ir-,
 * dis-, mis-, non-, ikke-). is_known: tells whether a word exists, to see that "nclean" lost the u
 * of "unclean"; NULL when nobody knows.
 */
bool lyt_letters_turn_meaning(lyt_str written, lyt_str meant,
                              bool (*is_known)(const void *context, lyt_str word),
                              const void *context);

/*
 * Whether known is word with æ, ø, å, é written by somebody who has no such keys: ae or a,
 * oe or o, aa or a, e. False for two equal words.
 */
bool lyt_letters_respelt(lyt_str word, lyt_str known);

#endif
