/*
 * SurveyMonkey: the call has ids only, signed by Sm-Signature (base64 of HMAC-SHA1 over the body,
 * key
 * "<client id>&<api secret>"). What the guest wrote has to be fetched: a FETCH says what, and
 * lyt_surveymonkey_details() reads what came of it.
 */
#include <math.h>

#include "receiver.h"
#include "signing.h"
#include "surveydetails.h"
#include "surveyfield.h"

static bool verify(lyt_reception *in, lyt_status *status)
{
    lyt_str given, key;

    *status = LYT_OK;
    if (in->config->account.len && (!lyt_http_header_find(in->request, "sm-apikey", &key) ||
                                    !lyt_same_secret(key, in->config->account))) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_WRONG_ACCOUNT,
                                       "Sm-Apikey is not the one in the settings");
        return false;
    }
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "sm-signature", &given)) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE, "there is no Sm-Signature");
        return false;
    }
    if (lyt_is_signed_base64(&in->config->secrets, LYT_DIGEST_SHA1, in->request->body, given))
        return true;
    *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                   "Sm-Signature does not fit: is the secret "
                                   "\"<client id>&<api secret>\"?");
    return false;
}

static lyt_status receive(lyt_reception *in)
{
    const lyt_json *resources;
    lyt_str type, survey, response;
    lyt_inbound *item;
    lyt_status status;

    if (!verify(in, &status) || !lyt_reception_json(in, &status))
        return status;
    type = lyt_json_text(in->json, "event_type");
    if (!type.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no event_type");
    if (!lyt_str_equal(type, LYT_STR("response_completed")))
        return LYT_OK;
    resources = lyt_json_get(in->json, "resources");
    survey = lyt_reception_text(in, lyt_json_get(resources, "survey_id"));
    response = lyt_reception_text(in, lyt_json_get(resources, "respondent_id"));
    if (!response.len)
        response = lyt_reception_text(in, lyt_json_get(in->json, "object_id"));
    if (!survey.len || !response.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "there is no resources.survey_id or respondent_id");
    item = lyt_reception_add(in, LYT_INBOUND_FETCH);
    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = response;
    item->sent_us = lyt_reception_time(lyt_json_text(in->json, "event_datetime"));
    status = lyt_reception_meta(in, item, LYT_STR("survey_id"), survey);
    if (!status)
        status = lyt_reception_meta(in, item, LYT_STR("response_id"), response);
    if (!status)
        status =
            lyt_reception_meta(in, item, LYT_STR("collector_id"),
                               lyt_reception_text(in, lyt_json_get(resources, "collector_id")));
    return status;
}

const lyt_gateway lyt_gateway_surveymonkey = {
    .name = "surveymonkey",
    .channel = "survey",
    .methods = LYT_HTTP_POST | LYT_HTTP_HEAD,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA1,
    .receive = receive,
    .thanks = {.status = 200},
};
