#include "submission.h"

#include <math.h>
#include <string.h>

#include "careread.h"
#include "clock.h"
#include "feed.h"
#include "outbox_report.h"
#include "topic.h"

typedef struct reader {
    const lyt_json *tree;
    lyt_error *err;
    lyt_status status; /* the first failure */
} reader;

static void refuse(reader *in, lyt_status status, const char *field, const char *advice)
{
    if (!in->status)
        in->status = lyt_error_set(in->err, status, "%s: %s", field, advice);
}

/* null counts as absent */
static const lyt_json *member(const reader *in, const char *field)
{
    const lyt_json *value = lyt_json_get(in->tree, field);

    return lyt_json_typeof(value) == LYT_JSON_NULL ? NULL : value;
}

static lyt_str text_of(reader *in, const char *field, size_t max_bytes)
{
    const lyt_json *value = member(in, field);
    lyt_str text = {"", 0};

    if (in->status || !value)
        return text;
    if (!lyt_json_str(value, &text)) {
        in->status = lyt_error_set(in->err, LYT_EFORMAT, "%s: must be a text, not %s", field,
                                   lyt_json_type_name(lyt_json_typeof(value)));
        return (lyt_str){"", 0};
    }
    if (text.len > max_bytes) {
        in->status = lyt_error_set(in->err, LYT_ELIMIT, "%s: at most %zu bytes, this has %zu",
                                   field, max_bytes, text.len);
        return (lyt_str){"", 0};
    }
    return text;
}

static double number_of(reader *in, const char *field, double absent)
{
    const lyt_json *value = member(in, field);
    double number = absent;

    if (!in->status && value && (!lyt_json_real(value, &number) || !isfinite(number)))
        refuse(in, LYT_EFORMAT, field, "must be a number");
    return number;
}

static void read_score(reader *in, lyt_feedback *feedback)
{
    feedback->score = number_of(in, "score", (double)NAN);
    feedback->scale = number_of(in, "scale", 0);
    if (!in->status && feedback->score < 0)
        refuse(in, LYT_EINVAL, "score", "must not be below 0");
    if (in->status || !member(in, "scale"))
        return;
    if (feedback->scale <= 0)
        refuse(in, LYT_EINVAL, "scale", "must be above 0, it is the best score there is");
    else if (feedback->score > feedback->scale)
        refuse(in, LYT_EINVAL, "score", "must lie between 0 and scale");
}

static void read_property(reader *in, lyt_submission *out)
{
    lyt_str property = text_of(in, "property", lyt_place_max);

    if (in->status)
        return;
    if (property.len == 0)
        property = LYT_STR("default");
    if (lyt_topic_part(property, out->property, sizeof out->property))
        refuse(in, LYT_EINVAL, "property", "may hold only the letters a to z, digits and \"-\"");
    out->feedback.property = lyt_str_of(out->property);
}

static void read_language(reader *in, lyt_feedback *feedback)
{
    feedback->language = text_of(in, "language", 16);
    if (!feedback->language.len)
        feedback->language = text_of(in, "lang", 16);
    for (size_t i = 0; i < feedback->language.len; i++) {
        char c = feedback->language.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
            refuse(in, LYT_EINVAL, "lang", "must be a language code like \"da\"");
    }
}

/* {"uid": 14 hexadecimal digits, "counter": what the tag counted} */
static void read_tap(reader *in, lyt_submission *out)
{
    const lyt_json *tap = member(in, "tap");
    lyt_str uid = lyt_json_text(tap, "uid");
    bool is_good = uid.len == lyt_tap_digits;

    if (in->status || !tap)
        return;
    for (size_t i = 0; i < uid.len; i++)
        is_good = is_good && ((uid.ptr[i] >= '0' && uid.ptr[i] <= '9') ||
                              (uid.ptr[i] >= 'A' && uid.ptr[i] <= 'F'));
    if (!is_good || !lyt_json_int(lyt_json_get(tap, "counter"), &out->tap_counter) ||
        out->tap_counter < 0)
        refuse(in, LYT_EINVAL, "tap", "must have uid, 14 digits 0 to 9 and A to F, and counter");
    out->tap = uid;
}

static void read_feedback(reader *in, lyt_submission *out)
{
    bool is_partial = false;

    lyt_feedback *feedback = &out->feedback;
    lyt_str sent_at;

    feedback->channel = text_of(in, "channel", lyt_id_max);
    if (!feedback->channel.len)
        feedback->channel = LYT_STR("generic");
    read_property(in, out);
    feedback->place = text_of(in, "place", lyt_place_max);
    feedback->sender = text_of(in, "from", lyt_id_max);
    feedback->text = text_of(in, "text", lyt_text_max);
    read_language(in, feedback);
    read_score(in, feedback);
    feedback->author = text_of(in, "author", lyt_id_max);
    if (lyt_json_bool(member(in, "partial"), &is_partial) && is_partial)
        feedback->mark = LYT_STR(LYT_MARK_PARTIAL);
    read_tap(in, out);
    sent_at = text_of(in, "sent_at", lyt_id_max);
    if (!in->status && sent_at.len && lyt_clock_parse(&feedback->sent_us, sent_at))
        refuse(in, LYT_EINVAL, "sent_at", "must be a time like 2026-11-22T05:40:00Z");
    if (!in->status && !feedback->text.len && isnan(feedback->score))
        refuse(in, LYT_EINVAL, "text", "give a text or a score");
}

lyt_status lyt_reply_to_read(lyt_reply_to *out, const lyt_json *whole, lyt_error *err)
{
    const lyt_json *map = lyt_json_get(whole, "reply_to");
    reader in = {map, err, LYT_OK};

    memset(out, 0, sizeof *out);
    out->sealed = out->kind = out->language = (lyt_str){"", 0};
    if (!map || lyt_json_typeof(map) == LYT_JSON_NULL)
        return LYT_OK;
    if (lyt_json_typeof(map) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "reply_to: must be an object");
    out->sealed = text_of(&in, "sealed", lyt_sealed_max);
    out->kind = text_of(&in, "kind", lyt_id_max);
    out->language = text_of(&in, "lang", 16);
    if (!in.status && member(&in, "typed") && !lyt_json_bool(member(&in, "typed"), &out->is_typed))
        refuse(&in, LYT_EFORMAT, "reply_to", "typed must be true or false");
    if (!in.status && (!out->sealed.len || !out->kind.len))
        refuse(&in, LYT_EINVAL, "reply_to", "needs sealed and kind, as the door of Lyt makes them");
    return in.status;
}

/* A guest says so in a message, staff for the guest, or the gateway since it would not send. */
static lyt_status read_consent(lyt_submission *out, lyt_str json, lyt_error *err)
{
    reader in = {out->tree, err, LYT_OK};
    lyt_reply_to to;
    lyt_status status;

    out->kind = LYT_SUBMIT_CONSENT;
    out->raw = json;
    out->by = text_of(&in, "by", lyt_place_max);
    read_property(&in, out);
    if (!in.status && json.len > lyt_command_max)
        refuse(&in, LYT_ELIMIT, "json", "a command has at most 8192 bytes");
    if (!in.status && !text_of(&in, "guest", lyt_id_max).len)
        refuse(&in, LYT_EINVAL, "guest", "must name who is meant");
    status = in.status;
    return status ? status : lyt_reply_to_read(&to, out->tree, err);
}

/* What the ledger makes of it stands in staffreply.h. */
static lyt_status read_answer(lyt_submission *out, lyt_str json, lyt_error *err)
{
    reader in = {out->tree, err, LYT_OK};
    lyt_reply_to to;
    lyt_status status;

    out->kind = LYT_SUBMIT_ANSWER;
    out->raw = json;
    read_property(&in, out);
    if (!in.status && json.len > lyt_command_max)
        refuse(&in, LYT_ELIMIT, "json", "a command has at most 8192 bytes");
    if (!in.status && !text_of(&in, "who", lyt_answered_max).len)
        refuse(&in, LYT_EINVAL, "who", "must name who is answered");
    if (!in.status && !text_of(&in, "text", lyt_incident_note_max).len)
        refuse(&in, LYT_EINVAL, "text", "must be what is answered");
    status = in.status;
    return status ? status : lyt_reply_to_read(&to, out->tree, err);
}

/* From the status page, which knows a guest by the message alone. */
static void read_refund(reader *in, lyt_submission *out, lyt_str json)
{
    out->kind = LYT_SUBMIT_REFUND;
    out->raw = json;
    if (json.len > lyt_command_max)
        refuse(in, LYT_ELIMIT, "json", "a command has at most 8192 bytes");
    if (!in->status && (!lyt_json_int(member(in, "feedback"), &out->incident) || out->incident < 1))
        refuse(in, LYT_EINVAL, "feedback", "must be the number of a feedback");
}

static void read_command(reader *in, lyt_submission *out, lyt_str type)
{
    const lyt_json *incident = member(in, "incident");

    out->by = text_of(in, "by", lyt_place_max);
    out->note = text_of(in, "note", lyt_incident_note_max);
    out->within = text_of(in, "property", lyt_place_max);
    if (!in->status && (!lyt_json_int(incident, &out->incident) || out->incident < 1))
        refuse(in, LYT_EINVAL, "incident", "must be the number of an incident");
    if (!in->status && !out->by.len)
        refuse(in, LYT_EINVAL, "by", "must name who does it");
    out->kind = LYT_SUBMIT_MOVE;
    if (lyt_str_equal(type, LYT_STR("incident.ack"))) {
        out->to = LYT_INCIDENT_ACKNOWLEDGED;
    } else if (lyt_str_equal(type, LYT_STR("incident.resolve"))) {
        out->kind = LYT_SUBMIT_RESOLVE;
        out->to = LYT_INCIDENT_CLOSED;
        if (!in->status && !out->note.len)
            refuse(in, LYT_EINVAL, "note", "must say what was done");
        if (!in->status && member(in, "to") &&
            (lyt_incident_state_parse(&out->to, text_of(in, "to", lyt_id_max)) ||
             (out->to != LYT_INCIDENT_CLOSED && out->to != LYT_INCIDENT_REMEDIED)))
            refuse(in, LYT_EINVAL, "to", "must be remedied or closed");
    } else {
        lyt_str to = text_of(in, "to", lyt_id_max);

        if (!in->status && lyt_incident_state_parse(&out->to, to))
            refuse(in, LYT_EINVAL, "to",
                   "must be acknowledged, in-work, remedied, confirmed, closed, reopened or void");
    }
}

/* Checked here, and read again by the ledger, whose time counts. */
static lyt_status read_order(lyt_submission *out, lyt_str json, lyt_error *err)
{
    lyt_care_order order;
    lyt_status status = lyt_care_order_read(&order, out->tree, 0, err);

    if (!status && json.len > lyt_command_max)
        status =
            lyt_error_set(err, LYT_ELIMIT, "json: a command has at most %d bytes", lyt_command_max);
    out->kind = LYT_SUBMIT_DO;
    out->incident = order.act.incident;
    out->by = order.act.by;
    out->raw = json;
    return status;
}

/* Checked here, and read again by the ledger. */
static lyt_status read_fed(lyt_submission *out, lyt_str json, lyt_submission_kind kind,
                           lyt_error *err)
{
    lyt_error why = {.code = LYT_OK};
    lyt_feed_event event;
    lyt_note note;
    lyt_stay stay;
    lyt_status status = LYT_OK;

    if (json.len > lyt_command_max)
        return lyt_error_set(err, LYT_ELIMIT, "json: an event has at most %d bytes",
                             lyt_command_max);
    if (kind == LYT_SUBMIT_EVENT)
        status = lyt_feed_read_event(&event, out->tree, &why);
    else if (kind == LYT_SUBMIT_NOTE)
        status = lyt_feed_read_note(&note, out->tree, &why);
    else if (kind == LYT_SUBMIT_STAY)
        status = lyt_feed_read_stay(&stay, out->tree, &why);
    else if (!lyt_json_text(out->tree, "guest").len)
        status = lyt_error_at(&why, LYT_EFORMAT, "guest", 0, 0, "must name who is meant");
    out->kind = kind;
    out->raw = json;
    return status
               ? lyt_error_set(err, status, "%s%s%s", why.file, why.file[0] ? ": " : "", why.text)
               : LYT_OK;
}

/* What it is by its type, or without one by what it has. */
static bool is_fed(const lyt_json *tree, lyt_str type, lyt_submission_kind *kind)
{
    static const struct {
        lyt_str type;
        lyt_submission_kind kind;
    } types[] = {{{"note", 4}, LYT_SUBMIT_NOTE},
                 {{"order", 5}, LYT_SUBMIT_NOTE},
                 {{"stay", 4}, LYT_SUBMIT_STAY},
                 {{"guest.forget", 12}, LYT_SUBMIT_FORGET}};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        *kind = types[i].kind;
        if (lyt_str_equal(type, types[i].type))
            return true;
    }
    *kind = LYT_SUBMIT_NOTE;
    if (!type.len)
        return lyt_json_get(tree, "kind") && lyt_json_get(tree, "guest") &&
               !lyt_json_get(tree, "text");
    *kind = LYT_SUBMIT_EVENT;
    return lyt_json_get(tree, "subject") && !lyt_str_begins(type, LYT_STR("feedback")) &&
           !lyt_str_begins(type, LYT_STR("incident."));
}

/* The same for what is to go out of the house. */
static lyt_status read_outbox(lyt_submission *out, lyt_str json, lyt_error *err)
{
    lyt_outbox_order order;
    lyt_status status = lyt_outbox_order_read(&order, out->tree, err);

    if (!status && json.len > lyt_command_max)
        status =
            lyt_error_set(err, LYT_ELIMIT, "json: a command has at most %d bytes", lyt_command_max);
    out->kind = LYT_SUBMIT_OUTBOX;
    out->raw = json;
    if (!status)
        out->by = order.by;
    return status;
}

/* The scenarios are read again, and looked up, by the ledger. */
static void read_correction(reader *in, lyt_submission *out, lyt_str json, bool is_undone)
{
    const lyt_json *scenarios = member(in, "scenarios");

    out->kind = LYT_SUBMIT_CORRECT;
    out->raw = json;
    out->by = text_of(in, "by", lyt_place_max);
    out->note = text_of(in, "note", lyt_incident_note_max);
    if (!in->status && json.len > lyt_command_max)
        refuse(in, LYT_ELIMIT, "json", "a correction has at most 8192 bytes");
    if (!in->status && (!lyt_json_int(member(in, "feedback"), &out->incident) || out->incident < 1))
        refuse(in, LYT_EINVAL, "feedback", "must be the number of a feedback");
    if (!in->status && !out->by.len)
        refuse(in, LYT_EINVAL, "by", "must name who corrects");
    if (in->status || is_undone)
        return;
    if (lyt_json_typeof(scenarios) != LYT_JSON_ARRAY)
        refuse(in, LYT_EINVAL, "scenarios", "must be a list, empty where nothing failed");
    for (size_t i = 0; !in->status && i < lyt_json_len(scenarios); i++) {
        lyt_str name;

        if (!lyt_json_str(lyt_json_at(scenarios, i), &name) || !name.len)
            refuse(in, LYT_EINVAL, "scenarios", "must be names of scenarios");
    }
}

static lyt_status read_tree(lyt_submission *out, lyt_str json, lyt_error *err)
{
    static const lyt_str commands[] = {
        {"incident.ack", 12}, {"incident.resolve", 16}, {"incident.move", 13}};
    reader in = {out->tree, err, LYT_OK};
    lyt_submission_kind fed;
    lyt_str type;

    if (lyt_json_typeof(out->tree) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "json: must be an object");
    out->feedback.source_id = text_of(&in, "id", lyt_id_max);
    type = text_of(&in, "type", lyt_id_max);
    if (in.status)
        return in.status;
    if (is_fed(out->tree, type, &fed))
        return read_fed(out, json, fed, err);
    if (!type.len || lyt_str_equal(type, LYT_STR("feedback"))) {
        read_feedback(&in, out);
        return in.status ? in.status : lyt_reply_to_read(&out->reply_to, out->tree, err);
    }
    if (lyt_str_equal(type, LYT_STR("guest.stop")) || lyt_str_equal(type, LYT_STR("guest.start")))
        return read_consent(out, json, err);
    if (lyt_str_equal(type, LYT_STR("staff.answer")))
        return read_answer(out, json, err);
    if (lyt_str_equal(type, LYT_STR("guest.refund"))) {
        read_refund(&in, out, json);
        return in.status;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (lyt_str_equal(type, commands[i])) {
            read_command(&in, out, type);
            return in.status;
        }
    }
    if (lyt_str_equal(type, LYT_STR("incident.do")))
        return read_order(out, json, err);
    if (lyt_str_equal(type, LYT_STR("outbox.retry")) || lyt_str_equal(type, LYT_STR("outbox.drop")))
        return read_outbox(out, json, err);
    if (lyt_str_equal(type, LYT_STR("feedback.correct")) ||
        lyt_str_equal(type, LYT_STR("feedback.uncorrect"))) {
        read_correction(&in, out, json, lyt_str_equal(type, LYT_STR("feedback.uncorrect")));
        return in.status;
    }
    return lyt_error_set(err, LYT_EINVAL,
                         "type: must be feedback, incident.ack, incident.resolve, incident.move, "
                         "incident.do, feedback.correct, feedback.uncorrect, outbox.retry, "
                         "outbox.drop, note, order, stay, "
                         "guest.forget, guest.stop, guest.start, guest.refund, staff.answer, or an event's with its subject");
}

lyt_status lyt_submission_parse(lyt_submission *out, lyt_str json, lyt_error *err)
{
    lyt_error why;
    lyt_status status;

    memset(out, 0, sizeof *out);
    out->feedback.source_id = (lyt_str){"", 0};
    out->feedback.score = (double)NAN;
    status = lyt_json_parse(&out->tree, json, lyt_submission_max, &why);
    if (status == LYT_EFORMAT && why.line)
        return lyt_error_set(err, status, "json: %s (line %u, column %u)", why.text, why.line,
                             why.column);
    if (status)
        return lyt_error_set(err, status, "json: %s", why.text);
    return read_tree(out, json, err);
}

void lyt_submission_deinit(lyt_submission *submission)
{
    lyt_json_free(submission->tree);
    submission->tree = NULL;
}
