/*
 * What staff are shown of messages, incidents and scenarios, as JSON.
 *
 * Threads   pure. Failures are the buffer's.
 */
#ifndef LYT_WEBJSON_H
#define LYT_WEBJSON_H

#include "book.h"
#include "events.h"
#include "pack.h"
#include "webmessage.h"

/* Members of an incident that a house with settings knows more of; c NULL: none. */
void lyt_jw_case(lyt_jw *jw, const lyt_book *book, const lyt_case *c);
/* The members of a scenario as a table shows it, or with its messages and gestures, too. */
void lyt_jw_scenario_members(lyt_jw *jw, const lyt_lexis *lexis, const lyt_scenario *scenario,
                             bool is_full);
/* The same as an object. */
void lyt_jw_scenario(lyt_jw *jw, const lyt_lexis *lexis, const lyt_scenario *scenario,
                     bool is_full);

#endif
