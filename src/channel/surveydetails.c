#include "surveydetails.h"

#include <math.h>
#include <string.h>

#include "receiver.h"
#include "surveyfield.h"

/* NPS and ratings come as a choice's text ("8") or weight, when asked with simple=true. */
static bool score_of(const lyt_json *answer, double *score)
{
    const lyt_json *meta = lyt_json_get(answer, "choice_metadata");
    lyt_str weight = lyt_json_text(meta, "weight"), simple = lyt_json_text(answer, "simple_text");

    return (weight.len && lyt_survey_number(score, weight)) ||
           (simple.len && lyt_survey_number(score, simple));
}

static lyt_status take_question(lyt_reception *in, lyt_inbound *item, const lyt_json *question)
{
    const lyt_json *answers = lyt_json_get(question, "answers");
    lyt_str heading = lyt_json_text(question, "heading"), id = lyt_json_text(question, "id");
    lyt_str name = heading.len ? heading : id;
    bool nps = false;
    lyt_survey_field guess = lyt_survey_field_guess(heading, &nps);
    lyt_status status = LYT_OK;
    double score;

    if (lyt_str_equal(lyt_json_text(question, "subtype"), LYT_STR("nps")))
        nps = true;
    for (size_t i = 0; i < lyt_json_len(answers) && !status; i++) {
        const lyt_json *answer = lyt_json_at(answers, i);
        lyt_str text = lyt_json_text(answer, "text");

        if (text.len) {
            status = lyt_survey_set(
                item,
                guess == LYT_SURVEY_PLACE || guess == LYT_SURVEY_PROPERTY ? guess : LYT_SURVEY_TEXT,
                name, text, in->arena);
        } else if (isnan(item->score) && score_of(answer, &score)) {
            item->score = score;
            item->scale = nps ? 10 : 0;
        } else {
            status = lyt_survey_set(item, LYT_SURVEY_META, name,
                                    lyt_json_text(answer, "simple_text"), in->arena);
        }
    }
    return status;
}

static lyt_status read_pages(lyt_reception *in, lyt_inbound *item, const lyt_json *response)
{
    const lyt_json *pages = lyt_json_get(response, "pages"), *value;
    lyt_status status = LYT_OK;
    void *cursor = NULL;
    lyt_str name;

    while (!status &&
           lyt_json_each(lyt_json_get(response, "custom_variables"), &cursor, &name, &value))
        status = lyt_survey_set(item, lyt_survey_field_guess(name, NULL), name,
                                lyt_reception_text(in, value), in->arena);
    for (size_t i = 0; i < lyt_json_len(pages); i++) {
        const lyt_json *questions = lyt_json_get(lyt_json_at(pages, i), "questions");

        for (size_t j = 0; j < lyt_json_len(questions) && !status; j++)
            status = take_question(in, item, lyt_json_at(questions, j));
    }
    return status;
}

lyt_status lyt_surveymonkey_response(lyt_inbound *out, const lyt_json *response,
                                     const lyt_gateway_config *config, int64_t now_us,
                                     lyt_arena *arena, lyt_error *err)
{
    lyt_reception in = {.config = config, .arena = arena, .err = err};
    lyt_inbound item;
    lyt_status status;

    memset(&item, 0, sizeof item);
    item.kind = LYT_INBOUND_FEEDBACK;
    item.score = (double)NAN;
    item.provider_id = lyt_reception_text(&in, lyt_json_get(response, "id"));
    item.sent_us = lyt_reception_time(lyt_json_text(response, "date_modified"));
    item.received_us = now_us;
    if (!item.provider_id.len || lyt_json_typeof(lyt_json_get(response, "pages")) != LYT_JSON_ARRAY)
        return lyt_error_set(err, LYT_EFORMAT,
                             "there is no id or no pages: ask for …/responses/{id}/details");
    status = lyt_reception_meta(&in, &item, LYT_STR("survey_id"),
                                lyt_reception_text(&in, lyt_json_get(response, "survey_id")));
    if (!status)
        status = read_pages(&in, &item, response);
    if (!status)
        status = lyt_survey_add_band(&item, arena);
    if (!status)
        status = lyt_inbound_clean(&item, false, config, arena);
    if (!status)
        status = lyt_inbound_settle(&item, config, arena);
    if (!status && !item.text.len && isnan(item.score))
        status = lyt_error_set(err, LYT_ENOTFOUND, "there is neither a text nor a score in it");
    if (!status)
        *out = item;
    return status;
}

lyt_status lyt_surveymonkey_details(lyt_inbound *out, lyt_str json,
                                    const lyt_gateway_config *config, int64_t now_us,
                                    lyt_arena *arena, lyt_error *err)
{
    lyt_json *tree = NULL;
    lyt_status status = lyt_json_parse(&tree, json, lyt_surveydetails_max, err);

    if (!status)
        status = lyt_surveymonkey_response(out, tree, config, now_us, arena, err);
    lyt_json_free(tree);
    return status;
}
