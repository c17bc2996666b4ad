/*
 * lyt_refusal_say: what the service refuses with, in the reader's language. Refusals are made in
 * English, in the rooms where they belong; here is one table of the same words in Danish, and what
 * stands in it ("there is no incident 7") is found by the form it was written with. A test holds
 * the table against the sources.
 *
 * Threads   pure functions.
 */
#ifndef LYT_REFUSAL_H
#define LYT_REFUSAL_H

#include <stdbool.h>

#include "buf.h"

/*
 * Adds english to out in Danish; "field: " before it stays, since that is a name. What the table
 * does not have is added as it is, and false returned.
 */
bool lyt_refusal_say(lyt_buf *out, lyt_str english);

/* Whether a header Accept-Language asks for Danish rather than English; empty: no. */
bool lyt_refusal_is_danish(lyt_str accept_language);

#endif
