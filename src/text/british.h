/*
 * lyt_british: words that Hunspell's en_US lacks because the rest of the world spells them
 * another way: "organised", "colour", "mouldy". Guests of European hotels write them, and
 * they are no misspellings.
 *
 * Threads   pure functions.
 */
#ifndef LYT_BRITISH_H
#define LYT_BRITISH_H

#include "words.h"

/* Whether the folded word is one of the table's, but for one of the ways to spell that differ. */
bool lyt_british_knows(const lyt_words *words, lyt_str word);

#endif
