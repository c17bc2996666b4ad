#include "careread.h"

#include <string.h>

#include "clock.h"

typedef struct reader {
    const lyt_json *json;
    lyt_error *err;
    lyt_status status; /* the first failure */
} reader;

static void refuse(reader *in, const char *member, const char *advice)
{
    if (!in->status)
        in->status = lyt_error_set(in->err, LYT_EINVAL, "%s: %s", member, advice);
}

static lyt_str text_of(reader *in, const char *member, size_t max_bytes)
{
    const lyt_json *value = lyt_json_get(in->json, member);
    lyt_str text = {"", 0};

    if (!value || lyt_json_typeof(value) == LYT_JSON_NULL)
        return text;
    if (!lyt_json_str(value, &text))
        refuse(in, member, "must be a text");
    else if (text.len > max_bytes && !in->status)
        in->status = lyt_error_set(in->err, LYT_EINVAL, "%s: has %zu bytes; at most %zu are kept",
                                   member, text.len, max_bytes);
    return in->status ? (lyt_str){"", 0} : text;
}

/* A name is shown in lists and in terminals: it has no letters that steer them. */
static lyt_str name_of(reader *in, const char *member)
{
    enum { name_max = lyt_incident_text_max - 1 };
    lyt_str name = text_of(in, member, name_max);

    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        unsigned char next = i + 1 < name.len ? (unsigned char)name.ptr[i + 1] : 0;

        /* U+0080 to U+009F: some terminals obey them */
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0)) {
            refuse(in, member, "has a line break or another letter that cannot be shown");
            break;
        }
    }
    return in->status ? (lyt_str){"", 0} : name;
}

static int64_t number_of(reader *in, const char *member, int64_t absent, int64_t min, int64_t max)
{
    const lyt_json *value = lyt_json_get(in->json, member);
    int64_t number = absent;

    if (!value || lyt_json_typeof(value) == LYT_JSON_NULL)
        return absent;
    if (!lyt_json_int(value, &number) || number < min || number > max)
        refuse(in, member, "must be a whole number within its range");
    return number;
}

static void read_until(reader *in, lyt_care_order *out)
{
    enum { minutes_max = 525600 };
    static const int64_t minute_us = 60 * (int64_t)1000000;
    int64_t minutes = number_of(in, "minutes", 0, 1, minutes_max);
    lyt_str until = text_of(in, "until", 40);

    if (minutes && until.len)
        refuse(in, "until", "give this or minutes, not both");
    if (minutes)
        out->until_us = out->act.now_us + minutes * minute_us;
    if (until.len && lyt_clock_parse(&out->until_us, until))
        refuse(in, "until", "must be a time, as 2026-11-22T05:40:00Z");
}

static void read_verb(reader *in, lyt_care_order *out)
{
    lyt_str verb = text_of(in, "verb", 20), state = text_of(in, "state", 20);

    if (!in->status && lyt_care_verb_parse(&out->verb, verb))
        refuse(in, "verb",
               "must be ack, resolve, move, assign, note, cause, action, ask, answer, merge, "
               "unmerge, split, link, contacted, pause, resume, offer, approve, "
               "decline, withdraw, promise, kept, fix, fixed, limits, consent, revoke, reply, open, refund, silence, "
               "maintenance or "
               "unsilence");
    if (!in->status && out->verb == LYT_CARE_MOVE && lyt_incident_state_parse(&out->state, state))
        refuse(in, "state",
               "must be acknowledged, in-work, remedied, confirmed, closed, reopened or void");
}

static bool needs_incident(lyt_care_verb verb)
{
    return verb != LYT_CARE_SILENCE && verb != LYT_CARE_MAINTENANCE && verb != LYT_CARE_UNSILENCE &&
           verb != LYT_CARE_FIXED && verb != LYT_CARE_LIMITS && verb != LYT_CARE_OPEN;
}

lyt_status lyt_care_order_read(lyt_care_order *out, const lyt_json *json, int64_t now_us,
                               lyt_error *err)
{
    reader in = {json, err, LYT_OK};
    bool complains = false;
    const lyt_json *value = lyt_json_get(json, "complains");

    memset(out, 0, sizeof *out);
    if (lyt_json_typeof(json) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "json: must be an object");
    out->act.now_us = now_us;
    read_verb(&in, out);
    out->act.incident = number_of(&in, "incident", 0, 1, INT64_MAX);
    out->act.version = number_of(&in, "version", 0, 1, INT64_MAX);
    out->act.by = name_of(&in, "by");
    out->act.text = text_of(&in, "note", lyt_incident_note_max);
    out->whom = name_of(&in, "whom");
    out->other =
        number_of(&in, "other", out->verb == LYT_CARE_OPEN ? -1 : 0, 0, INT64_MAX);
    out->score = (int)number_of(&in, "score", -1, 0, 10);
    out->property = name_of(&in, "property");
    out->scenario = name_of(&in, "scenario");
    out->place = name_of(&in, "place");
    read_until(&in, out);
    if (value && !lyt_json_bool(value, &complains))
        refuse(&in, "complains", "must be true or false");
    out->complains = complains;
    if (!in.status && needs_incident(out->verb) && !out->act.incident)
        refuse(&in, "incident", "must be the number of an incident");
    if (!in.status && !out->act.by.len)
        refuse(&in, "by", "must name who does it");
    return in.status;
}
