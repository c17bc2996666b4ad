/*
 * A message as JSON, with its verdict.
 *
 * Threads   pure. Failures are the buffer's.
 */
#ifndef LYT_WEBMESSAGE_H
#define LYT_WEBMESSAGE_H

#include "json.h"
#include "store.h"

/* An object: the message, and its verdict when there is one (verdict_json not empty). */
void lyt_jw_message(lyt_jw *jw, const lyt_feedback *feedback, lyt_str verdict_json);

#endif
