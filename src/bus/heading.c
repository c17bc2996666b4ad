#include "heading.h"

#include <string.h>

#include "clock.h"
#include "json.h"

enum { event_max_bytes = 64 << 20 };

static void take_publisher(lyt_heading *out, lyt_str text)
{
    if (text.len == 0 || text.len >= sizeof out->publisher)
        return;
    memcpy(out->publisher, text.ptr, text.len);
    out->publisher[text.len] = '\0';
}

static bool eat(lyt_str json, size_t *at, const char *text)
{
    lyt_str t = lyt_str_of(text);

    if (!lyt_str_begins(lyt_str_slice(json, *at, json.len), t))
        return false;
    *at += t.len;
    return true;
}

static bool eat_number(lyt_str json, size_t *at, int64_t *value)
{
    size_t from = *at;

    *value = 0;
    for (; *at < json.len && *at < from + 18 && json.ptr[*at] >= '0' && json.ptr[*at] <= '9'; ++*at)
        *value = *value * 10 + (json.ptr[*at] - '0');
    return *at > from;
}

static bool eat_text(lyt_str json, size_t *at, lyt_str *text)
{
    size_t end = lyt_str_find(json, '"', *at);

    *text = lyt_str_slice(json, *at, end);
    *at = end + 1;
    return end < json.len;
}

/* Our own events begin so; parsing a whole event for its numbers would cost more than the rest. */
static bool read_fast(lyt_str json, lyt_heading *out)
{
    size_t at = 0;
    lyt_str when, publisher;

    if (!eat(json, &at, "{\"seq\":") || !eat_number(json, &at, &out->seq) ||
        !eat(json, &at, ",\"stream\":") || !eat_number(json, &at, &out->stream) ||
        !eat(json, &at, ",\"publisher\":\"") || !eat_text(json, &at, &publisher))
        return false;
    take_publisher(out, publisher);
    if (eat(json, &at, ",\"at\":\"") && eat_text(json, &at, &when))
        (void)!lyt_clock_parse(&out->at_us, when);
    return true;
}

lyt_status lyt_heading_read(lyt_heading *out, lyt_str json)
{
    lyt_json *tree = NULL;
    bool found;

    memset(out, 0, sizeof *out);
    if (read_fast(json, out))
        return LYT_OK;
    memset(out, 0, sizeof *out);
    if (lyt_json_parse(&tree, json, event_max_bytes, NULL))
        return LYT_EFORMAT;
    found = lyt_json_int(lyt_json_get(tree, "seq"), &out->seq);
    out->stream = lyt_json_number(tree, "stream");
    out->period_ms = lyt_json_number(tree, "period_ms");
    take_publisher(out, lyt_json_text(tree, "publisher"));
    (void)!lyt_clock_parse(&out->at_us, lyt_json_text(tree, "at"));
    lyt_json_free(tree);
    if (out->period_ms < 0 || out->period_ms > lyt_heading_period_most)
        out->period_ms = 0;
    if (!found || out->seq < 0 || out->seq > LYT_HEADING_MOST || out->stream < 0 ||
        out->stream > LYT_HEADING_MOST)
        return LYT_EFORMAT;
    return LYT_OK;
}
