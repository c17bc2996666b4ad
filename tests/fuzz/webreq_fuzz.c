/*
 * What comes over HTTP before anybody knows who it is: the first line is a target, the lines after
 * it headers. What is taken apart keeps its promises, and finds a route or none.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "guestref.h"
#include "tokens.h"
#include "utf8.h"
#include "webroute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_target(lyt_webreq *req)
{
    lyt_str args[lyt_route_args_max];
    bool is_known;

    if (req->n_segments > lyt_segments_max || req->n_query > lyt_query_max)
        abort();
    for (size_t i = 0; i < req->n_segments; i++)
        if (lyt_utf8_check(req->segments[i], NULL))
            abort();
    for (size_t i = 0; i < req->n_query; i++)
        if (lyt_utf8_check(req->query[i].name, NULL) || lyt_utf8_check(req->query[i].value, NULL))
            abort();
    for (req->method = LYT_METHOD_GET; req->method < LYT_METHOD_OTHER; req->method++) {
        const lyt_webroute *row = lyt_webroute_find(req, args, &is_known);

        if (row && row->method != req->method)
            abort();
    }
}

static void check_words(lyt_str text)
{
    static const unsigned char key[lyt_web_key_bytes] = {1};
    char again[lyt_reference_bytes];
    lyt_tokens *tokens = NULL;
    int64_t number;
    lyt_error err;

    if (lyt_reference_read(&number, key, text)) {
        lyt_reference_make(again, key, number);
        if (!lyt_str_equal(lyt_str_of(again), text))
            abort();
    }
    if (lyt_tokens_parse(&tokens, NULL, text, &err)) {
        if (err.code == LYT_EFORMAT && (!err.line || !err.text[0]))
            abort();
        return;
    }
    (void)lyt_tokens_find(tokens, text);
    lyt_tokens_free(tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str text = {size ? (const char *)data : "", size};
    size_t at = lyt_str_find(text, '\n', 0);
    lyt_webreq req;
    int64_t number;

    lyt_webreq_init(&req, NULL);
    if (lyt_webreq_target(&req, lyt_str_slice(text, 0, at)) == LYT_OK)
        check_target(&req);
    for (size_t from = at + 1; from < text.len;) {
        size_t end = lyt_str_find(text, '\n', from);
        lyt_str line = lyt_str_slice(text, from, end);
        size_t colon = lyt_str_find(line, ':', 0);

        (void)lyt_webreq_header_add(&req, lyt_str_slice(line, 0, colon),
                                    lyt_str_slice(line, colon + 1, line.len));
        (void)lyt_webreq_int(line, -5, INT64_MAX, &number);
        from = end + 1;
    }
    (void)lyt_webreq_cookie(&req, "lyt_session");
    (void)lyt_webreq_bearer(&req);
    (void)lyt_webreq_is_type(&req, "application/json");
    lyt_webreq_deinit(&req);
    check_words(text);
    return 0;
}
