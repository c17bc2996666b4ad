/*
 * lyt_place: the room, table or desk a text names: "214", "vær. 214", "rm214",
 * "på 214'eren". Not a time, a date, a price, a phone number or a count. Which
 * words speak for a place and which against it stands in the language lexicons.
 *
 * Threads   pure.
 */
#ifndef LYT_PLACE_H
#define LYT_PLACE_H

#include "text.h"

/*
 * The best candidate: one with a place word beats a number alone, then the
 * first. A slice of text->original; empty for none.
 */
lyt_str lyt_place_find(const lyt_lexis *lexis, const lyt_text *text);

#endif
