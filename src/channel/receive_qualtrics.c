/*
 * Qualtrics: its Web Service task posts JSON or a form of our own names (generic fields). Its event
 * subscription posts a form with ids only (SurveyID, ResponseID), of which a FETCH is made. Neither
 * is signed in a way that its own pages describe, so that the door must be kept by an address, by
 * basic authentication or by a path that nobody guesses.
 */
#include <math.h>

#include "receiver.h"
#include "surveyfield.h"

enum { secret_path_min = 24 };

static lyt_status check(const lyt_gateway_config *config, lyt_error *err)
{
    if (config->basic.n || config->n_addresses || config->path.len >= secret_path_min)
        return LYT_OK;
    return lyt_error_at(err, LYT_EINVAL, "path", 0, 0,
                        "Qualtrics does not sign: give basic, addresses, or a path of at least "
                        "%d characters that nobody guesses",
                        secret_path_min);
}

static lyt_status take_fetch(lyt_reception *in, lyt_inbound *item, lyt_str survey, lyt_str response)
{
    lyt_status status;

    item->kind = LYT_INBOUND_FETCH;
    status = lyt_reception_meta(in, item, LYT_STR("survey_id"), survey);
    return status ? status : lyt_reception_meta(in, item, LYT_STR("response_id"), response);
}

static lyt_status take(lyt_reception *in, lyt_inbound *item, lyt_str name, lyt_str value)
{
    bool nps;
    lyt_survey_field field = lyt_survey_field_guess(name, &nps);

    if (nps && !(item->scale > 0))
        item->scale = 10;
    return lyt_survey_set(item, field, name, value, in->arena);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_str survey = {"", 0}, response = {"", 0}, state = {"", 0}, name;
    const lyt_json *value;
    lyt_webform form = {NULL, 0};
    void *cursor = NULL;
    lyt_inbound *item;
    lyt_status status;
    bool is_json = lyt_http_is_type(in->request, "application/json");

    if (is_json ? !lyt_reception_json(in, &status) : !lyt_reception_form(in, &form, &status))
        return status;
    item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    while (!status && lyt_json_each(in->json, &cursor, &name, &value))
        status = take(in, item, name, lyt_reception_text(in, value));
    for (size_t i = 0; i < form.n && !status; i++)
        status = take(in, item, form.fields[i].name, form.fields[i].value);
    if (status)
        return status;
    if (item->text.len || !isnan(item->score))
        return lyt_survey_add_band(item, in->arena);
    survey = lyt_webform_get(&form, "SurveyID");
    response = lyt_webform_get(&form, "ResponseID");
    state = lyt_webform_get(&form, "Status");
    if (state.len && !lyt_str_begins(state, LYT_STR("Complete"))) { /* or Completed */
        in->out->n_items = 0;
        return LYT_OK;
    }
    if (!survey.len || !response.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "neither text nor score, nor SurveyID and ResponseID");
    return take_fetch(in, item, survey, response);
}

const lyt_gateway lyt_gateway_qualtrics = {
    .name = "qualtrics",
    .channel = "survey",
    .methods = LYT_HTTP_POST,
    .check = check,
    .receive = receive,
    .thanks = {.status = 200},
};
