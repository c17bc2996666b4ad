#include "httptext.h"

enum { headers_max = 100 };

static lyt_str next_line(lyt_str text, size_t *at)
{
    size_t end = lyt_str_find(text, '\n', *at);
    lyt_str line = lyt_str_slice(text, *at, end);

    *at = end < text.len ? end + 1 : text.len;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static lyt_status read_first(lyt_http_request *out, lyt_str line, lyt_error *err)
{
    size_t first = lyt_str_find(line, ' ', 0), second = lyt_str_find(line, ' ', first + 1), mark;
    lyt_str target = lyt_str_slice(line, first + 1, second);

    if (first == 0 || first == line.len || !target.len || target.ptr[0] != '/')
        return lyt_error_at(err, LYT_EFORMAT, NULL, 1, 0,
                            "must be like \"POST /in/twilio HTTP/1.1\"");
    mark = lyt_str_find(target, '?', 0);
    out->method = lyt_str_slice(line, 0, first);
    out->path = lyt_str_slice(target, 0, mark);
    out->query = lyt_str_slice(target, mark + 1, target.len);
    return LYT_OK;
}

static size_t length_of(const lyt_http_request *request, size_t there)
{
    lyt_str value;
    size_t length = 0;

    if (!lyt_http_header_find(request, "content-length", &value) || !value.len || value.len > 9)
        return there;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return there;
        length = length * 10 + (size_t)(value.ptr[i] - '0');
    }
    return length < there ? length : there;
}

lyt_status lyt_http_parse(lyt_http_request *out, lyt_str text, lyt_arena *arena, lyt_error *err)
{
    lyt_http_header *headers = lyt_arena_array(arena, headers_max, sizeof *headers);
    uint32_t number = 1;
    size_t at = 0;
    lyt_status status;

    if (!headers)
        return lyt_error_set(err, lyt_arena_status(arena), "out of memory");
    status = read_first(out, next_line(text, &at), err);
    out->headers = headers;
    out->n_headers = 0;
    while (!status && at < text.len) {
        lyt_str line = next_line(text, &at);
        size_t colon = lyt_str_find(line, ':', 0);

        number++;
        if (!line.len)
            break;
        if (colon == 0 || colon == line.len)
            return lyt_error_at(err, LYT_EFORMAT, NULL, number, 0,
                                "must be a header like \"Content-Type: application/json\", or the "
                                "empty line before the body");
        if (out->n_headers == headers_max)
            return lyt_error_at(err, LYT_EFORMAT, NULL, number, 0, "more than %d headers",
                                headers_max);
        headers[out->n_headers].name = lyt_str_slice(line, 0, colon);
        headers[out->n_headers++].value = lyt_str_trim(lyt_str_slice(line, colon + 1, line.len));
    }
    if (!status)
        out->body = lyt_str_slice(text, at, at + length_of(out, text.len - at));
    return status;
}

lyt_str lyt_http_target(const lyt_http_request *request)
{
    /* they lie side by side in the text, with the "?" between them */
    return (lyt_str){request->path.ptr,
                     request->path.len + (request->query.len ? 1 + request->query.len : 0)};
}
