#include "normal.h"

#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "utf8.h"

enum {
    /* Stretch that goes through ICU at once: sorting combining marks costs its square. */
    stretch_units = 512,
    /* U+FDFA unfolds to 18 units, the most there is. */
    unfolded_units = stretch_units * 18,
};

/* Marks that people type for an apostrophe, a quote or a hyphen. 0 for anything else. */
static char straight(uint32_t c)
{
    switch (c) {
    case 0x60:
    case 0xB4:
    case 0x2BC:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0xFF40:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
        return '"';
    case 0x2010:
    case 0x2011:
        return '-';
    default:
        return 0;
    }
}

bool lyt_normal_fold_plain(lyt_str utf8, char *out, size_t *len, bool *changed)
{
    const unsigned char *p = (const unsigned char *)utf8.ptr;
    size_t n = 0;
    bool change = false;

    for (size_t at = 0; at < utf8.len; at++) {
        unsigned char c = p[at];

        if (c < 0x80) {
            bool upper = c >= 'A' && c <= 'Z';

            change |= upper || c == '`';
            out[n++] = c == '`' ? '\'' : (char)(upper ? c | 0x20 : c);
        } else if (c == 0xC3 && at + 1 < utf8.len) {
            /* U+00C0 ... U+00FF but for the two signs and sharp s, which grows */
            unsigned char d = p[++at];
            bool upper = d < 0x9F && d != 0x97;

            if (d == 0x97 || d == 0x9F || d == 0xB7)
                return false;
            change |= upper;
            out[n++] = (char)c;
            out[n++] = (char)(upper ? d | 0x20 : d);
        } else if (c == 0xE2 && at + 2 < utf8.len && p[at + 1] == 0x80) {
            char plain = straight(0x2000u | (p[at + 2] & 0x3Fu));

            if (!plain)
                return false;
            change = true;
            out[n++] = plain;
            at += 2;
        } else {
            return false;
        }
    }
    *len = n;
    *changed = change;
    return true;
}

typedef struct folded {
    lyt_arena *arena;
    char *bytes;
    size_t len, cap;
} folded;

static lyt_status add_units(folded *out, const UChar *units, int32_t n)
{
    lyt_status status =
        lyt_arena_grow(out->arena, &out->bytes, &out->cap, out->len + (size_t)n * 3 + 1, 1);

    if (status)
        return status;
    for (int32_t i = 0; i < n;) {
        uint32_t c = units[i++];
        char plain;

        if (U16_IS_LEAD(c) && i < n && U16_IS_TRAIL(units[i]))
            c = 0x10000 + ((c - 0xD800) << 10) + (units[i++] - 0xDC00u);
        plain = straight(c);
        if (plain)
            out->bytes[out->len++] = plain;
        else
            out->len += lyt_utf8_put(out->bytes + out->len, c);
    }
    return LYT_OK;
}

static lyt_status add_stretch(folded *out, const UNormalizer2 *normalizer, const UChar *units,
                              int32_t n)
{
    UChar unfolded[unfolded_units];
    UErrorCode code = U_ZERO_ERROR;
    int32_t len = unorm2_normalize(normalizer, units, n, unfolded, unfolded_units, &code);

    if (U_FAILURE(code))
        return LYT_ENOMEM;
    return add_units(out, unfolded, len);
}

/*
 * Stretch by stretch, cut where normalisation has a boundary; a row of marks
 * longer than a stretch is cut anyhow, so that hostile text costs linear time.
 */
static lyt_status fold_any(folded *out, lyt_str utf8)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&code);
    UChar units[stretch_units];
    int32_t n = 0;

    if (U_FAILURE(code))
        return LYT_ENOMEM;
    for (size_t at = 0; at < utf8.len;) {
        uint32_t c = lyt_utf8_next(utf8, &at);
        char plain = straight(c);
        bool full = n + 2 > stretch_units;

        if (plain)
            c = (unsigned char)plain;
        if (full || (n > stretch_units / 2 && unorm2_hasBoundaryBefore(normalizer, (UChar32)c))) {
            lyt_status status = add_stretch(out, normalizer, units, n);

            if (status)
                return status;
            n = 0;
        }
        U16_APPEND_UNSAFE(units, n, c);
    }
    return add_stretch(out, normalizer, units, n);
}

lyt_status lyt_normal_fold(lyt_arena *arena, lyt_str utf8, lyt_str *out)
{
    char small[256];
    char *room = small;
    size_t len;
    bool changed;
    lyt_status status;
    folded f = {.arena = arena};

    if (utf8.len > sizeof small) {
        room = lyt_arena_alloc(arena, utf8.len);
        if (!room)
            return lyt_arena_status(arena);
    }
    if (lyt_normal_fold_plain(utf8, room, &len, &changed)) {
        *out = utf8;
        if (!changed)
            return LYT_OK;
        *out = room == small ? lyt_arena_copy(arena, (lyt_str){small, len}) : (lyt_str){room, len};
        return lyt_arena_status(arena);
    }
    status = fold_any(&f, utf8);
    if (status)
        return status;
    *out = (lyt_str){f.bytes, f.len};
    if (lyt_str_equal(*out, utf8))
        *out = utf8;
    return LYT_OK;
}
