#include "webpages.h"
#include "webapi.h"

enum { told_s = 3600 };

void lyt_api_healthz(lyt_exchange *x)
{
    lyt_buf_add_text(&x->out, "{\"status\":\"alive\"}");
    lyt_web_done(x, 200, NULL);
}

void lyt_api_readyz(lyt_exchange *x)
{
    const char *state = lyt_service_state(x->web->o->service);
    bool is_ok = lyt_str_equal(lyt_str_of(state), LYT_STR("ok"));
    int64_t by_s, ago_s;
    lyt_jw jw;

    lyt_jw_init(&jw, &x->out);
    lyt_jw_object(&jw);
    lyt_jw_kbool(&jw, "ready", is_ok);
    lyt_jw_kstr(&jw, "state", lyt_str_of(state));
    /* it goes on by the new time, so it is no reason not to be ready */
    if (lyt_service_clock_step(x->web->o->service, &by_s, &ago_s) && ago_s < told_s) {
        lyt_jw_kint(&jw, "clock_step_s", by_s);
        lyt_jw_kint(&jw, "clock_step_ago_s", ago_s);
    }
    /* nor is this: what comes is kept, and nobody hears what is in it before there is one */
    if (!lyt_service_has_worker(x->web->o->service))
        lyt_jw_kstr(&jw, "warning",
                    LYT_STR("no worker: messages are kept and not classified; start lyt worker"));
    lyt_jw_object_end(&jw);
    lyt_web_done(x, is_ok ? 200 : 503, NULL);
}

static lyt_status answered(lyt_exchange *x, lyt_json **tree)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]);

    *tree = NULL;
    return answer.len ? lyt_json_parse(tree, answer, 16 << 20, NULL) : LYT_ETIMEOUT;
}

/* Even when the service does not answer, what happened over HTTP is told. */
static void write_metrics(lyt_exchange *x)
{
    lyt_json *tree = NULL;

    (void)!answered(x, &tree);
    lyt_webcount_write(&x->web->count, tree, &x->out);
    lyt_webgate_write(x->web, &x->out);
    lyt_json_free(tree);
    lyt_web_done(x, 200, "text/plain; version=0.0.4; charset=utf-8");
}

/* Numbers of all properties together are for who may see them all. */
static bool sees_all(lyt_exchange *x)
{
    if (!x->who.n_properties)
        return true;
    x->web->count.refused[LYT_WEB_REFUSED_FORBIDDEN]++;
    lyt_web_error(x, 403, "forbidden", NULL,
                  "these are numbers of all properties; this token is for some");
    return false;
}

void lyt_api_metrics(lyt_exchange *x)
{
    if (!sees_all(x) || !lyt_web_parts(x, 1))
        return;
    x->then = write_metrics;
    lyt_web_ask(x, 0, LYT_STR("{\"request\":\"status\"}"));
}

static void write_status(lyt_exchange *x)
{
    lyt_json *tree = NULL;

    if (answered(x, &tree)) {
        lyt_web_error(x, 503, "no-answer", NULL, "the service did not answer in time");
        return;
    }
    lyt_json_write(&x->out, tree);
    lyt_json_free(tree);
    lyt_web_done(x, 200, NULL);
}

void lyt_api_status(lyt_exchange *x)
{
    if (!sees_all(x) || !lyt_web_parts(x, 1))
        return;
    x->then = write_status;
    lyt_web_ask(x, 0, LYT_STR("{\"request\":\"status\"}"));
}

void lyt_api_openapi(lyt_exchange *x)
{
    const lyt_webfile *file = lyt_webfile_find(LYT_STR("openapi.json"));

    if (!file) {
        lyt_web_error(x, 404, "not-found", NULL, "the description is not built in");
        return;
    }
    x->fixed = file->bytes;
    lyt_web_done(x, 200, NULL);
}
