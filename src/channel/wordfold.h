/*
 * Words of an SMS made alike, for what is compared as a whole: keywords, opt-out words, orders
 * of staff. Small letters, one blank between words, none of the marks of a sentence around the
 * whole, å ä ö ü é in one piece however they were typed.
 *
 * Threads   pure functions.
 */
#ifndef LYT_WORDFOLD_H
#define LYT_WORDFOLD_H

#include "arena.h"

/* text: valid UTF-8. NUL-terminated, in the arena; {NULL, 0}: no memory. */
lyt_str lyt_word_fold(lyt_str text, lyt_arena *arena);

/*
 * The first word of a text (up to a blank, or a mark that ends a word: . , : ; ! ?), and what
 * follows it, without blanks and such marks before it. Both borrowed.
 */
lyt_str lyt_word_first(lyt_str text, lyt_str *rest);

#endif
