#include "webreq.h"

#include <string.h>

#include "utf8.h"

static const char *const methods[] = {"GET", "POST", "DELETE", "OTHER"};

const char *lyt_method_name(lyt_method method)
{
    return methods[method];
}

lyt_method lyt_method_of(lyt_str name)
{
    for (int i = 0; i < LYT_METHOD_OTHER; i++)
        if (lyt_str_equal(name, lyt_str_of(methods[i])))
            return (lyt_method)i;
    return lyt_str_equal(name, LYT_STR("HEAD")) ? LYT_METHOD_GET : LYT_METHOD_OTHER;
}

void lyt_webreq_init(lyt_webreq *req, const lyt_alloc *alloc)
{
    memset(req, 0, sizeof *req);
    lyt_buf_init(&req->raw, alloc);
    lyt_buf_init(&req->text, alloc);
    lyt_buf_init(&req->body, alloc);
    req->body.limit = lyt_body_max;
}

void lyt_webreq_deinit(lyt_webreq *req)
{
    lyt_buf_deinit(&req->raw);
    lyt_buf_deinit(&req->text);
    lyt_buf_deinit(&req->body);
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Into text, which has room for all of the target: decoding never makes it longer. */
static bool decode(lyt_buf *text, lyt_str part, bool plus_is_space, lyt_str *out)
{
    char *to = text->data + text->len, *from = to;

    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];

        if (c == '%') {
            int high = i + 2 < part.len ? hex_of(part.ptr[i + 1]) : -1;
            int low = i + 2 < part.len ? hex_of(part.ptr[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        *to++ = c;
    }
    *out = (lyt_str){from, (size_t)(to - from)};
    text->len += out->len;
    return lyt_utf8_check(*out, NULL) == LYT_OK;
}

static lyt_status read_path(lyt_webreq *req, lyt_str path)
{
    size_t at = 1;

    if (!path.len || path.ptr[0] != '/')
        return LYT_EFORMAT;
    while (at < path.len || (at == path.len && path.len > 1)) {
        size_t end = lyt_str_find(path, '/', at);

        if (req->n_segments == lyt_segments_max)
            return LYT_ELIMIT;
        if (!decode(&req->text, lyt_str_slice(path, at, end), false,
                    &req->segments[req->n_segments++]))
            return LYT_EFORMAT;
        at = end + 1;
        if (end >= path.len)
            break;
    }
    return LYT_OK;
}

static lyt_status read_query(lyt_webreq *req, lyt_str query)
{
    for (size_t at = 0; at < query.len;) {
        size_t end = lyt_str_find(query, '&', at);
        lyt_str pair = lyt_str_slice(query, at, end);
        size_t equals = lyt_str_find(pair, '=', 0);
        lyt_webpair *to = &req->query[req->n_query];

        at = end + 1;
        if (!pair.len)
            continue;
        if (req->n_query == lyt_query_max)
            return LYT_ELIMIT;
        req->n_query++;
        if (!decode(&req->text, lyt_str_slice(pair, 0, equals), true, &to->name) ||
            !decode(&req->text, lyt_str_slice(pair, equals + 1, pair.len), true, &to->value))
            return LYT_EFORMAT;
    }
    return LYT_OK;
}

lyt_status lyt_webreq_target(lyt_webreq *req, lyt_str target)
{
    size_t mark;
    lyt_status status;

    req->n_segments = req->n_query = 0;
    lyt_buf_reset(&req->raw);
    lyt_buf_reset(&req->text);
    if (target.len > lyt_target_max)
        return LYT_ELIMIT;
    lyt_buf_add(&req->raw, target);
    if (lyt_buf_status(&req->raw) || !lyt_buf_reserve(&req->text, target.len + 1))
        return LYT_ENOMEM;
    target = lyt_buf_str(&req->raw);
    mark = lyt_str_find(target, '?', 0);
    req->raw_path = lyt_str_slice(target, 0, mark);
    req->raw_query = lyt_str_slice(target, mark + 1, target.len);
    status = read_path(req, req->raw_path);
    return status ? status : read_query(req, req->raw_query);
}

bool lyt_webreq_header_add(lyt_webreq *req, lyt_str name, lyt_str value)
{
    if (req->n_headers == lyt_webreq_headers_max)
        return false;
    req->headers[req->n_headers++] = (lyt_webpair){name, lyt_str_trim(value)};
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool lyt_web_equal_nocase(lyt_str a, lyt_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool lyt_web_equal_secret(lyt_str a, lyt_str b)
{
    unsigned char differs = 0;

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        differs = (unsigned char)(differs | (a.ptr[i] ^ b.ptr[i]));
    return differs == 0;
}

lyt_str lyt_webreq_header(const lyt_webreq *req, const char *name)
{
    for (size_t i = 0; i < req->n_headers; i++)
        if (lyt_web_equal_nocase(req->headers[i].name, lyt_str_of(name)))
            return req->headers[i].value;
    return (lyt_str){"", 0};
}

lyt_str lyt_webreq_cookie(const lyt_webreq *req, const char *name)
{
    lyt_str all = lyt_webreq_header(req, "Cookie");

    for (size_t at = 0; at < all.len;) {
        size_t end = lyt_str_find(all, ';', at);
        lyt_str one = lyt_str_trim(lyt_str_slice(all, at, end));
        size_t equals = lyt_str_find(one, '=', 0);

        if (equals < one.len && lyt_str_equal(lyt_str_slice(one, 0, equals), lyt_str_of(name)))
            return lyt_str_slice(one, equals + 1, one.len);
        at = end + 1;
    }
    return (lyt_str){"", 0};
}

lyt_str lyt_webreq_bearer(const lyt_webreq *req)
{
    lyt_str value = lyt_webreq_header(req, "Authorization");

    if (value.len < 7 || !lyt_web_equal_nocase(lyt_str_slice(value, 0, 7), LYT_STR("Bearer ")))
        return (lyt_str){"", 0};
    return lyt_str_trim(lyt_str_slice(value, 7, value.len));
}

bool lyt_webreq_is_type(const lyt_webreq *req, const char *type)
{
    lyt_str value = lyt_webreq_header(req, "Content-Type");

    value = lyt_str_trim(lyt_str_slice(value, 0, lyt_str_find(value, ';', 0)));
    return lyt_web_equal_nocase(value, lyt_str_of(type));
}

lyt_str lyt_webreq_query(const lyt_webreq *req, const char *name)
{
    for (size_t i = req->n_query; i-- > 0;)
        if (lyt_str_equal(req->query[i].name, lyt_str_of(name)))
            return req->query[i].value;
    return (lyt_str){NULL, 0};
}

bool lyt_webreq_int(lyt_str text, int64_t min, int64_t max, int64_t *out)
{
    enum { digits_max = 18 };
    bool is_negative = text.len && text.ptr[0] == '-';
    int64_t value = 0;

    text = lyt_str_slice(text, is_negative, text.len);
    if (!text.len || text.len > digits_max)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    value = is_negative ? -value : value;
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}
