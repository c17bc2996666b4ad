/*
 * lyt_kind: what a guest wants with a message: to complain, ask for something,
 * ask about something, praise, wish, opt out, or nothing of these.
 *
 * Sums of small fixed weights over the cues of the lexicons (lyt_lexcue), the polarity of
 * words, question marks and whether a failure was found; the highest wins, the earlier kind when
 * two are level. Praise in which a failure was found is a complaint, or nobody would be told of
 * it: of 37 such failures in messages that nobody foresaw 33 were right, of 43 in sentences of
 * reviews 27. The weights were set by hand on the odd lines of tests/golden/kinds.txt.
 *
 * Threads   a pure function.
 */
#ifndef LYT_KIND_H
#define LYT_KIND_H

#include <lyt/classifier.h>

#include "lexcue.h"

/* failure: probability of the likeliest failure that was found, 0 for none. */
lyt_kind lyt_kind_find(const lyt_text *text, const lyt_lexcue *cues, size_t n, double failure);

/* Whether a message of this kind raises alarms: complaints and requests do. */
bool lyt_kind_alarms(lyt_kind kind);

/*
 * Whether a failure found in a message of that kind raises an alarm. "What do I do if the
 * wifi is down?" alarms nobody; what may hurt somebody always does, unless it is on trial.
 */
bool lyt_failure_alarms(lyt_kind kind, int severity, bool shadow);

#endif
