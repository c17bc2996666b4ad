#include "feed.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

static lyt_status bad(const char *member, const char *must, lyt_error *err)
{
    return lyt_error_at(err, LYT_EFORMAT, member, 0, 0, "this must be %s", must);
}

static lyt_status read_text(const lyt_json *json, const char *key, bool required, lyt_str *out,
                            lyt_error *err)
{
    const lyt_json *value = lyt_json_get(json, key);

    *out = (lyt_str){"", 0};
    if (!value && !required)
        return LYT_OK;
    if (!lyt_json_str(value, out) || (required && !out->len))
        return bad(key, required ? "a text with something in it" : "a text", err);
    return LYT_OK;
}

static lyt_status read_time(const lyt_json *json, const char *key, int64_t *out, lyt_error *err)
{
    lyt_str text;
    lyt_status status = read_text(json, key, true, &text, err);

    if (status || lyt_clock_parse(out, text) == LYT_OK)
        return status;
    return bad(key, "a time, as 2026-11-22T05:40:00Z", err);
}

static lyt_status read_attrs(lyt_feed_event *out, const lyt_json *json, lyt_error *err)
{
    const lyt_json *attrs = lyt_json_get(json, "attrs"), *value;
    lyt_behaviour *event = &out->event;
    void *cursor = NULL;
    lyt_str key;

    if (attrs && lyt_json_typeof(attrs) != LYT_JSON_OBJECT)
        return bad("attrs", "an object", err);
    while (attrs && lyt_json_each(attrs, &cursor, &key, &value)) {
        lyt_attr *attr = &event->attrs[event->n_attrs];
        int64_t number;

        if (event->n_attrs == lyt_attrs_max)
            return lyt_error_at(err, LYT_EFORMAT, "attrs", 0, 0, "at most %d attributes",
                                lyt_attrs_max);
        attr->key = key;
        if (lyt_json_int(value, &number)) {
            snprintf(out->numbers[event->n_attrs], sizeof out->numbers[0], "%lld",
                     (long long)number);
            attr->value = lyt_str_of(out->numbers[event->n_attrs]);
        } else if (!lyt_json_str(value, &attr->value)) {
            return bad("attrs", "texts and whole numbers", err);
        }
        event->n_attrs++;
    }
    return LYT_OK;
}

lyt_status lyt_feed_read_event(lyt_feed_event *out, const lyt_json *json, lyt_error *err)
{
    lyt_status status = LYT_OK;

    memset(out, 0, sizeof *out);
    if (lyt_json_typeof(json) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "an event is a JSON object");
    status = read_text(json, "id", true, &out->event.id, err);
    if (!status)
        status = read_text(json, "type", true, &out->event.type, err);
    if (!status)
        status = read_text(json, "subject", true, &out->event.subject, err);
    if (!status)
        status = read_text(json, "ref", false, &out->event.ref, err);
    if (!status)
        status = read_time(json, "at", &out->event.at_us, err);
    return status ? status : read_attrs(out, json, err);
}

lyt_status lyt_feed_read_note(lyt_note *out, const lyt_json *json, lyt_error *err)
{
    lyt_str kind = {"", 0}, guest, item, source;
    lyt_status status;

    memset(out, 0, sizeof *out);
    if (lyt_json_typeof(json) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "a note is a JSON object");
    if (lyt_str_equal(lyt_json_text(json, "type"), LYT_STR("order")))
        kind = LYT_STR("order");
    status = kind.len ? LYT_OK : read_text(json, "kind", true, &kind, err);
    if (!status && lyt_note_kind_parse(&out->kind, kind))
        status = bad("kind", "order, likes, dislikes, allergy, diet or opt-out", err);
    if (!status)
        status = read_text(json, "guest", true, &guest, err);
    if (!status)
        status = read_text(json, "item", true, &item, err);
    if (!status)
        status = read_text(json, "source", false, &source, err);
    if (!status)
        status = read_time(json, "at", &out->at_us, err);
    if (status)
        return status;
    /* texts of the tree carry a NUL */
    out->guest = guest.ptr;
    out->item = item.ptr;
    out->source = source.ptr;
    return LYT_OK;
}

lyt_status lyt_feed_read_stay(lyt_stay *out, const lyt_json *json, lyt_error *err)
{
    lyt_str id, guest, property, place;
    lyt_status status;

    memset(out, 0, sizeof *out);
    if (lyt_json_typeof(json) != LYT_JSON_OBJECT)
        return lyt_error_set(err, LYT_EFORMAT, "a stay is a JSON object");
    status = read_text(json, "id", true, &id, err);
    if (!status)
        status = read_text(json, "guest", true, &guest, err);
    if (!status)
        status = read_text(json, "property", false, &property, err);
    if (!status)
        status = read_text(json, "place", false, &place, err);
    if (!status)
        status = read_time(json, "arrives", &out->from_us, err);
    if (!status)
        status = read_time(json, "departs", &out->to_us, err);
    if (!status && out->to_us <= out->from_us)
        status = bad("departs", "after arrives", err);
    if (status)
        return status;
    out->id = id.ptr;
    out->guest = guest.ptr;
    out->property = property.ptr;
    out->place = place.ptr;
    return LYT_OK;
}
