#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "listener.h"
#include "mem.h"
#include "webstaff.h"

enum { passed_over_max = 8 << 20 };

lyt_exchange *lyt_exchange_new(lyt_webactor *web, lyt_str target)
{
    lyt_exchange *x = lyt_mem_new(web->alloc, sizeof *x);

    if (!x)
        return NULL;
    x->web = web;
    x->began_us = lyt_web_mono_us(web);
    lyt_webreq_init(&x->req, web->alloc);
    lyt_buf_init(&x->out, web->alloc);
    lyt_buf_init(&x->kept, web->alloc);
    x->status = lyt_webreq_target(&x->req, target) ? 400 : 0;
    x->next = web->exchanges;
    if (x->next)
        x->next->prev = x;
    web->exchanges = x;
    web->n_exchanges++;
    return x;
}

void lyt_exchange_free(lyt_exchange *x)
{
    lyt_webactor *web;

    if (!x)
        return;
    web = x->web;
    /* a stream whose reader has gone, and the very end */
    lyt_web_forget(x);
    lyt_webstream_free(x->stream);
    for (size_t i = 0; i < x->n_parts; i++)
        lyt_buf_deinit(&x->parts[i]);
    lyt_mem_free(web->alloc, x->parts);
    lyt_webreq_deinit(&x->req);
    lyt_buf_deinit(&x->out);
    lyt_buf_deinit(&x->kept);
    lyt_webstaff_free(x);
    if (x->next)
        x->next->prev = x->prev;
    if (x->prev)
        x->prev->next = x->next;
    else
        web->exchanges = x->next;
    web->n_exchanges--;
    lyt_mem_free(web->alloc, x);
}

/* The client's own, when it is one that may stand in a log; else one of ours. */
static void name_it(lyt_exchange *x)
{
    lyt_str given = lyt_webreq_header(&x->req, "X-Request-Id");
    bool is_good = given.len > 0 && given.len <= lyt_request_id_max;

    for (size_t i = 0; is_good && i < given.len; i++) {
        char c = given.ptr[i];

        is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
    }
    if (is_good)
        snprintf(x->id, sizeof x->id, "%.*s", LYT_STR_ARG(given));
    else
        snprintf(x->id, sizeof x->id, "%016llx",
                 (unsigned long long)lyt_hash_pair(x->web->id_seed, ++x->web->n_requests));
}

static void refuse(lyt_exchange *x, lyt_web_refusal why, int status, const char *code,
                   const char *text)
{
    x->web->count.refused[why]++;
    lyt_web_error(x, status, code, NULL, "%s", text);
}

/* A person with a browser reads a page; a program, and our own pages, the error as JSON. */
static void refuse_address(lyt_exchange *x)
{
    lyt_str path = lyt_buf_str(&x->req.raw), accept = lyt_webreq_header(&x->req, "Accept");
    bool is_api = lyt_str_begins(path, LYT_STR("/api/")) || lyt_str_begins(path, LYT_STR("/in/"));

    if (x->req.method == LYT_METHOD_GET && !is_api &&
        lyt_str_begins(accept, LYT_STR("text/html"))) {
        x->web->count.refused[LYT_WEB_REFUSED_NOT_FOUND]++;
        lyt_web_plain_page(x, 404, LYT_PLAIN_NO_PAGE);
        return;
    }
    refuse(x, LYT_WEB_REFUSED_NOT_FOUND, 404, "not-found", "there is nothing at this address");
}

void lyt_exchange_begin(lyt_exchange *x, int64_t length_bytes)
{
    bool is_bad = x->status == 400, is_known = false;

    x->status = 0;
    name_it(x);
    if (x->req.n_headers == lyt_webreq_headers_max) {
        refuse(x, LYT_WEB_REFUSED_HEADERS, 431, "headers", "at most 63 headers");
        return;
    }
    if (is_bad) {
        refuse(x, LYT_WEB_REFUSED_MALFORMED, 400, "malformed",
               "the address is no path and query of percent-encoded UTF-8");
        return;
    }
    x->route = lyt_webroute_find(&x->req, x->args, &is_known);
    if (!x->route && is_known)
        refuse(x, LYT_WEB_REFUSED_METHOD, 405, "method", "this is there, but not for this method");
    else if (!x->route)
        refuse_address(x);
    else if (length_bytes > passed_over_max)
        refuse(x, LYT_WEB_REFUSED_BODY, 413, "body-too-long", "a body has at most 1 MiB");
    else
        (void)lyt_web_admit(x);
    /* many clients hear an answer only when they have sent all: a little too much is passed over */
    x->is_too_long = length_bytes > lyt_body_max;
}

void lyt_exchange_handle(lyt_exchange *x)
{
    x->is_handled = true;
    if (x->is_too_long)
        refuse(x, LYT_WEB_REFUSED_BODY, 413, "body-too-long", "a body has at most 1 MiB");
    else if (lyt_buf_status(&x->req.body))
        lyt_web_error(x, 503, "memory", NULL, "no memory for this request; send it again later");
    else
        x->route->handle(x);
}

void lyt_exchange_finish(lyt_exchange *x)
{
    x->is_done = true;
    if (x->stream && x->status != 200) {
        lyt_webstream_free(x->stream);
        x->stream = NULL;
    }
    lyt_webcount_answer(&x->web->count, x->route, x->status, lyt_web_mono_us(x->web) - x->began_us);
    if (x->status == 503 && !x->retry_s)
        x->retry_s = 1;
    if (x->status == 503)
        x->web->count.refused[LYT_WEB_REFUSED_BUSY]++;
    if (x->is_suspended) {
        x->is_suspended = false;
        lyt_listener_wake(x->web->listener, x);
    }
}
