#include "canonical.h"

#include <math.h>

#include "clock.h"

#define X(name, text) text,
static const char *const kinds[] = {LYT_INBOUND_KINDS(X)};
#undef X

const char *lyt_inbound_kind_name(lyt_inbound_kind kind)
{
    return kinds[kind];
}

const char *lyt_report_state_name(lyt_report_state state)
{
    static const char *const names[] = {"", "underway", "delivered", "failed", "unknown"};

    return names[state];
}

static void kstr(lyt_jw *jw, const char *key, lyt_str value)
{
    if (value.len)
        lyt_jw_kstr(jw, key, value);
}

static void ktime(lyt_jw *jw, const char *key, int64_t at_us)
{
    lyt_buf text;

    if (!at_us)
        return;
    lyt_buf_init(&text, jw->out->alloc);
    lyt_clock_format(&text, at_us);
    if (lyt_buf_status(&text))
        jw->out->status = lyt_buf_status(&text);
    lyt_jw_kstr(jw, key, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
}

static void add_score(const lyt_inbound *inbound, lyt_jw *jw)
{
    if (isnan(inbound->score))
        return;
    lyt_jw_kreal(jw, "score", inbound->score, 6);
    if (inbound->scale > 0)
        lyt_jw_kreal(jw, "scale", inbound->scale, 6);
}

/* How a long SMS came, and all that has no field of its own. */
static void add_rest(const lyt_inbound *inbound, lyt_jw *jw)
{
    kstr(jw, "provider", inbound->provider);
    kstr(jw, "provider_id", inbound->provider_id);
    kstr(jw, "to", inbound->to);
    kstr(jw, "keyword", inbound->keyword);
    kstr(jw, "person", inbound->person);
    kstr(jw, "encoding", inbound->encoding);
    if (inbound->parts > 1)
        lyt_jw_kint(jw, "parts", inbound->parts);
    if (inbound->partial)
        lyt_jw_kbool(jw, "partial", true);
    ktime(jw, "received_at", inbound->received_us);
    if (!inbound->n_meta)
        return;
    lyt_jw_key(jw, "meta");
    lyt_jw_object(jw);
    for (size_t i = 0; i < inbound->n_meta; i++) {
        lyt_jw_key_str(jw, inbound->meta[i].name);
        lyt_jw_str(jw, inbound->meta[i].value);
    }
    lyt_jw_object_end(jw);
}

static void add_reply_to(const lyt_inbound *inbound, lyt_jw *jw)
{
    if (!inbound->sealed.len)
        return;
    lyt_jw_key(jw, "reply_to");
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "sealed", inbound->sealed);
    lyt_jw_kstr(jw, "kind", inbound->sealed_kind);
    kstr(jw, "lang", inbound->reply_lang);
    if (inbound->is_typed)
        lyt_jw_kbool(jw, "typed", true);
    lyt_jw_object_end(jw);
}

static void add_feedback(const lyt_inbound *inbound, lyt_jw *jw)
{
    lyt_jw_kstr(jw, "type", LYT_STR("feedback"));
    kstr(jw, "id", inbound->id);
    kstr(jw, "channel", inbound->channel);
    kstr(jw, "property", inbound->property);
    kstr(jw, "place", inbound->place);
    kstr(jw, "from", inbound->sender);
    kstr(jw, "text", inbound->text);
    kstr(jw, "lang", inbound->lang_hint);
    add_score(inbound, jw);
    ktime(jw, "sent_at", inbound->sent_us);
    kstr(jw, "author", inbound->person);
    add_reply_to(inbound, jw);
    add_rest(inbound, jw);
}

/* A carrier that would not send heard the STOP before us, and has answered it. */
static void add_consent(const lyt_inbound *inbound, lyt_jw *jw)
{
    bool is_report = inbound->kind == LYT_INBOUND_REPORT;

    lyt_jw_kstr(jw, "type",
                inbound->kind == LYT_INBOUND_OPT_IN ? LYT_STR("guest.start")
                                                    : LYT_STR("guest.stop"));
    kstr(jw, "id", inbound->id);
    kstr(jw, "guest", inbound->sender);
    kstr(jw, "property", inbound->property);
    kstr(jw, "lang", inbound->reply_lang);
    kstr(jw, "how", is_report ? LYT_STR("carrier") : inbound->channel);
    if (inbound->is_confirmed || is_report)
        lyt_jw_kbool(jw, "confirmed", true);
    add_reply_to(inbound, jw);
}

static void add_command(const lyt_inbound *inbound, lyt_jw *jw)
{
    lyt_jw_kstr(jw, "type",
                inbound->verb == LYT_STAFF_ACK ? LYT_STR("incident.ack")
                                               : LYT_STR("incident.resolve"));
    kstr(jw, "id", inbound->id);
    lyt_jw_kint(jw, "incident", inbound->incident);
    kstr(jw, "by", inbound->person);
    kstr(jw, "property", inbound->within);
    kstr(jw, "note", inbound->note);
    /* from a plain phone it is as good as closed; what closing wants beside is asked for later */
    if (inbound->verb == LYT_STAFF_RESOLVE)
        lyt_jw_kstr(jw, "to", LYT_STR("remedied"));
    kstr(jw, "channel", inbound->channel);
}

void lyt_inbound_as_told(lyt_inbound *item)
{
    bool is_order = item->kind == LYT_INBOUND_STAFF &&
                    (item->verb == LYT_STAFF_ACK || item->verb == LYT_STAFF_RESOLVE);
    bool is_consent =
        (item->kind == LYT_INBOUND_OPT_OUT || item->kind == LYT_INBOUND_OPT_IN) && item->sender.len;

    if (!is_order && !is_consent)
        item->kind = LYT_INBOUND_FEEDBACK;
}

lyt_status lyt_inbound_submission(const lyt_inbound *inbound, lyt_buf *out)
{
    bool is_command = inbound->kind == LYT_INBOUND_STAFF &&
                      (inbound->verb == LYT_STAFF_ACK || inbound->verb == LYT_STAFF_RESOLVE);
    bool is_consent =
        inbound->sender.len &&
        (inbound->kind == LYT_INBOUND_OPT_OUT || inbound->kind == LYT_INBOUND_OPT_IN ||
         (inbound->kind == LYT_INBOUND_REPORT && inbound->opted_out));
    lyt_jw jw;

    if (inbound->kind != LYT_INBOUND_FEEDBACK && !is_command && !is_consent)
        return LYT_EINVAL;
    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    if (is_command)
        add_command(inbound, &jw);
    else if (is_consent)
        add_consent(inbound, &jw);
    else
        add_feedback(inbound, &jw);
    lyt_jw_object_end(&jw);
    return LYT_OK;
}

static void add_staff(const lyt_inbound *inbound, lyt_jw *jw)
{
    static const char *const verbs[] = {"", "ack", "resolve", "unclear"};

    if (inbound->verb == LYT_STAFF_NONE)
        return;
    lyt_jw_kstr(jw, "order", lyt_str_of(verbs[inbound->verb]));
    if (inbound->incident)
        lyt_jw_kint(jw, "incident", inbound->incident);
    kstr(jw, "note", inbound->note);
    kstr(jw, "problem", lyt_str_of(inbound->problem));
}

static void add_report(const lyt_inbound *inbound, lyt_jw *jw)
{
    if (inbound->kind != LYT_INBOUND_REPORT)
        return;
    lyt_jw_kstr(jw, "report", lyt_str_of(lyt_report_state_name(inbound->report)));
    kstr(jw, "status", inbound->status);
    kstr(jw, "error", inbound->error);
    kstr(jw, "reference", inbound->reference_text);
    if (inbound->opted_out)
        lyt_jw_kbool(jw, "opted_out", true);
}

void lyt_inbound_write(const lyt_inbound *inbound, bool with_numbers, lyt_jw *jw)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "kind", lyt_str_of(lyt_inbound_kind_name(inbound->kind)));
    kstr(jw, "id", inbound->id);
    kstr(jw, "channel", inbound->channel);
    if (with_numbers)
        kstr(jw, "from", inbound->from);
    kstr(jw, "sender", inbound->sender);
    kstr(jw, "property", inbound->property);
    kstr(jw, "place", inbound->place);
    kstr(jw, "text", inbound->text);
    kstr(jw, "lang", inbound->lang_hint);
    kstr(jw, "reply_lang", inbound->reply_lang);
    add_score(inbound, jw);
    ktime(jw, "sent_at", inbound->sent_us);
    if (inbound->kind == LYT_INBOUND_PART) {
        lyt_jw_kint(jw, "part", inbound->part);
        lyt_jw_kint(jw, "reference", inbound->reference);
    }
    add_report(inbound, jw);
    add_staff(inbound, jw);
    add_rest(inbound, jw);
    lyt_jw_object_end(jw);
}
