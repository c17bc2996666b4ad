#include "showing.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "webpages.h"

enum { sample_case = 4711, words_bytes_max = 1 << 20 };
static const char sample_reference[] = "k3vq6xn2mhd5tzo7wbye4rpa";

static void add(lyt_showing *out, size_t *n, lyt_showing s, const char *lead, const char *name)
{
    snprintf(s.id, sizeof s.id, "%s%s", lead, name);
    out[(*n)++] = s;
}

size_t lyt_showings(lyt_showing out[lyt_showings_max])
{
    static const char *const leads[] = {
        [LYT_STAGE_STATE] = "status-", [LYT_STAGE_DUE] = "due-", [LYT_STAGE_REFUND] = "refund-"};
    size_t n = 0;

    add(out, &n, (lyt_showing){.kind = LYT_SHOWING_FORM}, "", "form");
    add(out, &n, (lyt_showing){.kind = LYT_SHOWING_THANKS}, "", "thanks");
    for (size_t i = 0; i < lyt_stages(); i++)
        add(out, &n, (lyt_showing){.kind = LYT_SHOWING_STAGE, .stage = lyt_stage_at(i)},
            leads[lyt_stage_at(i)->kind], lyt_stage_at(i)->id);
    for (int kind = 0; kind < LYT_REPLY_KIND_COUNT; kind++)
        add(out, &n, (lyt_showing){.kind = LYT_SHOWING_MESSAGE, .reply = (lyt_reply_kind)kind}, "",
            lyt_reply_kind_name((lyt_reply_kind)kind));
    for (int what = 0; what < LYT_PLAIN_COUNT; what++)
        add(out, &n, (lyt_showing){.kind = LYT_SHOWING_PLAIN, .plain = (lyt_plain)what}, "",
            lyt_plain_name((lyt_plain)what));
    return n;
}

_Static_assert(2 + 9 + LYT_REPLY_KIND_COUNT + LYT_PLAIN_COUNT <= lyt_showings_max,
               "room for all that there is");

static bool has_refund(const lyt_show_at *at)
{
    return at->scenario
               ? lyt_refund_is_for(&at->settings->refunds, lyt_str_of(at->scenario->id),
                                   lyt_scenario_pays(at->scenario))
               : at->settings->refunds.is_there;
}

static bool is_of_refund(const lyt_showing *s)
{
    return (s->kind == LYT_SHOWING_STAGE && s->stage->kind == LYT_STAGE_REFUND) ||
           (s->kind == LYT_SHOWING_MESSAGE && s->reply == LYT_REPLY_REFUND) ||
           (s->kind == LYT_SHOWING_PLAIN && s->plain == LYT_PLAIN_HEARD);
}

bool lyt_showing_is_there(const lyt_showing *s, const lyt_show_at *at)
{
    return !is_of_refund(s) || has_refund(at);
}

/* ---- pages: the words that their scripts take ---- */

/* {"key":{"da":…}}: what stands behind the first line of a file of words. */
static lyt_status open_words(lyt_json **out, const char *file, lyt_error *err)
{
    const lyt_webfile *found = lyt_webfile_find(lyt_str_of(file));
    lyt_str text = found ? found->bytes : (lyt_str){"", 0};

    text = lyt_str_slice(text, lyt_str_find(text, '{', lyt_str_find(text, '=', 0)), text.len);
    while (text.len && text.ptr[text.len - 1] != '}')
        text.len--;
    return lyt_json_parse(out, text, words_bytes_max, err);
}

typedef struct page {
    lyt_buf *out;
    lyt_json *guest, *status; /* words of both pages */
    lyt_str language;
    bool lacks; /* a word in that language */
} page;

/* A line, with {name} filled in; value NULL: it has no field. */
static void say(page *p, const char *key, const char *value)
{
    char language[8];
    const lyt_json *row = lyt_json_get(p->status, key);
    lyt_str text;
    size_t open;

    snprintf(language, sizeof language, "%.*s", LYT_STR_ARG(lyt_str_slice(p->language, 0, 7)));
    text = lyt_json_text(row ? row : lyt_json_get(p->guest, key), language);
    p->lacks = p->lacks || !text.len;
    open = lyt_str_find(text, '{', 0);
    lyt_buf_add(p->out, lyt_str_slice(text, 0, open));
    if (open < text.len) {
        lyt_buf_add_text(p->out, value ? value : "");
        lyt_buf_add(p->out, lyt_str_slice(text, lyt_str_find(text, '}', open) + 1, text.len));
    }
    lyt_buf_add_char(p->out, '\n');
}

static void say_person(page *p, const lyt_show_at *at)
{
    const char *number = lyt_settings_call(at->settings);

    say(p, *number ? "call" : "person", number);
}

static void write_form(page *p)
{
    static const char *const keys[] = {"question", "text",        "textHint", "contact",
                                       "contactHint", "send", "danger"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        say(p, keys[i], NULL);
}

static void write_thanks(page *p, const lyt_show_at *at)
{
    say(p, "thanks", NULL);
    say(p, "sent", NULL);
    say_person(p, at);
    say(p, "follow", NULL);
}

static int64_t limit_of(const lyt_show_at *at, lyt_clock_kind kind)
{
    const lyt_clock_rule *rule =
        lyt_settings_clock(at->settings, at->scenario ? at->scenario->severity : 2);

    return rule ? rule->limit_us[kind] : 0;
}

/* The page as a whole, in the state in which that part of it is there. */
static void write_stage(page *p, const lyt_stage *stage, const lyt_show_at *at)
{
    const lyt_stage *state = stage->kind == LYT_STAGE_STATE
                                 ? stage
                                 : lyt_stage_find(LYT_STAGE_STATE, LYT_STR("received"));
    lyt_local due = lyt_local_at(at->settings->zone, at->now_us + limit_of(at, LYT_CLOCK_CONTACT));
    char time[16];

    snprintf(time, sizeof time, "%02d:%02d", due.minute / 60 % 24, due.minute % 60);
    say(p, "statusTitle", NULL);
    say(p, "reference", sample_reference);
    say(p, state->key, NULL);
    if (stage->kind == LYT_STAGE_DUE)
        say(p, stage->key, time);
    say_person(p, at);
    if (stage->kind == LYT_STAGE_REFUND)
        say(p, stage->key, NULL);
}

static lyt_status write_page(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at,
                             lyt_error *err)
{
    page p = {.out = out, .language = at->language};
    lyt_status status = open_words(&p.guest, "guest-words.js", err);

    if (!status)
        status = open_words(&p.status, "status-words.js", err);
    if (!status && s->kind == LYT_SHOWING_FORM)
        write_form(&p);
    else if (!status && s->kind == LYT_SHOWING_THANKS)
        write_thanks(&p, at);
    else if (!status)
        write_stage(&p, s->stage, at);
    lyt_json_free(p.guest);
    lyt_json_free(p.status);
    return !status && p.lacks ? LYT_ENOTFOUND : status;
}

static lyt_status write_plain(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at)
{
    const char *number = lyt_settings_call(at->settings);
    lyt_plain_words words;
    lyt_str call;
    size_t gap;

    if (!lyt_plain_find(&words, s->plain, at->language))
        return LYT_ENOTFOUND;
    call = lyt_str_of(words.call);
    gap = lyt_str_find(call, '{', 0);
    lyt_buf_addf(out, "%s\n%s\n", words.title, words.text);
    if (*number)
        lyt_buf_addf(out, "%.*s%s%.*s\n", LYT_STR_ARG(lyt_str_slice(call, 0, gap)), number,
                     LYT_STR_ARG(lyt_str_slice(call, lyt_str_find(call, '}', gap) + 1, call.len)));
    return LYT_OK;
}

/* ---- messages ---- */

static const char *scenario_words(const lyt_show_at *at, lyt_reply_kind kind)
{
    const lyt_lexis *lexis = at->pack ? lyt_pack_lexis(at->pack) : NULL;
    const lyt_scenario *s = at->scenario;
    bool is_first = kind == LYT_REPLY_FIRST;

    for (size_t m = 0; s && lexis && m < s->n_messages; m++)
        for (int l = 0; l < (int)lyt_lexis_languages(lexis); l++)
            if ((is_first ? m == 0 : strcmp(s->messages[m].id, "solved") == 0) &&
                lyt_str_equal(lyt_str_of(lyt_lexis_code(lexis, l)), at->language))
                return s->messages[m].text.by[l];
    return NULL;
}

/* As serve/guestreply.c chooses them: the scenario's, else those of the house or of Lyt. */
static lyt_status write_message(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at,
                                lyt_error *err)
{
    bool of_scenario = s->reply == LYT_REPLY_FIRST || s->reply == LYT_REPLY_SOLVED;
    bool has_case = s->reply != LYT_REPLY_OPTED_OUT && s->reply != LYT_REPLY_OPTED_IN;
    const char *words = of_scenario ? scenario_words(at, s->reply) : NULL;
    lyt_status status;

    if (!words && s->reply != LYT_REPLY_FIRST)
        words = lyt_reply_words(&at->settings->replies, s->reply, at->language);
    if (!words)
        return LYT_ENOTFOUND;
    status = lyt_reply_write(out, at->settings,
                             &(lyt_reply_message){.kind = s->reply,
                                                  .words = words,
                                                  .language = at->language,
                                                  .incident = !has_case      ? 0
                                                              : at->incident ? at->incident
                                                                             : sample_case,
                                                  .has_refund = has_case && has_refund(at)},
                             err);
    lyt_buf_add_char(out, '\n');
    return status;
}

lyt_status lyt_showing_write(lyt_buf *out, const lyt_showing *s, const lyt_show_at *at,
                             lyt_error *err)
{
    lyt_status status = s->kind == LYT_SHOWING_MESSAGE ? write_message(out, s, at, err)
                        : s->kind == LYT_SHOWING_PLAIN ? write_plain(out, s, at)
                                                       : write_page(out, s, at, err);

    if (!status && lyt_buf_status(out))
        status = lyt_error_set(err, lyt_buf_status(out), "no memory for what a guest reads");
    return status;
}

static bool holds(lyt_str text, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; n && i + n <= text.len; i++)
        if (memcmp(text.ptr + i, part, n) == 0)
            return true;
    return false;
}

/* A number of the house, or the house's reception; on the tablet, where a guest stands there, 112. */
static bool names_person(lyt_str text, const lyt_show_at *at)
{
    static const char *const receptions[] = {"reception", "resepsjon", "Rezeption", "112"};
    const lyt_names *contact = &at->settings->messages.contact;

    for (size_t i = 0; i < contact->n; i++)
        if (holds(text, contact->item[i]))
            return true;
    for (size_t i = 0; i < sizeof receptions / sizeof *receptions; i++)
        if (holds(text, receptions[i]))
            return true;
    return holds(text, lyt_settings_call(at->settings));
}

const char *lyt_guest_can_name(lyt_guest_can can)
{
    static const char *const names[] = {
#define X(name, text) text,
        LYT_CANS(X)
#undef X
    };

    return names[can];
}

unsigned lyt_showing_can(const lyt_showing *s, const lyt_show_at *at, lyt_str text)
{
    bool is_message = s->kind == LYT_SHOWING_MESSAGE;
    unsigned can = 0;
    lyt_buf refund;

    lyt_buf_init(&refund, NULL);
    lyt_refund_say(&refund, &at->settings->refunds, at->language);
    if (s->kind == LYT_SHOWING_FORM)
        can |= 1U << LYT_CAN_TELL;
    if (names_person(text, at))
        can |= 1U << LYT_CAN_CALL;
    if (s->kind == LYT_SHOWING_THANKS)
        can |= 1U << LYT_CAN_FOLLOW;
    if (holds(text, sample_reference) || (is_message && holds(text, "4711")))
        can |= 1U << LYT_CAN_REFER;
    if (is_message && s->reply != LYT_REPLY_OPTED_OUT)
        can |= 1U << LYT_CAN_REPLY;
    if ((refund.len && holds(text, refund.data)) ||
        (s->kind == LYT_SHOWING_STAGE && strcmp(s->id, "refund-open") == 0))
        can |= 1U << LYT_CAN_REFUND;
    lyt_buf_deinit(&refund);
    return can;
}
