#include "clock.h"
#include "webapi.h"
#include "weblook.h"

/* {"csv":"…"} of the actor that counts; anything else is an answer as it stands. */
static void answer_report(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    lyt_json *tree = NULL;

    if (!lyt_str_begins(answer, LYT_STR("{\"csv\":"))) {
        lyt_web_answer_looked(x);
        return;
    }
    if (lyt_json_parse(&tree, answer, 64 << 20, NULL)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for the answer");
        return;
    }
    lyt_buf_add(&x->out, lyt_json_text(tree, "csv"));
    lyt_json_free(tree);
    lyt_web_done(x, 200, "text/csv; charset=utf-8");
}

static bool read_time(lyt_exchange *x, const char *name, int64_t *out)
{
    lyt_str given = lyt_webreq_query(&x->req, name);

    if (!given.len || !lyt_clock_parse(out, given))
        return true;
    lyt_web_error(x, 422, "invalid", name, "%s: must be a time like 2026-11-22T05:40:00Z", name);
    return false;
}

void lyt_api_report(lyt_exchange *x)
{
    int64_t since_us = 0, until_us = 0;
    lyt_jw jw;

    /* figures are of all properties together */
    if (x->who.n_properties) {
        x->web->count.refused[LYT_WEB_REFUSED_FORBIDDEN]++;
        lyt_web_error(x, 403, "forbidden", NULL,
                      "these are figures of all properties; this token is for some");
        return;
    }
    if (!read_time(x, "since", &since_us) || !read_time(x, "until", &until_us))
        return;
    lyt_web_look_begin(x, &jw, "report");
    lyt_jw_kstr(&jw, "page", x->args[0]);
    lyt_jw_kint(&jw, "since_us", since_us);
    lyt_jw_kint(&jw, "until_us", until_us);
    lyt_jw_kstr(&jw, "language", lyt_webreq_query(&x->req, "language"));
    lyt_jw_kstr(&jw, "table", lyt_webreq_query(&x->req, "table"));
    lyt_jw_kint(&jw, "csv", lyt_str_equal(lyt_webreq_query(&x->req, "format"), LYT_STR("csv")));
    lyt_jw_object_end(&jw);
    if (!lyt_web_parts(x, 1))
        return;
    x->then = answer_report;
    lyt_web_ask_trial(x, 0, lyt_buf_str(&x->kept));
}
