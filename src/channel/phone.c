#include "phone.h"

#include <string.h>

enum { short_code_max = 7, digits_max = 15 };

bool lyt_phone_is(lyt_str text)
{
    if (text.len < 1 + short_code_max + 1 || text.len > 1 + digits_max || text.ptr[0] != '+')
        return false;
    for (size_t i = 1; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

/* Its digits, and whether it began with "+"; false: no number. */
static bool digits_of(lyt_str raw, char digits[digits_max + 3], size_t *n, bool *plus)
{
    *n = 0;
    *plus = false;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];

        if (c == '+' && *n == 0 && !*plus)
            *plus = true;
        else if (c >= '0' && c <= '9' && *n < digits_max + 2)
            digits[(*n)++] = c;
        else if (!strchr(" -.()/", c) || c == '\0')
            return false;
    }
    return *n > 0;
}

lyt_str lyt_phone(lyt_str raw, lyt_str country, lyt_arena *arena)
{
    char digits[digits_max + 3];
    char *out;
    size_t n, from = 0, at = 0;
    bool plus;

    raw = lyt_str_trim(raw);
    if (!digits_of(raw, digits, &n, &plus))
        return lyt_arena_copy(arena, raw);
    if (!plus && n > 2 && digits[0] == '0' && digits[1] == '0') {
        from = 2;
        plus = true;
    } else if (!plus && country.len && n > 4) {
        from = digits[0] == '0';
    } else {
        country.len = 0;
    }
    if (plus)
        country.len = 0;
    out = lyt_arena_room(arena, country.len + n + 2, 1);
    if (!out)
        return (lyt_str){NULL, 0};
    if (plus || country.len || n > short_code_max)
        out[at++] = '+';
    if (country.len)
        memcpy(out + at, country.ptr, country.len);
    at += country.len;
    memcpy(out + at, digits + from, n - from);
    at += n - from;
    out[at] = '\0';
    return (lyt_str){out, at};
}
