#include "guestlinks.h"

#include <string.h>

#include "webget.h"

enum { answer_max = 1 << 20, wait_ms = 10000, link_max = 300 };

static bool ends_link(char c)
{
    return (unsigned char)c <= ' ' || strchr("\"'<>()", c) != NULL;
}

lyt_str lyt_guestlinks_next(lyt_str text, size_t *at)
{
    for (size_t i = *at; i < text.len; i++) {
        lyt_str rest = lyt_str_slice(text, i, text.len);
        size_t n = 0;

        if (!lyt_str_begins(rest, LYT_STR("http://")) &&
            !lyt_str_begins(rest, LYT_STR("https://")) && !lyt_str_begins(rest, LYT_STR("www.")))
            continue;
        while (n < rest.len && !ends_link(rest.ptr[n]))
            n++;
        *at = i + n;
        /* what ends the sentence is no part of it */
        while (n && strchr(".,;:!?", rest.ptr[n - 1]))
            n--;
        return lyt_str_slice(rest, 0, n);
    }
    *at = text.len;
    return (lyt_str){"", 0};
}

const char *lyt_guestlinks_fault(lyt_str link)
{
    lyt_str host = link;
    size_t dot;

    if (!lyt_str_begins(link, LYT_STR("https://")))
        return "a guest's phone warns of it: write it with https://";
    host = lyt_str_slice(link, sizeof "https://" - 1, link.len);
    for (size_t i = 0; i < host.len; i++)
        if (strchr("/?#", host.ptr[i]))
            host.len = i;
    dot = lyt_str_find(host, '.', 0);
    if (link.len > link_max)
        return "it is too long for a message";
    if (!host.len || dot == 0 || dot + 1 >= host.len)
        return "it has no host that anybody could find";
    for (size_t i = 0; i < link.len; i++)
        if (link.ptr[i] == '{' || link.ptr[i] == '}')
            return "a field in a link leads somewhere else each time; nobody can check that";
    if (lyt_str_begins(host, LYT_STR("example.")))
        return "it is an example's; write the house's own";
    return NULL;
}

typedef struct looking {
    const lyt_call *call;
    bool asks;
    const char *ca;
    lyt_buf known; /* links that answer, a line each */
    size_t n, wrong;
} looking;

static bool is_known(const looking *l, lyt_str link)
{
    lyt_str all = lyt_buf_str(&l->known);

    for (size_t at = 0; at < all.len;) {
        size_t end = lyt_str_find(all, '\n', at);

        if (lyt_str_equal(lyt_str_slice(all, at, end), link))
            return true;
        at = end + 1;
    }
    return false;
}

/* Something answers: that it sends on, or says more than anybody reads, is an answer, too. */
static bool answers(looking *l, lyt_str link, lyt_error *err)
{
    lyt_buf url, body;
    long http = 0;
    lyt_status status;

    lyt_buf_init(&url, NULL);
    lyt_buf_init(&body, NULL);
    lyt_buf_add(&url, link);
    status = lyt_buf_status(&url);
    if (!status)
        status = lyt_webget(&body, &http,
                            &(lyt_webget_options){.url = url.data,
                                                  .bearer = {"", 0},
                                                  .ca_file = l->ca,
                                                  .timeout_ms = wait_ms,
                                                  .limit_bytes = answer_max},
                            err);
    if (!status && (http < 200 || http >= 400))
        status = lyt_error_set(err, LYT_ENOTFOUND, "answered %ld", http);
    lyt_buf_deinit(&url);
    lyt_buf_deinit(&body);
    return !status || status == LYT_ELIMIT;
}

static void look_at(looking *l, const char *file, const char *what, lyt_str text)
{
    lyt_str link;

    for (size_t at = 0; (link = lyt_guestlinks_next(text, &at)).len;) {
        lyt_error err = {0};
        const char *fault = lyt_guestlinks_fault(link);

        l->n++;
        if (!fault && l->asks && !is_known(l, link)) {
            if (!answers(l, link, &err)) {
                fault = err.text;
            } else {
                lyt_buf_add(&l->known, link);
                lyt_buf_add_char(&l->known, '\n');
            }
        }
        if (!fault)
            continue;
        lyt_console_complain(l->call->console, "%s: %s: %.*s: %s", file, what, LYT_STR_ARG(link),
                             fault);
        l->wrong++;
    }
}

size_t lyt_guestlinks_check(const lyt_call *call, const lyt_settings *settings,
                            const lyt_pack *pack, const lyt_guestlinks_options *how, size_t *n)
{
    looking l = {.call = call, .asks = how->asks, .ca = how->ca};

    lyt_buf_init(&l.known, NULL);
    for (size_t i = 0; i < lyt_pack_scenarios(pack); i++) {
        const lyt_scenario *s = lyt_pack_scenario(pack, i);

        for (size_t m = 0; m < s->n_messages; m++)
            for (size_t k = 0; k < lyt_languages_max; k++)
                if (s->messages[m].text.by[k])
                    look_at(&l, s->file, s->messages[m].id, lyt_str_of(s->messages[m].text.by[k]));
    }
    for (size_t i = 0; i < settings->replies.n_texts; i++)
        look_at(&l, settings->file, "replies", lyt_str_of(settings->replies.texts[i].text));
    if (settings->refunds.link)
        look_at(&l, settings->file, "refunds", lyt_str_of(settings->refunds.link));
    lyt_buf_deinit(&l.known);
    *n = l.n;
    return l.wrong;
}
