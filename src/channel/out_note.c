#include "out_note.h"

#include <string.h>

static const char *const kinds[] = {
#define X(name, text) text,
    LYT_OUT_KINDS(X)
#undef X
};

const char *lyt_out_kind_name(lyt_out_kind kind)
{
    return kind < LYT_OUT_KIND_COUNT ? kinds[kind] : "unknown";
}

enum { parts = 6 };

static void parts_of(const lyt_out_request *r, const lyt_buf *out[parts])
{
    out[0] = &r->url;
    out[1] = &r->headers;
    out[2] = &r->body;
    out[3] = &r->login;
    out[4] = &r->mail_from;
    out[5] = &r->mail_to;
}

void lyt_out_request_init(lyt_out_request *r, const lyt_alloc *alloc)
{
    r->is_mail = false;
    lyt_buf_init(&r->url, alloc);
    lyt_buf_init(&r->headers, alloc);
    lyt_buf_init(&r->body, alloc);
    lyt_buf_init(&r->login, alloc);
    lyt_buf_init(&r->mail_from, alloc);
    lyt_buf_init(&r->mail_to, alloc);
}

/* Bytes that were a password do not stay behind in freed memory. */
static void wipe(lyt_buf *buf)
{
    if (buf->data)
        memset(buf->data, 0, buf->cap);
}

void lyt_out_request_reset(lyt_out_request *r)
{
    wipe(&r->login);
    wipe(&r->headers);
    wipe(&r->body);
    r->is_mail = false;
    lyt_buf_reset(&r->url);
    lyt_buf_reset(&r->headers);
    lyt_buf_reset(&r->body);
    lyt_buf_reset(&r->login);
    lyt_buf_reset(&r->mail_from);
    lyt_buf_reset(&r->mail_to);
}

void lyt_out_request_deinit(lyt_out_request *r)
{
    wipe(&r->login);
    wipe(&r->headers);
    wipe(&r->url);
    wipe(&r->body);
    lyt_buf_deinit(&r->url);
    lyt_buf_deinit(&r->headers);
    lyt_buf_deinit(&r->body);
    lyt_buf_deinit(&r->login);
    lyt_buf_deinit(&r->mail_from);
    lyt_buf_deinit(&r->mail_to);
}

lyt_status lyt_out_request_status(const lyt_out_request *r)
{
    const lyt_buf *all[parts];

    parts_of(r, all);
    for (size_t i = 0; i < parts; i++)
        if (lyt_buf_status(all[i]))
            return lyt_buf_status(all[i]);
    return LYT_OK;
}
