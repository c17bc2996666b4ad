#include <stdio.h>

#include "ownfolder.h"
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
    /* who hands cases on has to know to whom */
    if (lyt_who_can(&x->who, LYT_CAN_ACT))
        lyt_jw_kbool(&jw, "people", true);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

/* Its version goes along as the ETag, for If-Match of a save. */
static void answer_scenario(lyt_exchange *x)
{
    lyt_json *tree = NULL;

    if (!lyt_json_parse(&tree, lyt_buf_str(&x->parts[0]), 16 << 20, NULL) &&
        lyt_json_text(tree, "text_version").len)
        snprintf(x->etag, sizeof x->etag, "\"%.*s\"",
                 LYT_STR_ARG(lyt_json_text(tree, "text_version")));
    lyt_json_free(tree);
    lyt_web_answer_looked(x);
}

void lyt_api_scenario(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "scenario");
    lyt_jw_kstr(&jw, "id", x->args[0]);
    /* whoever may try another text may see the one there is */
    lyt_jw_kbool(&jw, "yaml", lyt_who_can(&x->who, LYT_CAN_LEAD));
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_web_look_end(x, &jw, answer_scenario);
}

void lyt_api_scenario_changes(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "changes");
    lyt_jw_kstr(&jw, "id", x->args[0]);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

void lyt_api_version(lyt_exchange *x)
{
    lyt_jw jw;

    lyt_web_look_begin(x, &jw, "version");
    lyt_jw_kstr(&jw, "version", x->args[0]);
    lyt_jw_kbool(&jw, "yaml", lyt_who_can(&x->who, LYT_CAN_LEAD));
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

/* ---- saving ---- */

static bool is_undo(const lyt_exchange *x)
{
    return lyt_str_equal(x->args[1], LYT_STR("undo"));
}

/* 422 with what `lyt pack check` found, 200 when it counts. */
static void answer_saved(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    const lyt_json *first;
    lyt_json *tree = NULL;
    lyt_jw jw;

    if (!answer.len) {
        x->retry_s = 10;
        lyt_web_error(x, 503, "no-answer", NULL,
                      "it is still being checked; look again in a moment whether it was saved");
        return;
    }
    if (!lyt_str_begins(answer, LYT_STR("{\"saved\":false")) ||
        lyt_json_parse(&tree, answer, 16 << 20, NULL)) {
        lyt_web_answer_looked(x);
        return;
    }
    first = lyt_json_at(lyt_json_get(tree, "findings"), 0);
    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "error");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "code", LYT_STR("check"));
    lyt_jw_kstr(&jw, "field", LYT_STR("scenario_yaml"));
    lyt_jw_kstr(&jw, "message", lyt_json_text(first, "text"));
    lyt_jw_object_end(&jw);
    lyt_jw_key(&jw, "findings");
    lyt_jw_raw(&jw, LYT_STR(""));
    lyt_json_write(&x->out, lyt_json_get(tree, "findings"));
    lyt_jw_object_end(&jw);
    lyt_json_free(tree);
    lyt_web_done(x, 422, NULL);
}

/* The version that it was made from: If-Match, or "version" in the body. */
static lyt_str expected_version(const lyt_exchange *x, const lyt_json *tree)
{
    lyt_str given = lyt_webreq_header(&x->req, "If-Match");

    if (!given.len)
        return lyt_json_text(tree, "version");
    if (given.len >= 2 && given.ptr[0] == '"' && given.ptr[given.len - 1] == '"')
        given = lyt_str_slice(given, 1, given.len - 1);
    return given;
}

/* False: it has been answered. */
static bool check_save(lyt_exchange *x, const lyt_json *tree)
{
    lyt_str yaml = lyt_json_text(tree, "scenario_yaml");
    bool force = false;

    (void)lyt_json_bool(lyt_json_get(tree, "force"), &force);
    if (force && !lyt_web_may(x, LYT_CAN_RUN))
        return false;
    if (x->who.n_properties) {
        x->web->count.refused[LYT_WEB_REFUSED_FORBIDDEN]++;
        lyt_web_error(x, 403, "forbidden", NULL,
                      "scenarios are of all properties; this token is for some");
    } else if (!x->web->o->pack) {
        lyt_web_error(x, 503, "no-pack", NULL, "the service judges without a pack");
    } else if (!lyt_own_is_name(x->args[0])) {
        lyt_web_error(x, 404, "not-found", NULL, "there is no such scenario");
    } else if (!is_undo(x) && !yaml.len) {
        lyt_web_error(x, 422, "invalid", "scenario_yaml", "scenario_yaml: give the whole text");
    } else if (yaml.len > lyt_trial_yaml_max) {
        lyt_web_error(x, 422, "invalid", "scenario_yaml", "scenario_yaml: at most 128 KiB");
    } else if (lyt_json_text(tree, "note").len > lyt_own_note_max) {
        lyt_web_error(x, 422, "invalid", "note", "note: at most %d bytes", lyt_own_note_max);
    } else if (!expected_version(x, tree).len) {
        lyt_web_error(x, 428, "version", "version",
                      "version: say which one it was made from (text_version, or the ETag as "
                      "If-Match)");
    }
    return !x->is_done;
}

void lyt_api_scenario_do(lyt_exchange *x)
{
    static const char *const same[] = {"scenario_yaml", "note"};
    lyt_json *tree;
    bool force = false;
    lyt_jw jw;

    if (!is_undo(x) && !lyt_str_equal(x->args[1], LYT_STR("save"))) {
        x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_error(x, 404, "not-found", NULL, "nothing of this name can be done to a scenario");
        return;
    }
    tree = lyt_web_object(x);
    if (!tree)
        return;
    if (!check_save(x, tree)) {
        lyt_json_free(tree);
        return;
    }
    lyt_web_look_begin(x, &jw, is_undo(x) ? "undo" : "save");
    lyt_jw_kstr(&jw, "scenario", x->args[0]);
    lyt_jw_kstr(&jw, "by", lyt_str_of(x->who.person));
    lyt_jw_kstr(&jw, "version", expected_version(x, tree));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        lyt_jw_kstr(&jw, same[i], lyt_json_text(tree, same[i]));
    if (lyt_json_bool(lyt_json_get(tree, "force"), &force))
        lyt_jw_kbool(&jw, "force", force);
    lyt_jw_object_end(&jw);
    lyt_json_free(tree);
    if (lyt_buf_status(&x->kept)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    if (!lyt_web_parts(x, 1))
        return;
    x->then = answer_saved;
    lyt_web_ask_trial(x, 0, lyt_buf_str(&x->kept));
}

/* ---- trying ---- */

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
    else if (!lyt_own_is_name(lyt_json_text(tree, "scenario")))
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
    static const char *const numbers[] = {"score", "scale"};
    lyt_json *tree = lyt_web_object(x);
    double number;
    bool is_trial;
    lyt_jw jw;

    if (!tree)
        return;
    is_trial = lyt_json_text(tree, "scenario_yaml").len > 0;
    if (!lyt_json_text(tree, "text").len)
        lyt_web_error(x, 422, "invalid", "text", "text: give the words to be judged");
    else if (lyt_json_text(tree, "property").len &&
             !lyt_who_has(&x->who, lyt_json_text(tree, "property")))
        lyt_web_error(x, 403, "forbidden", "property", "property: it is not one of yours");
    if (x->is_done || (is_trial && !check_trial(x, tree))) {
        lyt_json_free(tree);
        return;
    }
    lyt_web_look_begin(x, &jw, is_trial ? "trial" : "try");
    for (size_t i = 0; i < (is_trial ? 6 : 4); i++)
        lyt_jw_kstr(&jw, members[i], lyt_json_text(tree, members[i]));
    for (size_t i = 0; i < 2; i++)
        if (lyt_json_real(lyt_json_get(tree, numbers[i]), &number))
            lyt_jw_kreal(&jw, numbers[i], number, 6);
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
