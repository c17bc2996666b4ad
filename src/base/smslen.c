#include "smslen.h"

#include <string.h>

enum { escaped = 2, gsm_one = 160, gsm_part = 153, ucs_one = 70, ucs_part = 67 };

/* Those of the basic alphabet that are not ASCII; ` is the only printable of ASCII without one. */
static const uint16_t basic[] = {
    0xA1, 0xA3, 0xA4, 0xA5,  0xA7,  0xBF,  0xC4,  0xC5,  0xC6,  0xC7,  0xC9,  0xD1,  0xD6,
    0xD8, 0xDC, 0xDF, 0xE0,  0xE4,  0xE5,  0xE6,  0xE8,  0xE9,  0xEC,  0xF1,  0xF2,  0xF6,
    0xF8, 0xF9, 0xFC, 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9,
};

static uint32_t next_char(lyt_str text, size_t *at)
{
    unsigned char lead = (unsigned char)text.ptr[*at];
    size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t c = more == 0 ? lead : lead & (0x3Fu >> more);

    for (*at += 1; more && *at < text.len; more--, (*at)++)
        c = c << 6 | ((unsigned char)text.ptr[*at] & 0x3Fu);
    return c;
}

/* 0: not of the alphabet. */
static size_t septets(uint32_t c)
{
    static const char two[] = "^{}\\[]~|";

    if (c == 0x20AC)
        return escaped;
    if (c == '\n' || c == '\r')
        return 1;
    if (c < 0x80) {
        for (const char *t = two; *t; t++)
            if ((uint32_t)*t == c)
                return escaped;
        return c >= 0x20 && c != '`' && c != 0x7F;
    }
    for (size_t i = 0; i < sizeof basic / sizeof *basic; i++)
        if (basic[i] == c)
            return 1;
    return 0;
}

static size_t cost(uint32_t c, bool is_ucs2)
{
    return !is_ucs2 ? septets(c) : c > 0xFFFF ? 2u : 1u;
}

lyt_sms lyt_sms_length(lyt_str text)
{
    lyt_sms sms = {.parts = 1};
    size_t in_part = 0, room;

    for (size_t at = 0; at < text.len && !sms.is_ucs2;) {
        sms.first_other = at;
        sms.is_ucs2 = septets(next_char(text, &at)) == 0;
    }
    for (size_t at = 0; at < text.len;)
        sms.units += cost(next_char(text, &at), sms.is_ucs2);
    if (sms.units <= (size_t)(sms.is_ucs2 ? ucs_one : gsm_one))
        return sms;
    room = sms.is_ucs2 ? ucs_part : gsm_part;
    for (size_t at = 0; at < text.len;) {
        size_t next = cost(next_char(text, &at), sms.is_ucs2);

        if (in_part + next > room) {
            sms.parts++;
            in_part = 0;
        }
        in_part += next;
    }
    return sms;
}

/* What stands in for a character; NULL: itself. */
static const char *plain(const char *at, size_t *n)
{
    static const struct {
        const char *fancy, *plain;
    } rows[] = {
        {"‘", "'"},   {"’", "'"},      {"‚", "'"},      {"“", "\""}, {"”", "\""}, {"„", "\""},
        {"«", "\""},  {"»", "\""},     {"‐", "-"},      {"‑", "-"},  {"–", "-"},  {"—", "-"},
        {"…", "..."}, {"\u00a0", " "}, {"\u202f", " "}, {"û", "u"},  {"ê", "e"},  {"ë", "e"},
        {"â", "a"},   {"á", "a"},      {"î", "i"},      {"ï", "i"},  {"í", "i"},  {"ô", "o"},
        {"ó", "o"},   {"ú", "u"},      {"ç", "c"},      {"`", "'"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str fancy = {rows[i].fancy, 0};

        if (*at != *fancy.ptr) /* nearly always */
            continue;
        fancy.len = strlen(fancy.ptr);
        if (*n >= fancy.len && lyt_str_equal((lyt_str){at, fancy.len}, fancy)) {
            *n = fancy.len;
            return rows[i].plain;
        }
    }
    return NULL;
}

static void make_plain(lyt_buf *out, lyt_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t n = text.len - at;
        const char *other = plain(text.ptr + at, &n);

        if (other) {
            lyt_buf_add_text(out, other);
            at += n;
        } else {
            lyt_buf_add_char(out, text.ptr[at++]);
        }
    }
}

void lyt_sms_write(lyt_buf *out, lyt_str text)
{
    lyt_buf simple;

    lyt_buf_init(&simple, out->alloc);
    make_plain(&simple, text);
    if (lyt_buf_status(&simple))
        out->status = lyt_buf_status(&simple);
    else if (lyt_sms_length(lyt_buf_str(&simple)).parts < lyt_sms_length(text).parts)
        lyt_buf_add(out, lyt_buf_str(&simple));
    else
        lyt_buf_add(out, text);
    lyt_buf_deinit(&simple);
}

lyt_sms lyt_sms_sent(lyt_str text)
{
    lyt_sms size = lyt_sms_length(text), plainer;
    lyt_buf simple;

    lyt_buf_init(&simple, NULL);
    make_plain(&simple, text);
    if (!lyt_buf_status(&simple)) { /* without memory it is taken as it is */
        plainer = lyt_sms_length(lyt_buf_str(&simple));
        size = plainer.parts < size.parts ? plainer : size;
    }
    lyt_buf_deinit(&simple);
    return size;
}
