#include <string.h>

#include <lyt/str.h>

lyt_str lyt_str_of(const char *text)
{
    return (lyt_str){text, text ? strlen(text) : 0};
}

bool lyt_str_equal(lyt_str a, lyt_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int lyt_str_compare(lyt_str a, lyt_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool lyt_str_begins(lyt_str s, lyt_str prefix)
{
    return s.len >= prefix.len && lyt_str_equal(lyt_str_slice(s, 0, prefix.len), prefix);
}

bool lyt_str_ends(lyt_str s, lyt_str suffix)
{
    return s.len >= suffix.len &&
           lyt_str_equal(lyt_str_slice(s, s.len - suffix.len, s.len), suffix);
}

bool lyt_str_has(lyt_str s, lyt_str part)
{
    /* from one of its first letter to the next: what is searched may be as long as a file */
    for (size_t at = 0; part.len && part.len <= s.len && at <= s.len - part.len; at++) {
        at = lyt_str_find(s, part.ptr[0], at);
        if (lyt_str_begins(lyt_str_slice(s, at, s.len), part))
            return true;
    }
    return !part.len;
}

lyt_str lyt_str_slice(lyt_str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (lyt_str){NULL, 0};
    return (lyt_str){s.ptr + from, to - from};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

lyt_str lyt_str_trim(lyt_str s)
{
    size_t from = 0, to = s.len;

    while (from < to && is_space(s.ptr[from]))
        from++;
    while (to > from && is_space(s.ptr[to - 1]))
        to--;
    return lyt_str_slice(s, from, to);
}

size_t lyt_str_find(lyt_str s, char c, size_t from)
{
    const char *hit = from < s.len ? memchr(s.ptr + from, c, s.len - from) : NULL;

    return hit ? (size_t)(hit - s.ptr) : s.len;
}
