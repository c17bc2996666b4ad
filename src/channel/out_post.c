#include "out_post.h"

#include <stdio.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "mem.h"
#include "out_address.h"

enum { connect_ms = 10000, answer_max = 1 << 20, kept_bytes = 150, day_s = 86400 };

typedef struct transfer {
    struct transfer *next;
    const lyt_alloc *alloc;
    CURL *easy;
    struct curl_slist *headers, *receivers;
    lyt_out_request request;
    lyt_post_options options;
    size_t sent;     /* bytes of a mail */
    bool is_refused; /* its address is private */
    size_t n_answer, n_kept;
    char kept[kept_bytes];
    char error[CURL_ERROR_SIZE];
} transfer;

struct lyt_poster {
    const lyt_alloc *alloc;
    CURLM *multi;
    transfer *all;
    size_t n;
};

lyt_status lyt_poster_new(lyt_poster **out, const lyt_alloc *alloc)
{
    lyt_poster *p = lyt_mem_new(alloc, sizeof *p);

    if (!p)
        return LYT_ENOMEM;
    p->alloc = alloc;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        p->multi = curl_multi_init();
    if (!p->multi) {
        lyt_mem_free(alloc, p);
        return LYT_ENOMEM;
    }
    *out = p;
    return LYT_OK;
}

static void free_transfer(lyt_poster *p, transfer *t)
{
    if (!t)
        return;
    if (t->easy) {
        (void)curl_multi_remove_handle(p->multi, t->easy);
        curl_easy_cleanup(t->easy);
    }
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->receivers);
    lyt_out_request_deinit(&t->request);
    lyt_mem_free(p->alloc, t);
}

void lyt_poster_free(lyt_poster *p)
{
    if (!p)
        return;
    for (transfer *t = p->all; t;) {
        transfer *next = t->next;

        free_transfer(p, t);
        t = next;
    }
    curl_multi_cleanup(p->multi);
    lyt_mem_free(p->alloc, p);
}

size_t lyt_poster_active(const lyt_poster *p)
{
    return p->n;
}

static size_t on_answer(char *bytes, size_t size, size_t n, void *user)
{
    transfer *t = user;
    size_t len = size * n, room = sizeof t->kept - t->n_kept;

    memcpy(t->kept + t->n_kept, bytes, len < room ? len : room);
    t->n_kept += len < room ? len : room;
    t->n_answer += len;
    return t->n_answer > answer_max ? 0 : len;
}

static size_t on_mail(char *into, size_t size, size_t n, void *user)
{
    transfer *t = user;
    size_t left = t->request.body.len - t->sent, len = size * n < left ? size * n : left;

    memcpy(into, t->request.body.data + t->sent, len);
    t->sent += len;
    return len;
}

/* Here the name has become an address: the only place where a check cannot be got around. */
static curl_socket_t on_connect(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
    transfer *t = user;
    bool is_private = true;

    (void)purpose;
    if (to->family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, &to->addr, sizeof in);
        is_private = lyt_out_is_private((const unsigned char *)&in.sin_addr, 4);
    } else if (to->family == AF_INET6) {
        struct sockaddr_in6 in;

        if (to->addrlen <= sizeof in) {
            memcpy(&in, &to->addr, to->addrlen);
            is_private = lyt_out_is_private(in.sin6_addr.s6_addr, 16);
        }
    }
    if (is_private && !t->options.allow_private) {
        t->is_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool add_headers(transfer *t)
{
    lyt_str text = lyt_buf_str(&t->request.headers);
    struct curl_slist *more;

    for (size_t at = 0; at < text.len;) {
        size_t end = lyt_str_find(text, '\n', at);

        t->request.headers.data[end] = '\0';
        more = curl_slist_append(t->headers, t->request.headers.data + at);
        if (!more)
            return false;
        t->headers = more;
        at = end + 1;
    }
    /* whether the body is wanted is asked of nobody: it is small */
    more = curl_slist_append(t->headers, "Expect:");
    t->headers = more ? more : t->headers;
    return more != NULL;
}

static bool set_common(transfer *t)
{
    CURL *c = t->easy;
    const lyt_post_options *o = &t->options;
    bool ok = curl_easy_setopt(c, CURLOPT_URL, t->request.url.data) == CURLE_OK;

    ok = ok && curl_easy_setopt(c, CURLOPT_PRIVATE, t) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps") == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)o->timeout_ms) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_connect) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_answer) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK;
    /* no other way gets a connection to a private address for nothing */
    ok = ok && curl_easy_setopt(c, CURLOPT_FORBID_REUSE, o->allow_private ? 1L : 0L) == CURLE_OK;
    if (t->request.login.len)
        ok = ok && curl_easy_setopt(c, CURLOPT_USERPWD, t->request.login.data) == CURLE_OK;
    if (o->ca_file)
        ok = ok && curl_easy_setopt(c, CURLOPT_CAINFO, o->ca_file) == CURLE_OK;
    return ok;
}

static bool set_mail(transfer *t)
{
    CURL *c = t->easy;
    bool ok;

    t->receivers = curl_slist_append(NULL, t->request.mail_to.data);
    ok = t->receivers != NULL;
    ok = ok && curl_easy_setopt(c, CURLOPT_MAIL_FROM, t->request.mail_from.data) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_MAIL_RCPT, t->receivers) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_READFUNCTION, on_mail) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_READDATA, t) == CURLE_OK;
    /* whoever listens in the house shall not learn a login either */
    ok = ok && curl_easy_setopt(c, CURLOPT_USE_SSL,
                                t->options.allow_private && !t->request.login.len
                                    ? (long)CURLUSESSL_TRY
                                    : (long)CURLUSESSL_ALL) == CURLE_OK;
    return ok;
}

static bool set_http(transfer *t)
{
    CURL *c = t->easy;
    bool ok = add_headers(t);

    ok = ok && curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->request.body.data) == CURLE_OK;
    ok = ok && curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)t->request.body.len) == CURLE_OK;
    return ok;
}

static void copy(lyt_buf *out, const lyt_buf *in)
{
    lyt_buf_add(out, lyt_buf_str(in));
    lyt_buf_add_text(out, ""); /* data is a text also when it is empty */
}

lyt_status lyt_poster_send(lyt_poster *p, const lyt_out_request *request,
                           const lyt_post_options *options)
{
    transfer *t = lyt_mem_new(p->alloc, sizeof *t);
    bool ok;

    if (!t)
        return LYT_ENOMEM;
    t->options = *options;
    lyt_out_request_init(&t->request, p->alloc);
    t->request.is_mail = request->is_mail;
    copy(&t->request.url, &request->url);
    copy(&t->request.headers, &request->headers);
    copy(&t->request.body, &request->body);
    copy(&t->request.login, &request->login);
    copy(&t->request.mail_from, &request->mail_from);
    copy(&t->request.mail_to, &request->mail_to);
    ok = !lyt_out_request_status(&t->request);
    if (ok)
        t->easy = curl_easy_init();
    ok = ok && t->easy && set_common(t) && (request->is_mail ? set_mail(t) : set_http(t)) &&
         curl_multi_add_handle(p->multi, t->easy) == CURLM_OK;
    if (!ok) {
        free_transfer(p, t);
        return LYT_ENOMEM;
    }
    t->next = p->all;
    p->all = t;
    p->n++;
    return LYT_OK;
}

void lyt_poster_step(lyt_poster *p, const int *fds, size_t n, int64_t wait_ms)
{
    struct curl_waitfd wait[lyt_poster_fds_max] = {{0}};
    int running = 0;

    for (size_t i = 0; i < n && i < lyt_poster_fds_max; i++)
        wait[i] = (struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};

    (void)curl_multi_perform(p->multi, &running);
    if ((size_t)running < p->n)
        return; /* one has ended */
    (void)curl_multi_poll(p->multi, wait, (unsigned)n, (int)wait_ms, NULL);
    (void)curl_multi_perform(p->multi, &running);
}

/* What was answered, in one line of letters that every terminal shows. */
static void add_kept(const transfer *t, char *out, size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_kept && n + 1 < room; i++) {
        unsigned char c = (unsigned char)t->kept[i];

        if (c < ' ' || c == 0x7f)
            c = ' ';
        if (c > 0x7f)
            c = '?';
        if (c != ' ' || (n && out[n - 1] != ' '))
            out[n++] = (char)c;
    }
    out[n] = '\0';
}

static void describe(const transfer *t, CURLcode code, lyt_posted *out)
{
    char kept[kept_bytes + 1];
    const char *why = t->error[0] ? t->error : curl_easy_strerror(code);

    add_kept(t, kept, sizeof kept);
    if (out->result.is_answered)
        snprintf(out->reason, sizeof out->reason, "answered %d%s%s", out->result.status,
                 kept[0] ? ": " : "", kept);
    else if (t->is_refused)
        snprintf(out->reason, sizeof out->reason,
                 "the URL leads to a private address; say allow_private if it is meant");
    else
        snprintf(out->reason, sizeof out->reason, "%.*s", (int)sizeof out->reason - 1, why);
    for (char *c = out->reason; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?';
}

static void note_result(const transfer *t, CURLcode code, lyt_posted *out)
{
    curl_off_t after_s = 0;
    long status = 0;

    memset(out, 0, sizeof *out);
    out->tag = t->options.tag;
    out->result.is_mail = t->request.is_mail;
    out->result.is_patient = t->options.is_patient;
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    if (t->request.is_mail)
        /* a mail has gone when all was taken; a wrong login is a matter of the settings */
        out->result.is_answered = code == CURLE_OK || (status >= 400 && code != CURLE_LOGIN_DENIED);
    else
        out->result.is_answered = status > 0 && (code == CURLE_OK || code == CURLE_WRITE_ERROR);
    if (out->result.is_answered)
        out->result.status = t->request.is_mail && code == CURLE_OK ? 250 : (int)status;
    if (!t->request.is_mail &&
        curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &after_s) == CURLE_OK && after_s > 0)
        out->result.retry_after_us = (int64_t)(after_s > day_s ? day_s : after_s) * 1000000;
    describe(t, code, out);
}

bool lyt_poster_take(lyt_poster *p, lyt_posted *out)
{
    int left = 0;
    CURLMsg *message = curl_multi_info_read(p->multi, &left);
    transfer *t = NULL;

    while (message && message->msg != CURLMSG_DONE)
        message = curl_multi_info_read(p->multi, &left);
    if (!message)
        return false;
    (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
    note_result(t, message->data.result, out);
    for (transfer **link = &p->all; *link; link = &(*link)->next) {
        if (*link != t)
            continue;
        *link = t->next;
        p->n--;
        break;
    }
    free_transfer(p, t);
    return true;
}

static lyt_status carry(void *context, const lyt_out_request *request,
                        const lyt_post_options *options)
{
    return lyt_poster_send(context, request, options);
}

static bool take_carried(void *context, lyt_posted *out)
{
    return lyt_poster_take(context, out);
}

lyt_carrier lyt_poster_carrier(lyt_poster *poster)
{
    return (lyt_carrier){carry, take_carried, poster};
}
