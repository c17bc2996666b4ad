/* Receivers that keep a list of what is open: Alertmanager and PagerDuty. */
#include "out_inner.h"

enum { summary_max = 1024 };

static const int64_t minutes5_us = (int64_t)5 * 60 * 1000000;

/* Cut before a character that would not fit. */
static lyt_str cut(lyt_str text, size_t max)
{
    if (text.len <= max)
        return text;
    while (max && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
        max--;
    return lyt_str_slice(text, 0, max);
}

static void label(lyt_jw *jw, const char *key, lyt_str value)
{
    if (value.len)
        lyt_jw_kstr(jw, key, value);
}

static lyt_str digits(char room[24], int64_t value)
{
    char *at = room + 24;
    uint64_t left = value < 0 ? 0 : (uint64_t)value;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    return (lyt_str){at, (size_t)(room + 24 - at)};
}

lyt_status lyt_out_alertmanager(lyt_out_request *out, const lyt_out_way *way,
                                const lyt_out_note *note, lyt_error *err)
{
    char room[24];
    lyt_jw jw;

    (void)err;
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_buf_add_text(&out->url, "/api/v2/alerts");
    lyt_buf_add(&out->login, way->secret);
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_jw_init(&jw, &out->body);
    lyt_jw_array(&jw);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "labels");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "alertname", note->scenario.len ? note->scenario : note->event);
    if (note->incident)
        lyt_jw_kstr(&jw, "incident", digits(room, note->incident));
    label(&jw, "property", note->property);
    label(&jw, "place", note->place);
    label(&jw, "team", note->team);
    lyt_jw_kstr(&jw, "severity", digits(room, note->severity));
    label(&jw, "source", way->source);
    lyt_jw_object_end(&jw);
    lyt_jw_key(&jw, "annotations");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "summary", note->subject);
    lyt_jw_kstr(&jw, "description", note->text);
    lyt_jw_kstr(&jw, "event", note->event);
    label(&jw, "state", note->state);
    lyt_jw_object_end(&jw);
    lyt_out_ktime(&jw, "startsAt", note->since_us);
    lyt_out_ktime(&jw, "endsAt",
                  note->step == LYT_OUT_OVER
                      ? note->at_us
                      : note->now_us + (note->stands_us ? note->stands_us : minutes5_us));
    lyt_jw_object_end(&jw);
    lyt_jw_array_end(&jw);
    return LYT_OK;
}

static lyt_str severity(int level)
{
    return level >= 4   ? LYT_STR("critical")
           : level == 3 ? LYT_STR("error")
           : level == 2 ? LYT_STR("warning")
                        : LYT_STR("info");
}

static void write_details(lyt_jw *jw, const lyt_out_note *note)
{
    lyt_jw_key(jw, "custom_details");
    lyt_jw_object(jw);
    if (note->incident)
        lyt_jw_kint(jw, "incident", note->incident);
    lyt_jw_kstr(jw, "event", note->event);
    label(jw, "property", note->property);
    label(jw, "state", note->state);
    lyt_jw_kint(jw, "severity", note->severity);
    lyt_jw_kstr(jw, "text", note->text);
    lyt_jw_object_end(jw);
}

lyt_status lyt_out_pagerduty(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                             lyt_error *err)
{
    lyt_jw jw;

    (void)err;
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_jw_init(&jw, &out->body);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "routing_key", way->secret);
    lyt_jw_kstr(&jw, "event_action",
                note->step == LYT_OUT_OPEN    ? LYT_STR("trigger")
                : note->step == LYT_OUT_TAKEN ? LYT_STR("acknowledge")
                                              : LYT_STR("resolve"));
    lyt_jw_kstr(&jw, "dedup_key", note->thread);
    if (note->step == LYT_OUT_OPEN) {
        lyt_jw_key(&jw, "payload");
        lyt_jw_object(&jw);
        lyt_jw_kstr(&jw, "summary", cut(note->subject, summary_max));
        lyt_jw_kstr(&jw, "source", way->source.len ? way->source : LYT_STR("lyt"));
        lyt_jw_kstr(&jw, "severity", severity(note->severity));
        lyt_out_ktime(&jw, "timestamp", note->at_us);
        label(&jw, "component", note->place);
        label(&jw, "group", note->team);
        label(&jw, "class", note->scenario);
        write_details(&jw, note);
        lyt_jw_object_end(&jw);
    }
    lyt_jw_object_end(&jw);
    return LYT_OK;
}
