#include "topic.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool allowed(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

lyt_status lyt_topic_part(lyt_str part, char *out, size_t out_bytes)
{
    if (part.len >= out_bytes)
        return LYT_ELIMIT;
    for (size_t i = 0; i < part.len; i++) {
        if (!allowed(lower(part.ptr[i])))
            return LYT_EFORMAT;
    }
    for (size_t i = 0; i < part.len; i++)
        out[i] = lower(part.ptr[i]);
    out[part.len] = '\0';
    return LYT_OK;
}

void lyt_topic_add(lyt_buf *topic, lyt_str part)
{
    lyt_buf_add_char(topic, '.');
    if (part.len == 0)
        lyt_buf_add(topic, LYT_STR("none"));
    for (size_t i = 0; i < part.len && i < lyt_topic_part_max; i++) {
        char c = lower(part.ptr[i]);

        lyt_buf_add_char(topic, allowed(c) ? c : '-');
    }
}

bool lyt_topic_is_valid(lyt_str topic)
{
    bool in_part = false;

    if (topic.len == 0 || topic.len > lyt_topic_max)
        return false;
    for (size_t i = 0; i < topic.len; i++) {
        if (topic.ptr[i] == '.' ? !in_part : !allowed(topic.ptr[i]))
            return false;
        in_part = topic.ptr[i] != '.';
    }
    return in_part;
}
