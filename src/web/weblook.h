/*
 * What handlers share that ask the reader or the intake, and read numbers of a request.
 *
 * Threads   the web actor's.
 */
#ifndef LYT_WEBLOOK_H
#define LYT_WEBLOOK_H

#include "webstate.h"

/* A question to the reader, {"ask":…, "properties":[…] in x->kept; add members, then end it. */
void lyt_web_look_begin(lyt_exchange *x, lyt_jw *jw, const char *ask);
void lyt_web_look_end(lyt_exchange *x, lyt_jw *jw, lyt_then then);
/* Answers with what the reader said, failures as errors. */
void lyt_web_answer_looked(lyt_exchange *x);
/* Answers with what the submit socket said of the one message or command. */
void lyt_web_answer_submitted(lyt_exchange *x);

/* A number of the query, untouched when not given; false: it has been answered (422). */
bool lyt_web_number(lyt_exchange *x, const char *name, int64_t min, int64_t max, int64_t *out);
/* The number in the path; false: it has been answered (404). */
bool lyt_web_id(lyt_exchange *x, int64_t *id);
/* The body as a JSON object; NULL: it has been answered (400, 415). */
lyt_json *lyt_web_object(lyt_exchange *x);

#endif
