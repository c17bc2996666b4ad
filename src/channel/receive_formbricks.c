/*
 * Formbricks: JSON, signed as Standard Webhooks. Only responseFinished counts: responseCreated
 * has some of the answers. Questions are known by their ids alone, so that they should be named
 * (score, text); else the first number is the score and what is written is the text.
 */
#include <math.h>

#include "stdhook.h"
#include "surveyfield.h"

/* Answers may be lists of texts (several choices, contact info). */
static lyt_str value_of(lyt_reception *in, const lyt_json *value)
{
    lyt_str one = {"", 0};
    lyt_buf joined;

    if (lyt_json_typeof(value) != LYT_JSON_ARRAY)
        return lyt_reception_text(in, value);
    lyt_buf_init(&joined, NULL);
    for (size_t i = 0; i < lyt_json_len(value); i++) {
        one = lyt_reception_text(in, lyt_json_at(value, i));
        if (joined.len && one.len)
            lyt_buf_add_text(&joined, ", ");
        lyt_buf_add(&joined, one);
    }
    one = joined.len ? lyt_arena_copy(in->arena, lyt_buf_str(&joined)) : (lyt_str){"", 0};
    lyt_buf_deinit(&joined);
    return one.ptr ? one : (lyt_str){"", 0};
}

static bool has_text_answer(const lyt_json *data)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str name;

    while (lyt_json_each(data, &cursor, &name, &value))
        if (lyt_survey_field_guess(name, NULL) == LYT_SURVEY_TEXT)
            return true;
    return false;
}

static lyt_status take_answers(lyt_reception *in, lyt_inbound *item, const lyt_json *data)
{
    bool named = has_text_answer(data);
    const lyt_json *value;
    lyt_status status = LYT_OK;
    void *cursor = NULL;
    lyt_str name;

    while (!status && lyt_json_each(data, &cursor, &name, &value)) {
        lyt_survey_field field = lyt_survey_field_guess(name, NULL);
        lyt_json_type type = lyt_json_typeof(value);
        bool is_number = type == LYT_JSON_INT || type == LYT_JSON_REAL;

        if (field == LYT_SURVEY_META && is_number && isnan(item->score))
            field = LYT_SURVEY_SCORE;
        else if (field == LYT_SURVEY_META && type == LYT_JSON_STRING && !named &&
                 !lyt_survey_asks_name(name))
            field = LYT_SURVEY_TEXT;
        status = lyt_survey_set(item, field, name, value_of(in, value), in->arena);
    }
    /* ratings of Formbricks end at 10 at most; what it is without saying is NPS */
    if (!isnan(item->score) && !(item->scale > 0) && item->score <= 10)
        item->scale = 10;
    return status;
}

static lyt_status receive(lyt_reception *in)
{
    const lyt_json *data, *contact;
    lyt_inbound *item;
    lyt_status status;
    lyt_str event, id;

    if (!lyt_stdhook_verify(in, &status) || !lyt_reception_json(in, &status))
        return status;
    event = lyt_json_text(in->json, "event");
    data = lyt_json_get(in->json, "data");
    id = lyt_json_text(data, "id");
    if (!event.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no event");
    if (!lyt_str_equal(event, LYT_STR("responseFinished")))
        return LYT_OK;
    if (!id.len || lyt_json_typeof(lyt_json_get(data, "data")) != LYT_JSON_OBJECT)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "there is no data.id or data.data");
    item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = id;
    item->sent_us = lyt_reception_time(lyt_json_text(data, "updatedAt"));
    item->lang_hint = lyt_json_text(data, "language");
    if (lyt_str_equal(item->lang_hint, LYT_STR("default")))
        item->lang_hint = (lyt_str){"", 0};
    contact = lyt_json_get(data, "contactAttributes");
    item->from = lyt_json_text(contact, "email");
    status = lyt_reception_meta(in, item, LYT_STR("survey_id"), lyt_json_text(data, "surveyId"));
    if (!status)
        status = lyt_reception_meta(in, item, LYT_STR("url"),
                                    lyt_json_text(lyt_json_get(data, "meta"), "url"));
    if (!status)
        status = take_answers(in, item, lyt_json_get(data, "data"));
    if (!status)
        status = lyt_survey_add_band(item, in->arena);
    return status;
}

const lyt_gateway lyt_gateway_formbricks = {
    .name = "formbricks",
    .channel = "survey",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256,
    .check = lyt_stdhook_check,
    .receive = receive,
    .thanks = {.status = 200},
};
