#include "qualtricsdetails.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "receiver.h"
#include "surveyfield.h"

/* Of how, where and by whom it was answered: nothing of it is wanted. */
static const char *const left_out[] = {
    "_recordId",
    "distributionChannel",
    "duration",
    "endDate",
    "externalReference",
    "finished",
    "ipAddress",
    "locationLatitude",
    "locationLongitude",
    "progress",
    "recipientEmail",
    "recipientFirstName",
    "recipientLastName",
    "recordedDate",
    "externalDataReference",
    "startDate",
    "status",
    "userAgent",
    "userLanguage",
};

static bool is_left_out(lyt_str name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (lyt_str_equal(name, lyt_str_of(left_out[i])))
            return true;
    return lyt_survey_asks_name(name);
}

/* QID7 when QID7_NPS_GROUP stands beside it. */
static bool is_nps(const lyt_json *values, lyt_str name)
{
    char group[96];

    if (name.len > 64)
        return false;
    snprintf(group, sizeof group, "%.*s_NPS_GROUP", LYT_STR_ARG(name));
    return lyt_json_get(values, group) != NULL;
}

static lyt_status take_value(lyt_reception *in, lyt_inbound *item, const lyt_json *values,
                             lyt_str name, const lyt_json *value)
{
    lyt_str text = lyt_reception_text(in, value);
    bool is_question = lyt_str_begins(name, LYT_STR("QID")), nps = false;
    lyt_survey_field field = is_question ? LYT_SURVEY_META : lyt_survey_field_guess(name, &nps);

    if (!text.len || is_left_out(name) || lyt_str_ends(name, LYT_STR("_NPS_GROUP")))
        return lyt_arena_status(in->arena);
    if (is_question && lyt_str_ends(name, LYT_STR("_TEXT")))
        field = LYT_SURVEY_TEXT;
    if (is_question && isnan(item->score) && is_nps(values, name))
        field = LYT_SURVEY_SCORE, nps = true;
    if (field == LYT_SURVEY_SCORE && nps && !(item->scale > 0))
        item->scale = 10;
    return lyt_survey_set(item, field, name, text, in->arena);
}

static lyt_status read_values(lyt_reception *in, lyt_inbound *item, const lyt_json *values)
{
    lyt_str language = lyt_json_text(values, "userLanguage"), name;
    const lyt_json *value;
    void *cursor = NULL;
    lyt_status status = LYT_OK;
    char *code;

    if (language.len >= 2) {
        /* the item keeps the letters, not a copy of them */
        code = lyt_arena_array(in->arena, 3, 1);
        if (!code)
            return lyt_arena_status(in->arena);
        for (size_t i = 0; i < 2; i++)
            code[i] = (char)(language.ptr[i] | 0x20); /* "DA", "EN-GB" */
        status =
            lyt_survey_set(item, LYT_SURVEY_LANG, LYT_STR("lang"), lyt_str_of(code), in->arena);
    }
    while (!status && lyt_json_each(values, &cursor, &name, &value))
        status = take_value(in, item, values, name, value);
    return status;
}

static lyt_status read_result(lyt_reception *in, lyt_inbound *item, const lyt_json *result,
                              lyt_error *err)
{
    const lyt_json *values = lyt_json_get(result, "values");
    int64_t finished = 1;
    lyt_status status;

    item->provider_id = lyt_reception_text(in, lyt_json_get(result, "responseId"));
    if (!item->provider_id.len || lyt_json_typeof(values) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT,
                             "there is no result.responseId or no result.values: ask for "
                             "/API/v3/surveys/{survey}/responses/{response}");
    if (lyt_json_int(lyt_json_get(values, "finished"), &finished) && !finished)
        return lyt_error_set(err, LYT_ENOTFOUND, "it is not finished");
    item->sent_us = lyt_reception_time(lyt_json_text(values, "recordedDate"));
    status = read_values(in, item, values);
    if (!status)
        status = lyt_survey_add_band(item, in->arena);
    if (!status)
        status = lyt_inbound_clean(item, false, in->config, in->arena);
    if (!status)
        status = lyt_inbound_settle(item, in->config, in->arena);
    if (!status && !item->text.len && isnan(item->score))
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is neither a text nor a score in it");
    return status;
}

lyt_status lyt_qualtrics_details(lyt_inbound *out, lyt_str json, const lyt_gateway_config *config,
                                 int64_t now_us, lyt_arena *arena, lyt_error *err)
{
    lyt_reception in = {.config = config, .arena = arena, .err = err};
    lyt_json *tree = NULL;
    lyt_inbound item;
    lyt_status status = lyt_json_parse(&tree, json, lyt_qualtricsdetails_max, err);

    memset(&item, 0, sizeof item);
    item.kind = LYT_INBOUND_FEEDBACK;
    item.score = (double)NAN;
    item.received_us = now_us;
    if (!status)
        status = read_result(&in, &item, lyt_json_get(tree, "result"), err);
    lyt_json_free(tree);
    if (!status)
        *out = item;
    return status;
}
