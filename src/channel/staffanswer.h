/*
 * lyt_staff_answer: what a gateway texts back to whom the SMS came from. Some do that with the
 * body of the answer to their call (46elks, Twilio), which is why every guest's call is answered
 * with an empty one; an order of staff that moves nothing is answered with why.
 *
 * Threads   pure functions.
 */
#ifndef LYT_STAFFANSWER_H
#define LYT_STAFFANSWER_H

#include "inbound.h"

bool lyt_staff_can_answer(const lyt_gateway_config *gate);

/*
 * The answer that has the sender read the text; its parts live in the arena. False: this gateway
 * texts nothing back, or there was no memory; out is untouched.
 */
bool lyt_staff_answer(const lyt_gateway_config *gate, lyt_str text, lyt_arena *arena,
                      lyt_http_answer *out);

#endif
