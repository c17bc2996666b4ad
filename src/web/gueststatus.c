/*
 * How far a guest's message has come, by the reference that its sender has, and the one step to money
 * back. Nothing of what was said is on the page, nobody is asked who it is, and what is no reference of
 * ours is answered alike, whatever was wanted of it.
 */
#include <stdio.h>
#include <string.h>

#include "guestpage.h"
#include "hash.h"
#include "webapi.h"
#include "weblook.h"

static const struct {
    const char *state, *title_da, *text_da, *title_en, *text_en;
} stages[] = {
    {"received", "Modtaget", "Vi har fået din besked, og nogen læser den nu.", "Received",
     "We have your message, and somebody is reading it now."},
    {"in-work", "Vi er på sagen", "En af os har taget sig af det, du skrev om.", "We are on it",
     "One of us is looking after what you wrote about."},
    {"done", "Bragt i orden",
     "Vi mener, at det er bragt i orden. Er det ikke det, så sig endelig til.", "Put right",
     "We believe it has been put right. If it has not, please do tell us."},
};

/* By when there is to be more: what for, and what is said of it where no script runs. */
static const struct {
    const char *due_for, *da, *en;
} waits[] = {
    {"promise", "Vi har lovet, at du hører fra os senest", "We have promised to get back to you by"},
    {"contact", "En af os taler med dig senest", "One of us will be in touch by"},
    {"late", "Det er blevet senere, end vi sagde, og det beklager vi. Vi havde sagt",
     "It has taken longer than we said, and we are sorry. We had said"},
};

typedef struct due_words {
    const char *due_for;
    char local[17], da[160], en[160]; /* local: 2026-11-27T14:30; all empty: no time is known */
    bool is_today;
} due_words;

static void read_due(due_words *out, const lyt_json *tree)
{
    lyt_str due = lyt_json_text(tree, "due"), due_for = lyt_json_text(tree, "due_for");
    bool is_today = false;
    size_t i = 0;

    *out = (due_words){.due_for = ""};
    while (i < 3 && !lyt_str_equal(due_for, lyt_str_of(waits[i].due_for)))
        i++;
    if (i == 3 || due.len < 16)
        return;
    (void)lyt_json_bool(lyt_json_get(tree, "today"), &is_today);
    out->due_for = waits[i].due_for;
    out->is_today = is_today;
    snprintf(out->local, sizeof out->local, "%.16s", due.ptr);
    snprintf(out->da, sizeof out->da, "%s %.*s kl. %.5s.", waits[i].da, is_today ? 0 : 10, due.ptr,
             due.ptr + 11);
    snprintf(out->en, sizeof out->en, "%s %.5s%s%.*s.", waits[i].en, due.ptr + 11,
             is_today ? "" : " on ", is_today ? 0 : 10, due.ptr);
}

/* Whether money may be asked for here, and what there is of it. */
enum { REFUND_OPEN, REFUND_ASKED, REFUND_ANSWERED, N_REFUNDS };

static const struct {
    const char *state, *da, *en;
} refunds[N_REFUNDS + 1] = {
    [REFUND_OPEN] = {"open", "Bed om penge tilbage", "Ask for a refund"},
    [REFUND_ASKED] = {"asked", "Du har bedt om penge tilbage. En af os svarer dig.",
                      "You have asked for money back. One of us will answer you."},
    [REFUND_ANSWERED] = {"answered", "Vi har svaret dig om penge tilbage.",
                         "We have answered you about money back."},
    [N_REFUNDS] = {"", "", ""},
};

static size_t refund_of(const lyt_json *tree)
{
    lyt_str state = lyt_json_text(tree, "refund");
    size_t i = 0;

    while (i < N_REFUNDS && !lyt_str_equal(state, lyt_str_of(refunds[i].state)))
        i++;
    return i;
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
    lyt_str answer = lyt_buf_str(&x->parts[0]), state;
    const lyt_settings *settings = x->web->settings;
    const char *number =
        settings && settings->messages.contact.n ? settings->messages.contact.item[0] : "";
    const char *link = settings && settings->refunds.link ? settings->refunds.link : "";
    char reference[lyt_reference_bytes];
    lyt_json *tree = NULL;
    due_words due;
    size_t i = 0, refund;

    if (!answer.len || lyt_json_parse(&tree, answer, 1 << 16, NULL)) {
        lyt_web_plain_page(x, 503, LYT_PLAIN_LATER);
        return;
    }
    state = lyt_json_text(tree, "state");
    while (i < 3 && !lyt_str_equal(state, lyt_str_of(stages[i].state)))
        i++;
    read_due(&due, tree);
    refund = refund_of(tree);
    lyt_json_free(tree);
    if (i == 3) {
        not_found(x);
        return;
    }
    snprintf(reference, sizeof reference, "%.*s", LYT_STR_ARG(x->args[0]));
    lyt_guest_page(x, "status.html",
                   (const lyt_gap[]){{"state", stages[i].state},
                                     {"title_da", stages[i].title_da},
                                     {"text_da", stages[i].text_da},
                                     {"title_en", stages[i].title_en},
                                     {"text_en", stages[i].text_en},
                                     {"number", number},
                                     {"due", due.local},
                                     {"due_for", due.due_for},
                                     {"today", due.is_today ? "yes" : ""},
                                     {"due_da", due.da},
                                     {"due_en", due.en},
                                     {"reference", reference},
                                     {"refund", refunds[refund].state},
                                     {"refund_da", refunds[refund].da},
                                     {"refund_en", refunds[refund].en},
                                     {"link", link},
                                     {"no_ask", hidden_unless(refund == REFUND_OPEN && !*link)},
                                     {"no_link", hidden_unless(refund == REFUND_OPEN && *link)},
                                     {"no_asked", hidden_unless(refund == REFUND_ASKED || refund == REFUND_ANSWERED)}},
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
