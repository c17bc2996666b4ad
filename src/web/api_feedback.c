#include <string.h>

#include "clock.h"
#include "submission.h"
#include "topic.h"
#include "utf8.h"
#include "webapi.h"
#include "weblook.h"

/* ---- messages in ---- */

/* Rewritten with the property that the token is for and the author whose it is; NULL: as sent. */
static void rewrite(lyt_buf *out, const lyt_json *tree, const char *property, const char *author)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_str key;
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    while (lyt_json_each(tree, &cursor, &key, &value)) {
        if ((property && lyt_str_equal(key, LYT_STR("property"))) ||
            (author && lyt_str_equal(key, LYT_STR("author"))))
            continue;
        lyt_jw_key_str(&jw, key);
        lyt_jw_raw(&jw, LYT_STR(""));
        lyt_json_write(out, value);
    }
    if (property)
        lyt_jw_kstr(&jw, "property", lyt_str_of(property));
    if (author)
        lyt_jw_kstr(&jw, "author", lyt_str_of(author));
    lyt_jw_object_end(&jw);
}

/* What a person writes down for a guest stands under that person's name; a machine says whose. */
static const char *author_of(const lyt_who *who, const lyt_json *tree)
{
    return lyt_str_equal(lyt_json_text(tree, "channel"), LYT_STR("staff")) &&
                   lyt_who_can(who, LYT_CAN_ACT)
               ? who->person
               : NULL;
}

/* What guests did, like, or where they stay: it is of no one property that a token could name. */
static bool is_feed(const lyt_json *tree, lyt_str type)
{
    return lyt_str_equal(type, LYT_STR("note")) || lyt_str_equal(type, LYT_STR("order")) ||
           lyt_str_equal(type, LYT_STR("stay")) ||
           (type.len && lyt_json_get(tree, "subject") &&
            !lyt_str_begins(type, LYT_STR("feedback")) &&
            !lyt_str_begins(type, LYT_STR("incident.")));
}

/* NULL: it may go as it is, in out. Otherwise what is wrong with it: "<field>: <what to do>". */
static const char *check_message(const lyt_exchange *x, lyt_str json, lyt_buf *out)
{
    const lyt_who *who = &x->who;
    lyt_json *tree = NULL;
    lyt_str type, property;
    const char *wrong = NULL, *author;
    char normal[lyt_place_max + 1];

    lyt_buf_reset(out);
    if (lyt_json_parse(&tree, json, lyt_submission_max, NULL)) {
        /* the service says where, in its own words */
        lyt_buf_add(out, json);
        return NULL;
    }
    type = lyt_json_text(tree, "type");
    property = lyt_json_text(tree, "property");
    author = author_of(who, tree);
    if (lyt_json_get(tree, "tap"))
        wrong = "tap: only the page of a tag may say this";
    else if (is_feed(tree, type) && who->n_properties)
        wrong = "type: events, notes and stays need a token for all properties";
    else if (is_feed(tree, type))
        lyt_buf_add(out, json);
    else if (type.len && !lyt_str_equal(type, LYT_STR("feedback")))
        wrong = "type: must be feedback; incidents are moved at /api/v1/incidents";
    else if (who->n_properties == 1 && !property.len)
        rewrite(out, tree, who->properties[0], author);
    else if (who->n_properties && (lyt_topic_part(property, normal, sizeof normal) ||
                                   !lyt_who_has(who, lyt_str_of(normal))))
        wrong = "property: must be one of this token's";
    else if (author)
        rewrite(out, tree, NULL, author);
    else
        lyt_buf_add(out, json);
    lyt_json_free(tree);
    return wrong;
}

static void write_refused(lyt_buf *out, const char *why)
{
    lyt_jw jw;

    lyt_buf_reset(out);
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "status", LYT_STR("refused"));
    lyt_jw_kstr(&jw, "id", LYT_STR(""));
    lyt_jw_kstr(&jw, "error", lyt_str_of(why));
    lyt_jw_object_end(&jw);
}

void lyt_web_answer_submitted(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    lyt_json *tree = NULL;
    int status;

    if (!answer.len || lyt_json_parse(&tree, answer, 1 << 16, NULL)) {
        lyt_web_error(x, 503, "no-answer", NULL,
                      "the service did not answer in time; send it again with the same id");
        return;
    }
    status = lyt_web_status_of(tree);
    if (status == 200) {
        lyt_buf_add(&x->out, answer);
        lyt_web_done(x, 200, NULL);
    } else if (status == 422) {
        lyt_web_refuse(x, 422, "refused", lyt_json_text(tree, "error"));
    } else {
        x->retry_s = 1;
        lyt_web_error(x, 503, "busy", NULL, "nothing can be taken just now (%s); send it again",
                      lyt_service_state(x->web->o->service));
    }
    lyt_json_free(tree);
}

/* One answer a line, in the order of the lines; 503 when none could be taken. */
static void answer_lines(lyt_exchange *x)
{
    bool any = false;

    for (size_t i = 0; i < x->n_parts; i++) {
        lyt_str answer = lyt_buf_str(&x->parts[i]);

        any = any || (answer.len && !lyt_str_begins(answer, LYT_STR("{\"status\":\"busy\"")));
        if (answer.len)
            lyt_buf_add(&x->out, answer);
        else
            lyt_buf_add_text(&x->out, "{\"status\":\"busy\",\"id\":\"\",\"retry_ms\":1000}");
        lyt_buf_add_char(&x->out, '\n');
    }
    lyt_web_done(x, any ? 200 : 503, "application/x-ndjson");
}

static size_t count_lines(lyt_str body)
{
    size_t n = 0;

    for (size_t at = 0; at < body.len;) {
        size_t end = lyt_str_find(body, '\n', at);

        n += lyt_str_trim(lyt_str_slice(body, at, end)).len > 0;
        at = end + 1;
    }
    return n;
}

static void send_lines(lyt_exchange *x)
{
    lyt_str body = lyt_buf_str(&x->req.body);
    size_t n = count_lines(body), i = 0;

    if (n < 1 || n > lyt_lines_max) {
        lyt_web_error(x, 422, "invalid", NULL, "send 1 to %d lines at a time", lyt_lines_max);
        return;
    }
    if (!lyt_web_parts(x, n))
        return;
    x->then = answer_lines;
    x->n_pending = 1; /* not before the last line is sent */
    for (size_t at = 0; at < body.len && !x->is_done;) {
        size_t end = lyt_str_find(body, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(body, at, end));
        const char *wrong;

        at = end + 1;
        if (!line.len)
            continue;
        wrong = check_message(x, line, &x->kept);
        if (wrong)
            write_refused(&x->parts[i], wrong);
        else
            lyt_web_submit(x, i, lyt_buf_str(&x->kept));
        i++;
    }
    if (--x->n_pending == 0 && !x->is_done)
        answer_lines(x);
}

void lyt_api_feedback_add(lyt_exchange *x)
{
    const char *wrong;

    if (lyt_webreq_is_type(&x->req, "application/x-ndjson") ||
        lyt_webreq_is_type(&x->req, "application/jsonl")) {
        send_lines(x);
        return;
    }
    if (!lyt_webreq_is_type(&x->req, "application/json")) {
        x->web->count.refused[LYT_WEB_REFUSED_TYPE]++;
        lyt_web_error(x, 415, "content-type", NULL,
                      "send application/json, or application/x-ndjson with one message a line");
        return;
    }
    wrong = check_message(x, lyt_buf_str(&x->req.body), &x->kept);
    if (wrong) {
        lyt_web_refuse(x, 422, "refused", lyt_str_of(wrong));
        return;
    }
    if (!lyt_web_parts(x, 1))
        return;
    x->then = lyt_web_answer_submitted;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
}

/* ---- reading ---- */

void lyt_web_answer_looked(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    lyt_json *tree = NULL;

    if (!answer.len) {
        lyt_web_error(x, 503, "no-answer", NULL, "the database did not answer in time");
        return;
    }
    if (!lyt_str_begins(answer, LYT_STR("{\"http\":"))) {
        lyt_buf_add(&x->out, answer);
        lyt_web_done(x, 200, NULL);
        return;
    }
    if (lyt_json_parse(&tree, answer, 1 << 16, NULL)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for the answer");
        return;
    }
    lyt_buf_reset(&x->kept);
    lyt_buf_add(&x->kept, lyt_json_text(tree, "code"));
    lyt_web_refuse(x, (int)lyt_json_number(tree, "http"),
                   lyt_buf_status(&x->kept) ? "failed" : x->kept.data,
                   lyt_json_text(tree, "message"));
    lyt_json_free(tree);
}

void lyt_web_look_begin(lyt_exchange *x, lyt_jw *jw, const char *ask)
{
    lyt_buf_reset(&x->kept);
    lyt_jw_init(jw, &x->kept);
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "ask", lyt_str_of(ask));
    lyt_jw_kstr(jw, "request", lyt_str_of(x->id));
    if (lyt_web_is_danish(x))
        lyt_jw_kbool(jw, "danish", true);
    lyt_web_properties(x, jw);
}

void lyt_web_look_end(lyt_exchange *x, lyt_jw *jw, lyt_then then)
{
    lyt_jw_object_end(jw);
    if (lyt_buf_status(&x->kept)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    if (!x->parts && !lyt_web_parts(x, 1))
        return;
    x->then = then;
    lyt_web_look(x, 0, lyt_buf_str(&x->kept));
}

bool lyt_web_number(lyt_exchange *x, const char *name, int64_t min, int64_t max, int64_t *out)
{
    lyt_str given = lyt_webreq_query(&x->req, name);

    if (!given.ptr || lyt_webreq_int(given, min, max, out))
        return true;
    lyt_web_error(x, 422, "invalid", name, "%s: must be a whole number from %lld to %lld", name,
                  (long long)min, (long long)max);
    return false;
}

bool lyt_web_id(lyt_exchange *x, int64_t *id)
{
    if (lyt_webreq_int(x->args[0], 1, INT64_MAX, id))
        return true;
    x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
    lyt_web_error(x, 404, "not-found", NULL, "there is nothing of this number");
    return false;
}

/* least: rows to be asked for */
static void find(lyt_exchange *x, const char *ask, int64_t least)
{
    enum { limit_max = 500 };
    int64_t limit = 50, before = 0, since_us = 0;
    lyt_str since = lyt_webreq_query(&x->req, "since");
    lyt_jw jw;

    if (!lyt_web_number(x, "limit", least, limit_max, &limit) ||
        !lyt_web_number(x, "before", 1, INT64_MAX / 2, &before))
        return;
    if (since.len && lyt_clock_parse(&since_us, since)) {
        lyt_web_error(x, 422, "invalid", "since",
                      "since: must be a time like 2026-11-22T05:40:00Z");
        return;
    }
    lyt_web_look_begin(x, &jw, ask);
    lyt_jw_kstr(&jw, "query", lyt_webreq_query(&x->req, "query"));
    lyt_jw_kstr(&jw, "property", lyt_webreq_query(&x->req, "property"));
    lyt_jw_kint(&jw, "since_us", since_us);
    lyt_jw_kint(&jw, "before", before);
    lyt_jw_kint(&jw, "limit", limit);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}

void lyt_api_feedback_find(lyt_exchange *x)
{
    find(x, "find", 1);
}

void lyt_api_unclear(lyt_exchange *x)
{
    /* none: how many there are is all that is asked */
    if (lyt_web_may(x, LYT_CAN_LEAD))
        find(x, "unclear", 0);
}

void lyt_api_feedback_one(lyt_exchange *x)
{
    int64_t id;
    lyt_jw jw;

    if (!lyt_web_id(x, &id))
        return;
    lyt_web_look_begin(x, &jw, "feedback");
    lyt_jw_kint(&jw, "id", id);
    lyt_web_look_end(x, &jw, lyt_web_answer_looked);
}
