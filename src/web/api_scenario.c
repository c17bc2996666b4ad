#include "webapi.h"
#include "weblook.h"
#include "webtrial.h"

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
    /* whoever may try another text may see the one there is */
    lyt_jw_kbool(&jw, "yaml", lyt_who_can(&x->who, LYT_CAN_LEAD));
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

static bool is_scenario_name(lyt_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
              (name.ptr[i] >= '0' && name.ptr[i] <= '9') || name.ptr[i] == '-'))
            return false;
    return name.len > 0 && name.len < 64;
}

/* False: it has been answered. */
static bool check_trial(lyt_exchange *x, const lyt_json *tree)
{
    lyt_str yaml = lyt_json_text(tree, "scenario_yaml");

    if (!lyt_web_may(x, LYT_CAN_LEAD))
        return false;
    if (!x->web->o->pack)
        lyt_web_error(x, 503, "no-pack", NULL, "the service judges without a pack");
    else if (yaml.len > lyt_trial_yaml_max)
        lyt_web_error(x, 422, "invalid", "scenario_yaml", "scenario_yaml: at most 128 KiB");
    else if (!is_scenario_name(lyt_json_text(tree, "scenario")))
        lyt_web_error(x, 422, "invalid", "scenario", "scenario: name the one that reads so");
    return !x->is_done;
}

static void answer_trial(lyt_exchange *x)
{
    if (x->parts[0].len) {
        lyt_web_answer_looked(x);
        return;
    }
    x->retry_s = 10;
    lyt_web_error(x, 503, "no-answer", NULL, "the scenario is still being taught; ask again");
}

void lyt_api_try(lyt_exchange *x)
{
    static const char *const members[] = {"text",  "language", "property",
                                          "place", "scenario", "scenario_yaml"};
    lyt_json *tree = lyt_web_object(x);
    bool is_trial;
    lyt_jw jw;

    if (!tree)
        return;
    is_trial = lyt_json_text(tree, "scenario_yaml").len > 0;
    if (!lyt_json_text(tree, "text").len)
        lyt_web_error(x, 422, "invalid", "text", "text: give the words to be judged");
    if (x->is_done || (is_trial && !check_trial(x, tree))) {
        lyt_json_free(tree);
        return;
    }
    lyt_web_look_begin(x, &jw, is_trial ? "trial" : "try");
    for (size_t i = 0; i < (is_trial ? 6 : 4); i++)
        lyt_jw_kstr(&jw, members[i], lyt_json_text(tree, members[i]));
    lyt_json_free(tree);
    if (!is_trial) {
        lyt_web_look_end(x, &jw, lyt_web_answer_looked);
        return;
    }
    lyt_jw_object_end(&jw);
    if (!lyt_web_parts(x, 1))
        return;
    x->then = answer_trial;
    lyt_web_ask_trial(x, 0, lyt_buf_str(&x->kept));
}
