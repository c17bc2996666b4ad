#include "httpmsg.h"

#include <string.h>

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Header names and media types are ASCII. */
static bool same_letters(lyt_str a, lyt_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (small(a.ptr[i]) != small(b.ptr[i]))
            return false;
    return true;
}

bool lyt_http_header_find(const lyt_http_request *request, const char *name, lyt_str *value)
{
    for (size_t i = 0; i < request->n_headers; i++) {
        if (same_letters(request->headers[i].name, lyt_str_of(name))) {
            *value = request->headers[i].value;
            return true;
        }
    }
    return false;
}

bool lyt_http_is_type(const lyt_http_request *request, const char *type)
{
    lyt_str value;

    if (!lyt_http_header_find(request, "content-type", &value))
        return false;
    value = lyt_str_trim(lyt_str_slice(value, 0, lyt_str_find(value, ';', 0)));
    return same_letters(value, lyt_str_of(type));
}

lyt_str lyt_http_url(lyt_arena *arena, lyt_str base, lyt_str target)
{
    char *out;

    if (base.len && base.ptr[base.len - 1] == '/' && lyt_str_begins(target, LYT_STR("/")))
        base.len--;
    out = lyt_arena_room(arena, base.len + target.len + 1, 1);
    if (!out)
        return (lyt_str){NULL, 0};
    if (base.len)
        memcpy(out, base.ptr, base.len);
    if (target.len)
        memcpy(out + base.len, target.ptr, target.len);
    out[base.len + target.len] = '\0';
    return (lyt_str){out, base.len + target.len};
}
