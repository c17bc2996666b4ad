/*
 * Typeform: JSON, "Typeform-Signature: sha256=" and base64 of HMAC-SHA256 over the body. No time is
 * signed; event_id tells a repeat. Answers are told by what their field is (type and ref),
 * never by their place.
 */
#include <math.h>

#include "receiver.h"
#include "signing.h"
#include "surveyfield.h"

static bool verify(lyt_reception *in, lyt_status *status)
{
    lyt_str given;

    *status = LYT_OK;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "typeform-signature", &given) ||
        !lyt_str_begins(given, LYT_STR("sha256="))) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE,
                                       "there is no Typeform-Signature: sha256=…");
        return false;
    }
    if (lyt_is_signed_base64(&in->config->secrets, LYT_DIGEST_SHA256, in->request->body,
                             lyt_str_slice(given, 7, given.len)))
        return true;
    *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                   "Typeform-Signature does not fit: is the secret the webhook's?");
    return false;
}

/* The definition of the field an answer is to; NULL when the form does not come with it. */
static const lyt_json *definition_of(const lyt_json *form, lyt_str id)
{
    const lyt_json *fields = lyt_json_get(lyt_json_get(form, "definition"), "fields");

    for (size_t i = 0; i < lyt_json_len(fields); i++)
        if (id.len && lyt_str_equal(lyt_json_text(lyt_json_at(fields, i), "id"), id))
            return lyt_json_at(fields, i);
    return NULL;
}

/* The best score of a question with numbers; 0 when it is no such question. */
static double scale_of(lyt_str type, const lyt_json *definition)
{
    const lyt_json *properties = lyt_json_get(definition, "properties");
    double steps = (double)lyt_json_number(properties, "steps");
    bool from_one = false;

    (void)lyt_json_bool(lyt_json_get(properties, "start_at_one"), &from_one);
    if (lyt_str_equal(type, LYT_STR("nps")))
        return 10;
    if (lyt_str_equal(type, LYT_STR("rating")))
        return steps > 0 ? steps : 5;
    if (lyt_str_equal(type, LYT_STR("opinion_scale")))
        return steps > 0 ? steps - (from_one ? 0 : 1) : 10;
    return 0;
}

/* What the answer says, whatever its type; several choices are joined. */
static lyt_str value_of(lyt_reception *in, const lyt_json *answer)
{
    lyt_str type = lyt_json_text(answer, "type"), one = {"", 0};
    const lyt_json *labels = lyt_json_get(lyt_json_get(answer, "choices"), "labels");
    lyt_buf joined;

    if (lyt_str_equal(type, LYT_STR("choice"))) {
        const lyt_json *choice = lyt_json_get(answer, "choice");

        one = lyt_json_text(choice, "label");
        return one.len ? one : lyt_json_text(choice, "other");
    }
    if (!lyt_str_equal(type, LYT_STR("choices"))) {
        for (size_t i = 0; i < type.len; i++) /* members are named like the type */
            if (!type.ptr[i])
                return one;
        return type.len ? lyt_reception_text(in, lyt_json_get(answer, type.ptr)) : one;
    }
    lyt_buf_init(&joined, NULL);
    for (size_t i = 0; i < lyt_json_len(labels); i++) {
        lyt_str label = lyt_reception_text(in, lyt_json_at(labels, i));

        if (joined.len)
            lyt_buf_add_text(&joined, ", ");
        lyt_buf_add(&joined, label);
    }
    one = joined.len ? lyt_arena_copy(in->arena, lyt_buf_str(&joined)) : one;
    lyt_buf_deinit(&joined);
    return one.ptr ? one : (lyt_str){"", 0};
}

/* A written answer: what its question's title or ref says, else the guest's words. */
static lyt_survey_field field_of_text(lyt_str ref, lyt_str title)
{
    lyt_survey_field field = lyt_survey_field_guess(title, NULL);

    if (!title.len || field == LYT_SURVEY_META)
        field = lyt_survey_field_guess(ref, NULL);
    if (field == LYT_SURVEY_PLACE || field == LYT_SURVEY_PROPERTY || field == LYT_SURVEY_FROM)
        return field;
    return lyt_survey_asks_name(title) || lyt_survey_asks_name(ref) ? LYT_SURVEY_META
                                                                    : LYT_SURVEY_TEXT;
}

static lyt_status take_answer(lyt_reception *in, lyt_inbound *item, const lyt_json *form,
                              const lyt_json *answer)
{
    const lyt_json *asked = lyt_json_get(answer, "field");
    const lyt_json *definition = definition_of(form, lyt_json_text(asked, "id"));
    lyt_str ref = lyt_json_text(asked, "ref"), kind = lyt_json_text(asked, "type");
    lyt_str type = lyt_json_text(answer, "type"), value = value_of(in, answer);
    lyt_survey_field field;

    if (!ref.len)
        ref = lyt_json_text(asked, "id");
    if (!lyt_survey_field_parse(&field, ref)) {
        field = LYT_SURVEY_META;
        if (lyt_str_equal(type, LYT_STR("text")))
            field = field_of_text(ref, lyt_json_text(definition, "title"));
        else if (lyt_str_equal(type, LYT_STR("number")) && scale_of(kind, definition) > 0 &&
                 isnan(item->score))
            field = LYT_SURVEY_SCORE;
        else if (lyt_str_equal(type, LYT_STR("email")) ||
                 lyt_str_equal(type, LYT_STR("phone_number")))
            field = LYT_SURVEY_FROM;
    }
    if (field == LYT_SURVEY_SCORE && !(item->scale > 0))
        item->scale = scale_of(kind, definition);
    return lyt_survey_set(item, field, ref, value, in->arena);
}

static lyt_status take_hidden(lyt_reception *in, lyt_inbound *item, const lyt_json *hidden)
{
    const lyt_json *value;
    lyt_status status = LYT_OK;
    void *cursor = NULL;
    lyt_str name;

    while (!status && lyt_json_each(hidden, &cursor, &name, &value))
        status = lyt_survey_set(item, lyt_survey_field_guess(name, NULL), name,
                                lyt_reception_text(in, value), in->arena);
    return status;
}

static lyt_status receive(lyt_reception *in)
{
    const lyt_json *form, *answers;
    lyt_str type, event;
    lyt_inbound *item;
    lyt_status status;

    if (!verify(in, &status) || !lyt_reception_json(in, &status))
        return status;
    type = lyt_json_text(in->json, "event_type");
    /* what is half filled in comes again as a whole */
    if (lyt_str_equal(type, LYT_STR("form_response_partial")))
        return LYT_OK;
    form = lyt_json_get(in->json, "form_response");
    event = lyt_json_text(in->json, "event_id");
    if (!lyt_str_equal(type, LYT_STR("form_response")) ||
        lyt_json_typeof(form) != LYT_JSON_OBJECT || !event.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "there is no event_id, or no form_response");
    item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = event;
    item->sent_us = lyt_reception_time(lyt_json_text(form, "submitted_at"));
    status = lyt_reception_meta(in, item, LYT_STR("form_id"), lyt_json_text(form, "form_id"));
    if (!status)
        status = lyt_reception_meta(in, item, LYT_STR("token"), lyt_json_text(form, "token"));
    if (!status)
        status = take_hidden(in, item, lyt_json_get(form, "hidden"));
    answers = lyt_json_get(form, "answers");
    for (size_t i = 0; i < lyt_json_len(answers) && !status; i++)
        status = take_answer(in, item, form, lyt_json_at(answers, i));
    return status ? status : lyt_survey_add_band(item, in->arena);
}

const lyt_gateway lyt_gateway_typeform = {
    .name = "typeform",
    .channel = "survey",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256,
    .receive = receive,
    .thanks = {.status = 200},
};
