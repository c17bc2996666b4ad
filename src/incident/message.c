#include "message.h"

#include <string.h>

enum {
    gsm_one = 160,
    gsm_each = 153,
    ucs_one = 70,
    ucs_each = 67,
};

/* The letter at *at, which moves on. Text is valid. */
static uint32_t next_letter(lyt_str text, size_t *at)
{
    unsigned char first = (unsigned char)text.ptr[*at];
    size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t letter = more == 0   ? first
                      : more == 1 ? first & 0x1fU
                      : more == 2 ? first & 0x0fU
                                  : first & 0x07U;

    ++*at;
    for (; more && *at < text.len; more--)
        letter = letter << 6 | ((unsigned char)text.ptr[(*at)++] & 0x3fU);
    return letter;
}

/* Septets of a letter in the default alphabet; 0: it is not there. */
static size_t septets(uint32_t letter)
{
    static const uint32_t others[] = {
        0xa3,  0xa5,  0xe8,  0xe9,  0xf9,  0xec,  0xf2,  0xc7,  0xd8,  0xf8, 0xc5, 0xe5, 0x394,
        0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9,
        0xa4,  0xa1,  0xc4,  0xd6,  0xd1,  0xdc,  0xa7,  0xbf,  0xe4,  0xf6, 0xf1, 0xfc, 0xe0};

    if (letter == 0x20ac || (letter < 0x80 && letter && strchr("^{}\\[~]|\f", (int)letter)))
        return 2;
    if (letter == '\n' || letter == '\r' || (letter >= ' ' && letter < 0x7f && letter != '`'))
        return 1;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == letter)
            return 1;
    return 0;
}

/* Parts of equal size; a letter of two units never falls apart. */
static size_t count_parts(lyt_str text, bool is_ucs2, size_t each)
{
    size_t parts = 1, used = 0;

    for (size_t at = 0; at < text.len;) {
        uint32_t letter = next_letter(text, &at);
        size_t units = is_ucs2 ? 1U + (letter > 0xffff) : septets(letter);

        if (used + units > each) {
            parts++;
            used = 0;
        }
        used += units;
    }
    return parts;
}

lyt_sms_size lyt_sms_measure(lyt_str text)
{
    lyt_sms_size size = {false, 0, 1};
    size_t ucs_units = 0;

    for (size_t at = 0; at < text.len;) {
        uint32_t letter = next_letter(text, &at);
        size_t n = septets(letter);

        size.is_ucs2 = size.is_ucs2 || n == 0;
        size.units += n;
        ucs_units += 1U + (letter > 0xffff);
    }
    if (size.is_ucs2)
        size.units = ucs_units;
    if (size.units > (size_t)(size.is_ucs2 ? ucs_one : gsm_one))
        size.parts = count_parts(text, size.is_ucs2, (size_t)(size.is_ucs2 ? ucs_each : gsm_each));
    return size;
}

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
    lyt_sms_size size;
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
    size = lyt_sms_measure(lyt_str_slice(lyt_buf_str(out), from, out->len));
    if (rules->sms_parts && size.parts > rules->sms_parts)
        return lyt_error_set(
            err, LYT_ELIMIT, "the message takes %zu SMS (%zu %s), at most %zu may go; shorten it",
            size.parts, size.units, size.is_ucs2 ? "UCS-2 units" : "septets", rules->sms_parts);
    return LYT_OK;
}
