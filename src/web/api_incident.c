#include <stdio.h>
#include <string.h>

#include "webapi.h"
#include "weblook.h"

void lyt_api_incidents(lyt_exchange *x)
{
    enum { limit_max = 1000 };
    lyt_str state = lyt_webreq_query(&x->req, "state");
    int64_t limit = limit_max, before = 0;
    lyt_jw jw;

    if (!lyt_web_number(x, "limit", 1, limit_max, &limit) ||
        !lyt_web_number(x, "before", 1, INT64_MAX / 2, &before))
        return;
    lyt_web_look_begin(x, &jw, "incidents");
    lyt_jw_kint(&jw, "limit", limit);
    lyt_jw_kint(&jw, "before", before);
    lyt_jw_kstr(&jw, "state", state.len ? state : LYT_STR("open"));
    lyt_jw_kstr(&jw, "team", lyt_webreq_query(&x->req, "team"));
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

void lyt_api_incident(lyt_exchange *x)
{
    int64_t id;
    lyt_jw jw;

    if (!lyt_web_id(x, &id))
        return;
    lyt_web_look_begin(x, &jw, "incident");
    lyt_jw_kint(&jw, "id", id);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

/* ---- doing something: the same orders as `lyt incident` sends ---- */

typedef struct action {
    const char *name;
    const char *verb, *state; /* NULL: the action's own name; none */
    const char *needs;        /* a member that must be there; NULL: none */
    const char *other;        /* the member that goes as "other"; NULL: none */
    lyt_can can;
} action;

static const action actions[] = {
    {"ack", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"action", NULL, NULL, "note", NULL, LYT_CAN_ACT},
    {"answer", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"approve", NULL, NULL, "offer", "offer", LYT_CAN_LEAD},
    {"ask", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"assign", NULL, NULL, "to", NULL, LYT_CAN_ACT},
    {"cause", NULL, NULL, "note", NULL, LYT_CAN_ACT},
    {"close", "move", "closed", NULL, NULL, LYT_CAN_ACT},
    {"confirm", "move", "confirmed", NULL, NULL, LYT_CAN_ACT},
    {"consent", NULL, NULL, "note", NULL, LYT_CAN_ACT},
    {"contacted", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"decline", NULL, NULL, "offer", "offer", LYT_CAN_LEAD},
    {"kept", NULL, NULL, "promise", "promise", LYT_CAN_ACT},
    {"merge", NULL, NULL, "into", "into", LYT_CAN_LEAD},
    {"note", NULL, NULL, "note", NULL, LYT_CAN_ACT},
    {"offer", NULL, NULL, "gesture", NULL, LYT_CAN_ACT},
    {"pause", NULL, NULL, "minutes", NULL, LYT_CAN_ACT},
    {"promise", NULL, NULL, "minutes", NULL, LYT_CAN_ACT},
    {"refund", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"remedy", "move", "remedied", NULL, NULL, LYT_CAN_ACT},
    {"reopen", "move", "reopened", "note", NULL, LYT_CAN_ACT},
    {"reply", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"resolve", NULL, NULL, "note", NULL, LYT_CAN_ACT},
    {"resume", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"revoke", NULL, NULL, NULL, NULL, LYT_CAN_ACT},
    {"split", NULL, NULL, "message", "message", LYT_CAN_LEAD},
    {"unmerge", NULL, NULL, NULL, NULL, LYT_CAN_LEAD},
    {"void", "move", "void", "note", NULL, LYT_CAN_LEAD},
    {"withdraw", NULL, NULL, "offer", "offer", LYT_CAN_ACT},
    {"work", "move", "in-work", NULL, NULL, LYT_CAN_ACT},
};

static const action *action_of(lyt_str name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (lyt_str_equal(name, lyt_str_of(actions[i].name)))
            return &actions[i];
    return NULL;
}

static void copy(lyt_jw *jw, const lyt_json *tree, const char *from, const char *to)
{
    const lyt_json *value = lyt_json_get(tree, from);

    if (!value)
        return;
    lyt_jw_key(jw, to);
    lyt_jw_raw(jw, LYT_STR(""));
    lyt_json_write(jw->out, value);
}

/* Without settings of a house only these two are known, in a form of their own. */
static bool is_plain(const action *act, const lyt_json *tree)
{
    bool is_ack = strcmp(act->name, "ack") == 0;

    return strcmp(act->name, "resolve") == 0 ||
           (is_ack && !lyt_json_get(tree, "minutes") && !lyt_json_get(tree, "version"));
}

static void write_order(lyt_buf *out, const lyt_exchange *x, const action *act,
                        const lyt_json *tree, lyt_str by)
{
    static const char *const same[] = {"note", "minutes", "version", "score", "complains"};
    char type[40];
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    snprintf(type, sizeof type, "incident.%s", is_plain(act, tree) ? act->name : "do");
    lyt_jw_kstr(&jw, "type", lyt_str_of(type));
    if (!is_plain(act, tree))
        lyt_jw_kstr(&jw, "verb", lyt_str_of(act->verb ? act->verb : act->name));
    lyt_jw_kint(&jw, "incident", x->number);
    lyt_jw_kstr(&jw, "by", by);
    if (act->state)
        lyt_jw_kstr(&jw, "state", lyt_str_of(act->state));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        copy(&jw, tree, same[i], same[i]);
    copy(&jw, tree,
         strcmp(act->name, "offer") == 0   ? "gesture"
         : strcmp(act->name, "reply") == 0 ? "say"
                                           : "to",
         "whom");
    if (act->other)
        copy(&jw, tree, act->other, "other");
    lyt_jw_object_end(&jw);
}

/* Somebody else was faster, or it cannot be done as things stand: 409. */
static void answer_done(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    lyt_json *tree = NULL;

    if (answer.len && !lyt_json_parse(&tree, answer, 1 << 16, NULL) &&
        lyt_web_status_of(tree) == 422) {
        lyt_web_refuse(x, 409, "refused", lyt_json_text(tree, "error"));
        lyt_json_free(tree);
        return;
    }
    lyt_json_free(tree);
    lyt_web_answer_submitted(x);
}

/* Whoever may know of the incident may go on. */
static void send_order(lyt_exchange *x)
{
    const action *act = action_of(x->args[1]);
    lyt_json *tree;
    lyt_str by;

    if (!lyt_str_begins(lyt_buf_str(&x->parts[0]), LYT_STR("{\"property\":"))) {
        lyt_web_answer_looked(x);
        return;
    }
    tree = lyt_web_object(x);
    if (!tree)
        return;
    by = lyt_json_text(tree, "by");
    if (!by.len || x->web->tokens.path)
        by = lyt_str_of(x->who.person);
    lyt_buf_reset(&x->kept);
    write_order(&x->kept, x, act, tree, by);
    lyt_json_free(tree);
    if (lyt_buf_status(&x->kept)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    x->then = answer_done;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
}

static bool is_complete(lyt_exchange *x, const action *act)
{
    lyt_json *tree = lyt_web_object(x);
    lyt_str by;
    bool is_other;

    if (!tree)
        return false;
    by = lyt_json_text(tree, "by");
    is_other = x->web->tokens.path && by.len && !lyt_str_equal(by, lyt_str_of(x->who.person));
    if (is_other)
        lyt_web_error(x, 422, "invalid", "by", "by: the token says who does it; leave it out");
    else if (act->needs && !lyt_json_get(tree, act->needs))
        lyt_web_error(x, 422, "invalid", act->needs, "%s: %s needs it", act->needs, act->name);
    lyt_json_free(tree);
    return !x->is_done;
}

void lyt_api_incident_do(lyt_exchange *x)
{
    const action *act = action_of(x->args[1]);
    lyt_jw jw;

    if (!act) {
        x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_error(x, 404, "not-found", NULL, "nothing of this name can be done to an incident");
        return;
    }
    if (!lyt_web_may(x, act->can) || !lyt_web_id(x, &x->number) || !is_complete(x, act))
        return;
    lyt_web_look_begin(x, &jw, "property");
    lyt_jw_kint(&jw, "id", x->number);
    lyt_web_look_end(x, &jw, send_order);
}
