/*
 * Our own door for everybody else: {"id", "channel", "from", "to", "text", "lang", "score",
 * "scale", "property", "place", "sent_at", "meta"} as JSON, or the same names as a form; signed as
 * Standard Webhooks, unless the settings say otherwise. Unlike with a survey, a name that we do not
 * know is no answer and goes to meta, and a value of a wrong kind is refused: whoever writes to us
 * can mend it.
 */
#include <math.h>

#include "clock.h"
#include "stdhook.h"
#include "surveyfield.h"

/* False: refused. */
static bool take(lyt_reception *in, lyt_inbound *item, lyt_str name, lyt_str value,
                 lyt_status *status)
{
    lyt_survey_field field;
    bool is_known = lyt_survey_field_parse(&field, name);
    double number;

    value = lyt_str_trim(value);
    if (is_known && value.len && (field == LYT_SURVEY_SCORE || field == LYT_SURVEY_SCALE) &&
        (!lyt_survey_number(&number, value) || (field == LYT_SURVEY_SCALE && number <= 0))) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED,
                                       field == LYT_SURVEY_SCORE ? "score must be a number"
                                                                 : "scale must be above 0");
        return false;
    }
    if (is_known && value.len && field == LYT_SURVEY_SENT_AT && !lyt_reception_time(value)) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED,
                                       "sent_at must be a time like 2026-11-22T05:40:00Z");
        return false;
    }
    *status = lyt_survey_set(item, is_known ? field : LYT_SURVEY_META, name, value, in->arena);
    return *status == LYT_OK;
}

static bool take_json(lyt_reception *in, lyt_inbound *item, const lyt_json *object, bool is_meta,
                      lyt_status *status)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str name;

    while (lyt_json_each(object, &cursor, &name, &value)) {
        lyt_json_type type = lyt_json_typeof(value);

        if (!is_meta && lyt_str_equal(name, LYT_STR("meta"))) {
            if (type != LYT_JSON_OBJECT && type != LYT_JSON_NULL) {
                *status = lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED, "meta must be an object");
                return false;
            }
            if (!take_json(in, item, value, true, status))
                return false;
        } else if (is_meta) {
            *status = lyt_reception_meta(in, item, name, lyt_reception_text(in, value));
            if (*status)
                return false;
        } else if (!take(in, item, name, lyt_reception_text(in, value), status)) {
            return false;
        }
    }
    return true;
}

/*
 * Whoever says no id of their own has signed one: webhook-id is of the message, and the same when
 * it is sent again. Without it two guests who say the very same would be one.
 */
static void take_signed_id(const lyt_reception *in, lyt_inbound *item)
{
    lyt_str id;

    if (!item->provider_id.len && in->config->scheme != LYT_SCHEME_NONE &&
        lyt_http_header_find(in->request, "webhook-id", &id))
        item->provider_id = lyt_str_trim(id);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_inbound *item;
    lyt_status status;
    lyt_webform form = {NULL, 0};
    bool is_json = lyt_http_is_type(in->request, "application/json");

    if (!lyt_stdhook_verify(in, &status))
        return status;
    if (is_json ? !lyt_reception_json(in, &status) : !lyt_reception_form(in, &form, &status))
        return status;
    item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    if (is_json && !take_json(in, item, in->json, false, &status))
        return status;
    for (size_t i = 0; i < form.n; i++)
        if (!take(in, item, form.fields[i].name, form.fields[i].value, &status))
            return status;
    take_signed_id(in, item);
    if (!item->text.len && isnan(item->score))
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "give a text or a score");
    if (item->scale > 0 && (item->score < 0 || item->score > item->scale))
        return lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED,
                                    "score must lie between 0 and scale");
    return lyt_survey_add_band(item, in->arena);
}

const lyt_gateway lyt_gateway_generic = {
    .name = "generic",
    .channel = "generic",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256,
    .check = lyt_stdhook_check,
    .receive = receive,
    .thanks = {.status = 200},
};
