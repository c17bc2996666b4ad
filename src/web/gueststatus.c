/*
 * How far a guest's message has come, by the reference that its sender has, and the one step to money
 * back. Nothing of what was said is on the page, nobody is asked who it is, and what is no reference of
 * ours is answered alike, whatever was wanted of it.
 */
#include <stdio.h>
#include <string.h>

#include "guestpage.h"
#include "gueststage.h"
#include "hash.h"
#include "webapi.h"
#include "weblook.h"

typedef struct due_words {
    const char *due_for;
    char local[17], da[160], en[160]; /* local: 2026-11-27T14:30; all empty: no time is known */
    bool is_today;
} due_words;

static void read_due(due_words *out, const lyt_json *tree)
{
    const lyt_stage *wait = lyt_stage_find(LYT_STAGE_DUE, lyt_json_text(tree, "due_for"));
    lyt_str due = lyt_json_text(tree, "due");
    bool is_today = false;
    char day[12]; /* "2026-11-27 " */

    *out = (due_words){.due_for = ""};
    if (!wait || due.len < 16)
        return;
    (void)lyt_json_bool(lyt_json_get(tree, "today"), &is_today);
    out->due_for = wait->id;
    out->is_today = is_today;
    snprintf(out->local, sizeof out->local, "%.16s", due.ptr);
    snprintf(day, sizeof day, "%.10s ", due.ptr);
    snprintf(out->da, sizeof out->da, "%s %.*skl. %.5s.", wait->da, is_today ? 0 : 11, day,
             due.ptr + 11);
    snprintf(out->en, sizeof out->en, "%s %.5s%s%.*s.", wait->en, due.ptr + 11,
             is_today ? "" : " on ", is_today ? 0 : 10, due.ptr);
}

static const char *hidden_unless(bool shown)
{
    return shown ? "" : "hidden";
}

static void not_found(lyt_exchange *x)
{
    lyt_web_plain_page(x, 404, LYT_PLAIN_NO_REFERENCE);
}

static void show_status(lyt_exchange *x)
{
    static const lyt_stage nothing = {LYT_STAGE_REFUND, "", "", "", "", NULL, NULL};
    lyt_str answer = lyt_buf_str(&x->parts[0]);
    const lyt_settings *settings = x->web->settings;
    const char *number = settings ? lyt_settings_call(settings) : "";
    const char *link = settings && settings->refunds.link ? settings->refunds.link : "";
    const lyt_stage *state, *refund, *open = lyt_stage_find(LYT_STAGE_REFUND, LYT_STR("open"));
    char reference[lyt_reference_bytes];
    lyt_json *tree = NULL;
    due_words due;

    if (!answer.len || lyt_json_parse(&tree, answer, 1 << 16, NULL)) {
        lyt_web_plain_page(x, 503, LYT_PLAIN_LATER);
        return;
    }
    state = lyt_stage_find(LYT_STAGE_STATE, lyt_json_text(tree, "state"));
    refund = lyt_stage_find(LYT_STAGE_REFUND, lyt_json_text(tree, "refund"));
    refund = refund ? refund : &nothing;
    read_due(&due, tree);
    lyt_json_free(tree);
    if (!state) {
        not_found(x);
        return;
    }
    snprintf(reference, sizeof reference, "%.*s", LYT_STR_ARG(x->args[0]));
    lyt_guest_page(x, "status.html",
                   (const lyt_gap[]){{"state", state->id},
                                     {"title_da", state->title_da},
                                     {"text_da", state->da},
                                     {"title_en", state->title_en},
                                     {"text_en", state->en},
                                     {"number", number},
                                     {"due", due.local},
                                     {"due_for", due.due_for},
                                     {"today", due.is_today ? "yes" : ""},
                                     {"due_da", due.da},
                                     {"due_en", due.en},
                                     {"reference", reference},
                                     {"refund", refund->id},
                                     {"refund_da", refund->da},
                                     {"refund_en", refund->en},
                                     {"link", link},
                                     {"no_ask", hidden_unless(refund == open && !*link)},
                                     {"no_link", hidden_unless(refund == open && *link)},
                                     {"no_asked", hidden_unless(*refund->id && refund != open)}},
                   19);
}

/* False: it is none of ours, and answered. */
static bool read_reference(lyt_exchange *x, int64_t *feedback)
{
    int64_t retry_ms = 0;

    if (lyt_reference_read(feedback, x->web->secret, x->args[0]))
        return true;
    if (lyt_ratelimit_take(&x->web->per_guess, x->req.source, lyt_web_mono_us(x->web), &retry_ms)) {
        not_found(x);
        return false;
    }
    x->retry_s = retry_ms / 1000 + 1;
    x->web->count.refused[LYT_WEB_REFUSED_RATE]++;
    lyt_web_plain_page(x, 429, LYT_PLAIN_TOO_MANY);
    return false;
}

void lyt_guest_status(lyt_exchange *x)
{
    int64_t feedback = 0;
    lyt_jw jw;

    if (!read_reference(x, &feedback))
        return;
    lyt_web_look_begin(x, &jw, "guest");
    lyt_jw_kint(&jw, "id", feedback);
    lyt_web_look_end(x, &jw, show_status);
}

/*
 * Back to the page, which shows what came of it, so that loading it anew asks for nothing. Also where
 * there is nothing to ask about: the page has no button then.
 */
static void to_page(lyt_exchange *x)
{
    lyt_str answer = lyt_buf_str(&x->parts[0]), language = lyt_webreq_query(&x->req, "lang");
    lyt_json *tree = NULL;
    int status = 503;

    if (answer.len && !lyt_json_parse(&tree, answer, 1 << 16, NULL))
        status = lyt_web_status_of(tree);
    lyt_json_free(tree);
    if (status >= 500) {
        lyt_web_plain_page(x, 503, LYT_PLAIN_LATER);
        return;
    }
    snprintf(x->more_name, sizeof x->more_name, "Location");
    snprintf(x->more_value, sizeof x->more_value, "/s/%.*s%s%.*s", LYT_STR_ARG(x->args[0]),
             language.len == 2 ? "?lang=" : "", language.len == 2 ? 2 : 0,
             language.len ? language.ptr : "");
    x->is_page = true;
    lyt_web_plain_page(x, 303, LYT_PLAIN_HEARD);
}

/* Asked once, it stays asked; who floods it all the same is told to wait, and nobody else. */
static bool may_ask(lyt_exchange *x, int64_t feedback)
{
    int64_t retry_ms = 0;

    if (lyt_ratelimit_take(&x->web->per_refund, lyt_hash_pair((uint64_t)feedback, 11),
                           lyt_web_mono_us(x->web), &retry_ms))
        return true;
    x->retry_s = retry_ms / 1000 + 1;
    x->web->count.refused[LYT_WEB_REFUSED_RATE]++;
    lyt_web_plain_page(x, 429, LYT_PLAIN_TOO_MANY);
    return false;
}

void lyt_guest_refund(lyt_exchange *x)
{
    int64_t feedback = 0;
    lyt_jw jw;

    if (!read_reference(x, &feedback) || !may_ask(x, feedback) || !lyt_web_parts(x, 1))
        return;
    lyt_buf_reset(&x->kept);
    lyt_jw_init(&jw, &x->kept);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("guest.refund"));
    lyt_jw_kint(&jw, "feedback", feedback);
    lyt_jw_object_end(&jw);
    x->then = to_page;
    lyt_web_submit(x, 0, lyt_buf_str(&x->kept));
}
