/*
 * lyt_qualtrics_details: the answer that Qualtrics' GET
 * /API/v3/surveys/{survey}/responses/{response} gives, into feedback. The fetching is done by
 * whoever has a network; this is the reading.
 *
 * Threads   pure function.
 */
#ifndef LYT_QUALTRICSDETAILS_H
#define LYT_QUALTRICSDETAILS_H

#include "inbound.h"

enum { lyt_qualtricsdetails_max = 4 * 1024 * 1024 };

/*
 * result.values: QIDn_TEXT is text; the question that has a QIDn_NPS_GROUP is the score, of 10;
 * what is embedded under a name of ours (score, room, property, lang …) is that; the rest is meta.
 * Where and with what somebody answered, and who it was, is left out. out: in the arena, cleaned
 * and settled like what lyt_gateway_receive() gives. LYT_EFORMAT: no such JSON. LYT_ENOTFOUND: not
 * finished, or neither text nor score in it. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_qualtrics_details(lyt_inbound *out, lyt_str json,
                                              const lyt_gateway_config *config, int64_t now_us,
                                              lyt_arena *arena, lyt_error *err);

#endif
