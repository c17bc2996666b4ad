#include "charset.h"

enum { replacement = 0xFFFD };

/* 0x80 to 0x9F of Windows-1252; the five that stand for nothing are controls. */
static const uint16_t windows_high[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

/* Where ISO 8859-15 differs from 8859-1. */
static const struct {
    unsigned char byte;
    uint16_t code_point;
} latin9[] = {
    {0xA4, 0x20AC}, {0xA6, 0x0160}, {0xA8, 0x0161}, {0xB4, 0x017D},
    {0xB8, 0x017E}, {0xBC, 0x0152}, {0xBD, 0x0153}, {0xBE, 0x0178},
};

static const struct {
    const char *name;
    lyt_charset charset;
} names[] = {
    {"ansi_x3.4-1968", LYT_CHARSET_WINDOWS_1252},
    {"ascii", LYT_CHARSET_WINDOWS_1252},
    {"cp1252", LYT_CHARSET_WINDOWS_1252},
    {"iso-8859-1", LYT_CHARSET_WINDOWS_1252},
    {"iso-8859-15", LYT_CHARSET_LATIN9},
    {"iso8859-1", LYT_CHARSET_WINDOWS_1252},
    {"iso_8859-1", LYT_CHARSET_WINDOWS_1252},
    {"latin1", LYT_CHARSET_WINDOWS_1252},
    {"latin9", LYT_CHARSET_LATIN9},
    {"us-ascii", LYT_CHARSET_WINDOWS_1252},
    {"utf-16", LYT_CHARSET_UTF16_BE},
    {"utf-16be", LYT_CHARSET_UTF16_BE},
    {"utf-16le", LYT_CHARSET_UTF16_LE},
    {"utf-8", LYT_CHARSET_UTF8},
    {"utf8", LYT_CHARSET_UTF8},
    {"windows-1252", LYT_CHARSET_WINDOWS_1252},
    {"x-cp1252", LYT_CHARSET_WINDOWS_1252},
};

static bool is_name(lyt_str given, const char *name)
{
    lyt_str wanted = lyt_str_of(name);

    if (given.len != wanted.len)
        return false;
    for (size_t i = 0; i < given.len; i++) {
        char c = given.ptr[i];

        if ((c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c) != wanted.ptr[i])
            return false;
    }
    return true;
}

bool lyt_charset_find(lyt_charset *out, lyt_str name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (is_name(name, names[i].name)) {
            *out = names[i].charset;
            return true;
        }
    }
    return false;
}

void lyt_charset_put(lyt_buf *out, uint32_t c)
{
    if (c == 0 || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
        c = replacement;
    if (c < 0x80) {
        lyt_buf_add_char(out, (char)c);
        return;
    }
    if (c < 0x800) {
        lyt_buf_add_char(out, (char)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            lyt_buf_add_char(out, (char)(0xE0 | c >> 12));
        } else {
            lyt_buf_add_char(out, (char)(0xF0 | c >> 18));
            lyt_buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        }
        lyt_buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    lyt_buf_add_char(out, (char)(0x80 | (c & 0x3F)));
}

/*
 * The sequence at `at` (RFC 3629); 0 bytes when there is none. *code is set with it. A NUL is a
 * sequence here; lyt_charset_put() takes it away.
 */
static size_t sequence(lyt_str s, size_t at, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);

    if (n == 0 || p[0] > 0xF4 || n > s.len - at)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return n;
}

static bool is_utf8(lyt_str bytes)
{
    uint32_t code;

    for (size_t at = 0, n; at < bytes.len; at += n) {
        n = sequence(bytes, at, &code);
        if (n == 0)
            return false;
    }
    return true;
}

/* In UTF-16 of our languages nearly every other byte is NUL. */
static bool looks_utf16(lyt_str bytes, size_t first)
{
    size_t n = 0, pairs = bytes.len / 2 < 512 ? bytes.len / 2 : 512;

    for (size_t i = 0; i < pairs; i++)
        n += bytes.ptr[2 * i + first] == 0 && bytes.ptr[2 * i + 1 - first] != 0;
    return pairs > 1 && n * 4 >= pairs * 3;
}

lyt_charset lyt_charset_guess(lyt_str bytes, size_t *mark_bytes)
{
    *mark_bytes = 0;
    if (lyt_str_begins(bytes, LYT_STR("\xEF\xBB\xBF"))) {
        *mark_bytes = 3;
        return LYT_CHARSET_UTF8;
    }
    if (lyt_str_begins(bytes, LYT_STR("\xFF\xFE")) || lyt_str_begins(bytes, LYT_STR("\xFE\xFF"))) {
        *mark_bytes = 2;
        return (unsigned char)bytes.ptr[0] == 0xFF ? LYT_CHARSET_UTF16_LE : LYT_CHARSET_UTF16_BE;
    }
    if (looks_utf16(bytes, 1))
        return LYT_CHARSET_UTF16_LE;
    if (looks_utf16(bytes, 0))
        return LYT_CHARSET_UTF16_BE;
    return is_utf8(bytes) ? LYT_CHARSET_UTF8 : LYT_CHARSET_WINDOWS_1252;
}

static void decode_utf8(lyt_buf *out, lyt_str bytes)
{
    uint32_t code;

    for (size_t at = 0; at < bytes.len;) {
        size_t n = sequence(bytes, at, &code);

        lyt_charset_put(out, n ? code : replacement);
        at += n ? n : 1;
    }
}

static void decode_utf16(lyt_buf *out, lyt_str bytes, bool is_big)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    uint32_t high = 0;

    for (size_t at = 0; at + 1 < bytes.len; at += 2) {
        uint32_t unit =
            is_big ? (uint32_t)p[at] << 8 | p[at + 1] : (uint32_t)p[at + 1] << 8 | p[at];
        bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;

        if (high && is_low) {
            lyt_charset_put(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
            high = 0;
            continue;
        }
        if (high)
            lyt_charset_put(out, replacement);
        high = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
        if (!high)
            lyt_charset_put(out, unit);
    }
    if (high || bytes.len % 2)
        lyt_charset_put(out, replacement);
}

static void decode_bytes(lyt_buf *out, lyt_str bytes, bool is_latin9)
{
    for (size_t at = 0; at < bytes.len; at++) {
        unsigned char byte = (unsigned char)bytes.ptr[at];
        uint32_t code = byte >= 0x80 && byte < 0xA0 ? windows_high[byte - 0x80] : byte;

        for (size_t i = 0; is_latin9 && i < sizeof latin9 / sizeof *latin9; i++)
            if (latin9[i].byte == byte)
                code = latin9[i].code_point;
        lyt_charset_put(out, code);
    }
}

void lyt_charset_decode(lyt_buf *out, lyt_str bytes, lyt_charset charset)
{
    switch (charset) {
    case LYT_CHARSET_UTF8:
        decode_utf8(out, bytes);
        break;
    case LYT_CHARSET_WINDOWS_1252:
    case LYT_CHARSET_LATIN9:
        decode_bytes(out, bytes, charset == LYT_CHARSET_LATIN9);
        break;
    case LYT_CHARSET_UTF16_LE:
    case LYT_CHARSET_UTF16_BE:
        decode_utf16(out, bytes, charset == LYT_CHARSET_UTF16_BE);
        break;
    }
}
