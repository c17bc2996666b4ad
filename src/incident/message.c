#include "message.h"

#include <string.h>

#include "smslen.h"

bool lyt_message_has_contact(const char *template_text, const lyt_message_rules *rules)
{
    for (size_t i = 0; i < rules->contact.n; i++)
        if (strstr(template_text, rules->contact.item[i]))
            return true;
    return rules->contact.n == 0;
}

static lyt_status fill(lyt_buf *out, lyt_str rest, const lyt_message_value *values, size_t n,
                       lyt_error *err)
{
    while (rest.len) {
        size_t open = lyt_str_find(rest, '{', 0), close = lyt_str_find(rest, '}', open);
        lyt_str name;
        size_t i = 0;

        lyt_buf_add(out, lyt_str_slice(rest, 0, open));
        if (open == rest.len)
            break;
        name = lyt_str_slice(rest, open + 1, close);
        while (i < n && !lyt_str_equal(lyt_str_of(values[i].name), name))
            i++;
        if (close == rest.len || i == n || !values[i].value.len)
            return lyt_error_set(err, LYT_EINVAL, "the message needs {%.*s}, which is not %s",
                                 LYT_STR_ARG(lyt_str_slice(name, 0, 40)),
                                 i == n ? "a name that there is" : "known here");
        lyt_buf_add(out, values[i].value);
        rest = lyt_str_slice(rest, close + 1, rest.len);
    }
    return LYT_OK;
}

lyt_status lyt_message_write(lyt_buf *out, const char *template_text,
                             const lyt_message_value *values, size_t n,
                             const lyt_message_rules *rules, lyt_error *err)
{
    size_t from = out->len;
    lyt_sms size;
    lyt_status status;

    if (!template_text)
        return lyt_error_set(err, LYT_EINVAL,
                             "the message is not there in the guest's language; write it, or "
                             "choose another");
    if (!lyt_message_has_contact(template_text, rules))
        return lyt_error_set(err, LYT_EINVAL,
                             "the message names no way to reach a person; add one");
    status = fill(out, lyt_str_of(template_text), values, n, err);
    if (status)
        return status;
    if (lyt_buf_status(out))
        return lyt_error_set(err, lyt_buf_status(out), "no memory for a message");
    size = lyt_sms_sent(lyt_str_slice(lyt_buf_str(out), from, out->len));
    if (rules->sms_parts && size.parts > rules->sms_parts)
        return lyt_error_set(
            err, LYT_ELIMIT, "the message takes %zu SMS (%zu %s), at most %zu may go; shorten it",
            size.parts, size.units, size.is_ucs2 ? "UCS-2 units" : "septets", rules->sms_parts);
    return LYT_OK;
}
