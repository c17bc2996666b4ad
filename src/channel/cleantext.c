#include "cleantext.h"

size_t lyt_clean_char(lyt_str text, size_t at, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)text.ptr + at;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = p[0];

    if (n == 0 || p[0] > 0xF4 || n > text.len - at)
        return 0;
    if (n > 1)
        c &= 0x7Fu >> n;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    if (code)
        *code = c;
    return n;
}

size_t lyt_clean_put(char *out, uint32_t code)
{
    unsigned char *p = (unsigned char *)out;

    if (code < 0x80) {
        p[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        p[0] = (unsigned char)(0xC0 | code >> 6);
        p[1] = (unsigned char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        p[0] = (unsigned char)(0xE0 | code >> 12);
        p[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
        p[2] = (unsigned char)(0x80 | (code & 0x3F));
        return 3;
    }
    p[0] = (unsigned char)(0xF0 | code >> 18);
    p[1] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
    p[2] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
    p[3] = (unsigned char)(0x80 | (code & 0x3F));
    return 4;
}

static bool is_control(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7F && c < 0xA0);
}

lyt_str lyt_clean_text(lyt_str text, size_t max_bytes, bool *cut, lyt_arena *arena)
{
    /* U+FFFD is three bytes for one */
    size_t room = text.len < max_bytes / 3 ? 3 * text.len : max_bytes, n = 0;
    char *out = lyt_arena_room(arena, room + 1, 1);

    if (cut)
        *cut = false;
    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t at = 0; at < text.len;) {
        char bytes[4];
        uint32_t code = 0xFFFD;
        size_t len = lyt_clean_char(text, at, &code), wide;

        at += len ? len : 1;
        if (code == 0)
            continue;
        wide = lyt_clean_put(bytes, is_control(code) ? ' ' : code);
        if (n + wide > room) {
            if (cut)
                *cut = true;
            break;
        }
        for (size_t i = 0; i < wide; i++)
            out[n++] = bytes[i];
    }
    out[n] = '\0';
    return (lyt_str){out, n};
}
