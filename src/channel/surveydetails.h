/*
 * lyt_surveymonkey_details: the response that SurveyMonkey's
 * GET /v3/surveys/{survey_id}/responses/{id}/details gives, into feedback. The fetching is done by
 * whoever has a network; this is the reading.
 *
 * Threads   pure function.
 */
#ifndef LYT_SURVEYDETAILS_H
#define LYT_SURVEYDETAILS_H

#include "inbound.h"

enum { lyt_surveydetails_max = 16 * 1024 * 1024 };

/*
 * Texts of open answers are the text; the first answer with a weight or a number alone is the
 * score. custom_variables are hidden fields (property, place). out: in the arena, cleaned and
 * settled like what lyt_gateway_receive() gives. LYT_EFORMAT: no such JSON. LYT_ENOTFOUND: neither
 * text nor score in it. LYT_ENOMEM, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_surveymonkey_details(lyt_inbound *out, lyt_str json,
                                                 const lyt_gateway_config *config, int64_t now_us,
                                                 lyt_arena *arena, lyt_error *err);

/*
 * The same of one response that stands in a tree already (…/responses/bulk has a hundred of them).
 */
LYT_MUST_USE lyt_status lyt_surveymonkey_response(lyt_inbound *out, const lyt_json *response,
                                                  const lyt_gateway_config *config, int64_t now_us,
                                                  lyt_arena *arena, lyt_error *err);

#endif
