#include <stdio.h>

#include "guestpage.h"
#include "webapi.h"
#include "webpages.h"

const lyt_webfile *lyt_webfile_find(lyt_str name)
{
    for (const lyt_webfile *file = lyt_webfiles; file->name; file++)
        if (lyt_str_equal(name, lyt_str_of(file->name)))
            return file;
    return NULL;
}

static void send_file(lyt_exchange *x, const lyt_webfile *file)
{
    snprintf(x->etag, sizeof x->etag, "%s", file->etag);
    x->may_keep = true;
    x->is_page = true;
    x->fixed = file->bytes;
    if (lyt_str_equal(lyt_webreq_header(&x->req, "If-None-Match"), lyt_str_of(file->etag))) {
        x->fixed = (lyt_str){"", 0};
        lyt_web_done(x, 304, file->type);
        return;
    }
    lyt_web_done(x, 200, file->type);
}

/* Where tokens are asked for: nothing comes along that could be somebody's. */
static bool is_stranger(const lyt_exchange *x)
{
    return x->web->tokens.path && !lyt_webreq_bearer(&x->req).len &&
           !lyt_webreq_cookie(&x->req, "lyt_session").len &&
           !lyt_webreq_cookie(&x->req, "lyt_device").len;
}

/*
 * One page for all of the staff's addresses: its script shows what the address names. A stranger's
 * says so, and is not kept.
 */
void lyt_site_page(lyt_exchange *x)
{
    const lyt_webfile *file = lyt_webfile_find(LYT_STR("app.html"));

    if (file && is_stranger(x))
        lyt_guest_page(x, "app.html", (const lyt_gap[]){{"visitor", "stranger"}}, 1);
    else if (file)
        send_file(x, file);
    else
        lyt_web_error(x, 404, "not-found", NULL, "this page is not built in");
}

void lyt_site_asset(lyt_exchange *x)
{
    const lyt_webfile *file = lyt_webfile_find(x->args[0]);

    /* the tablets' worker lies with the assets and works for the pages of tags */
    if (lyt_str_equal(x->args[0], LYT_STR("kiosk-cache.js"))) {
        snprintf(x->more_name, sizeof x->more_name, "Service-Worker-Allowed");
        snprintf(x->more_value, sizeof x->more_value, "/t/");
    }
    /* pages have addresses of their own */
    if (file && !lyt_str_ends(x->args[0], LYT_STR(".html")))
        send_file(x, file);
    else
        lyt_web_error(x, 404, "not-found", NULL, "there is no such file");
}
