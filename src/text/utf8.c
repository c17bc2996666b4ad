#include "utf8.h"

#include <string.h>

/* Bytes of a sequence by its first byte; 0 for a byte that cannot come first. */
static size_t sequence_bytes(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2)
        return 0;
    if (first < 0xE0)
        return 2;
    if (first < 0xF0)
        return 3;
    return first < 0xF5 ? 4 : 0;
}

/* RFC 3629, section 4: only the second byte's range depends on the first. */
static bool is_sequence(const unsigned char *p, size_t n)
{
    unsigned char low = 0x80, high = 0xBF;

    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (n > 1 && (p[1] < low || p[1] > high))
        return false;
    for (size_t i = 2; i < n; i++)
        if (p[i] < 0x80 || p[i] > 0xBF)
            return false;
    return true;
}

/* True when eight bytes are all ASCII and none is NUL. */
static bool is_plain_word(const unsigned char *p)
{
    const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
    uint64_t word;

    memcpy(&word, p, sizeof word);
    return ((word | (word - ones)) & high) == 0;
}

lyt_status lyt_utf8_check(lyt_str bytes, size_t *bad)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t at = 0;

    while (at < bytes.len) {
        size_t n;

        while (bytes.len - at >= 8 && is_plain_word(p + at))
            at += 8;
        if (at == bytes.len)
            break;
        n = sequence_bytes(p[at]);
        if (n == 0 || p[at] == 0 || n > bytes.len - at || !is_sequence(p + at, n)) {
            if (bad)
                *bad = at;
            return LYT_EFORMAT;
        }
        at += n;
    }
    return LYT_OK;
}

uint32_t lyt_utf8_next_long(lyt_str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    size_t left = s.len - *at;

    if (p[0] < 0xE0 && left >= 2) {
        *at += 2;
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if (p[0] < 0xF0 && left >= 3) {
        *at += 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    if (left >= 4) {
        *at += 4;
        return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    }
    *at = s.len;
    return 0xFFFD;
}

size_t lyt_utf8_put(char out[4], uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}
