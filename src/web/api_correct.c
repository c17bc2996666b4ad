#include "webapi.h"
#include "weblook.h"

/*
 * A person says what a message is really about: the same as `lyt correct`. Whoever may see the
 * message may be told so; who corrects stands in the token.
 */

static bool is_undone(const lyt_exchange *x)
{
    return lyt_str_equal(x->args[1], LYT_STR("uncorrect"));
}

static void write_correction(lyt_buf *out, const lyt_exchange *x, const lyt_json *tree, lyt_str by)
{
    const lyt_json *scenarios = lyt_json_get(tree, "scenarios");
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type",
                is_undone(x) ? LYT_STR("feedback.uncorrect") : LYT_STR("feedback.correct"));
    lyt_jw_kint(&jw, "feedback", x->number);
    lyt_jw_kstr(&jw, "by", by);
    if (lyt_json_text(tree, "note").len)
        lyt_jw_kstr(&jw, "note", lyt_json_text(tree, "note"));
    if (scenarios) {
        lyt_jw_key(&jw, "scenarios");
        lyt_jw_raw(&jw, LYT_STR(""));
        lyt_json_write(out, scenarios);
    }
    lyt_jw_object_end(&jw);
}

static void send_correction(lyt_exchange *x)
{
    lyt_json *tree;
    lyt_str by;

    if (!lyt_str_begins(lyt_buf_str(&x->parts[0]), LYT_STR("{\"message\":"))) {
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
    write_correction(&x->kept, x, tree, by);
    lyt_json_free(tree);
    if (lyt_buf_status(&x->kept)) {
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
        return;
    }
    x->then = lyt_web_answer_submitted;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
}

void lyt_api_feedback_correct(lyt_exchange *x)
{
    lyt_json *tree;
    lyt_jw jw;

    if (!is_undone(x) && !lyt_str_equal(x->args[1], LYT_STR("correct"))) {
        x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_error(x, 404, "not-found", NULL, "nothing of this name can be done to a message");
        return;
    }
    if (!lyt_web_id(x, &x->number))
        return;
    /* a body that is none is refused before anybody is asked */
    tree = lyt_web_object(x);
    if (!tree)
        return;
    lyt_json_free(tree);
    lyt_web_look_begin(x, &jw, "feedback");
    lyt_jw_kint(&jw, "id", x->number);
    lyt_web_look_end(x, &jw, send_correction);
}
