#include "webapi.h"
#include "weblook.h"

lyt_json *lyt_web_object(lyt_exchange *x)
{
    lyt_str body = lyt_str_trim(lyt_buf_str(&x->req.body));
    lyt_json *tree = NULL;
    lyt_error why;

    if (body.len && !lyt_webreq_is_type(&x->req, "application/json")) {
        x->web->count.refused[LYT_WEB_REFUSED_TYPE]++;
        lyt_web_error(x, 415, "content-type", NULL, "send application/json");
        return NULL;
    }
    /* nothing to say is as good as an empty object */
    if (!body.len)
        body = LYT_STR("{}");
    if (lyt_json_parse(&tree, body, lyt_body_max, &why)) {
        x->web->count.refused[LYT_WEB_REFUSED_MALFORMED]++;
        lyt_web_error(x, 400, "malformed", NULL, "%s (line %u, column %u)", why.text, why.line,
                      why.column);
        return NULL;
    }
    if (lyt_json_typeof(tree) == LYT_JSON_OBJECT)
        return tree;
    lyt_json_free(tree);
    x->web->count.refused[LYT_WEB_REFUSED_MALFORMED]++;
    lyt_web_error(x, 400, "malformed", NULL, "the body must be a JSON object");
    return NULL;
}

void lyt_api_scenarios(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "scenarios");
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

void lyt_api_scenario(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "scenario");
    lyt_jw_kstr(&jw, "id", x->args[0]);
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

void lyt_api_try(lyt_exchange *x)
{
    static const char *const members[] = {"text", "language", "property", "place"};
    lyt_json *tree = lyt_web_object(x);
    lyt_jw jw;

    if (!tree)
        return;
    if (!lyt_json_text(tree, "text").len) {
        lyt_json_free(tree);
        lyt_web_error(x, 422, "invalid", "text", "text: give the words to be judged");
        return;
    }
    lyt_web_look_begin(x, &jw, "try");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        lyt_jw_kstr(&jw, members[i], lyt_json_text(tree, members[i]));
    lyt_json_free(tree);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}
