/*
 * Numbers in one form: "+4540404422".
 *
 * Threads   pure functions.
 */
#ifndef LYT_PHONE_H
#define LYT_PHONE_H

#include "arena.h"

/*
 * Blanks, hyphens, dots and brackets go; "00" at the front becomes "+"; digits alone get a "+"
 * when there are at least 8 of them, for gateways leave it out, and fewer are a short code and stay
 * as they are. With a country ("45"), digits that neither begin with "+" nor "00" are a number of
 * that country: a "0" at the front goes, the prefix comes.
 * What is no number (the name that a sender may show, a mail address) is only trimmed.
 * {NULL, 0}: no memory.
 */
lyt_str lyt_phone(lyt_str raw, lyt_str country, lyt_arena *arena);

/* "+" and 8 to 15 digits. */
bool lyt_phone_is(lyt_str text);

#endif
