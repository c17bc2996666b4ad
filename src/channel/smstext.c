#include "smstext.h"

#include "cleantext.h"

/* Septet to character; 0x1B, the escape, is 0. */
static const uint16_t basic[128] = {
    0x40,  0xA3, 0x24, 0xA5,  0xE8, 0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  0x0A,  0xD8,  0xF8,
    0x0D,  0xC5, 0xE5, 0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398,
    0x39E, 0x00, 0xC6, 0xE6,  0xDF, 0xC9,  0x20,  0x21,  0x22,  0x23,  0xA4,  0x25,  0x26,
    0x27,  0x28, 0x29, 0x2A,  0x2B, 0x2C,  0x2D,  0x2E,  0x2F,  0x30,  0x31,  0x32,  0x33,
    0x34,  0x35, 0x36, 0x37,  0x38, 0x39,  0x3A,  0x3B,  0x3C,  0x3D,  0x3E,  0x3F,  0xA1,
    0x41,  0x42, 0x43, 0x44,  0x45, 0x46,  0x47,  0x48,  0x49,  0x4A,  0x4B,  0x4C,  0x4D,
    0x4E,  0x4F, 0x50, 0x51,  0x52, 0x53,  0x54,  0x55,  0x56,  0x57,  0x58,  0x59,  0x5A,
    0xC4,  0xD6, 0xD1, 0xDC,  0xA7, 0xBF,  0x61,  0x62,  0x63,  0x64,  0x65,  0x66,  0x67,
    0x68,  0x69, 0x6A, 0x6B,  0x6C, 0x6D,  0x6E,  0x6F,  0x70,  0x71,  0x72,  0x73,  0x74,
    0x75,  0x76, 0x77, 0x78,  0x79, 0x7A,  0xE4,  0xF6,  0xF1,  0xFC,  0xE0,
};

static uint32_t escaped(unsigned char septet)
{
    static const struct {
        unsigned char septet;
        uint16_t code;
    } rows[] = {
        {0x0A, 0x0C}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
        {0x3C, '['},  {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, 0x20AC},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].septet == septet)
            return rows[i].code;
    return ' ';
}

lyt_str lyt_gsm7_text(lyt_str septets, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, septets.len + 1, 3);
    size_t n = 0;

    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t i = 0; i < septets.len; i++) {
        unsigned char septet = (unsigned char)septets.ptr[i];
        uint32_t code = septet < 128 ? basic[septet] : 0xFFFD;

        if (septet == 0x1B)
            code = ++i < septets.len ? escaped((unsigned char)septets.ptr[i]) : ' ';
        n += lyt_clean_put(out + n, code);
    }
    out[n] = '\0';
    return (lyt_str){out, n};
}

lyt_str lyt_gsm7_unpack(lyt_str octets, size_t skip_bits, size_t n_septets, lyt_arena *arena)
{
    size_t bits = 8 * octets.len, most = bits > skip_bits ? (bits - skip_bits) / 7 : 0;
    char *out;

    if (n_septets > most)
        n_septets = most;
    out = lyt_arena_room(arena, n_septets + 1, 1);
    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t i = 0; i < n_septets; i++) {
        size_t bit = skip_bits + 7 * i, at = bit / 8;
        unsigned two = (unsigned char)octets.ptr[at];

        if (at + 1 < octets.len)
            two |= (unsigned)(unsigned char)octets.ptr[at + 1] << 8;
        out[i] = (char)(two >> bit % 8 & 0x7F);
    }
    out[n_septets] = '\0';
    return (lyt_str){out, n_septets};
}

static unsigned unit_at(lyt_str units, size_t at)
{
    return (unsigned)(unsigned char)units.ptr[at] << 8 | (unsigned char)units.ptr[at + 1];
}

lyt_str lyt_ucs2_text(lyt_str units, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, units.len / 2 + 1, 3);
    size_t n = 0;

    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t at = 0; at + 1 < units.len; at += 2) {
        uint32_t code = unit_at(units, at);

        if (code >= 0xD800 && code < 0xDC00 && at + 3 < units.len &&
            (unit_at(units, at + 2) & 0xFC00) == 0xDC00) {
            code = 0x10000 + ((code & 0x3FF) << 10 | (unit_at(units, at + 2) & 0x3FF));
            at += 2;
        } else if (code >= 0xD800 && code < 0xE000) {
            code = 0xFFFD;
        }
        n += lyt_clean_put(out + n, code);
    }
    out[n] = '\0';
    return (lyt_str){out, n};
}

/* An information element that tells of parts; its place among them must make sense. */
static void take_element(lyt_udh *out, unsigned kind, const unsigned char *data, size_t size)
{
    unsigned reference, parts, part;

    if (kind == 0 && size == 3) {
        reference = data[0];
        parts = data[1];
        part = data[2];
    } else if (kind == 8 && size == 4) {
        reference = (unsigned)data[0] << 8 | data[1];
        parts = data[2];
        part = data[3];
    } else {
        return;
    }
    if (parts < 2 || part < 1 || part > parts)
        return;
    out->is_part = true;
    out->reference = reference;
    out->parts = parts;
    out->part = part;
}

bool lyt_udh_parse(lyt_udh *out, lyt_str header)
{
    const unsigned char *p = (const unsigned char *)header.ptr;
    size_t end, at = 1;

    *out = (lyt_udh){.bytes = 0};
    if (!header.len || (size_t)p[0] + 1 > header.len || p[0] < 2)
        return false;
    end = (size_t)p[0] + 1;
    while (at + 2 <= end) {
        size_t size = p[at + 1];

        if (at + 2 + size > end)
            return false;
        take_element(out, p[at], p + at + 2, size);
        at += 2 + size;
    }
    out->bytes = end;
    return at == end;
}
