#include "webget.h"

#include <string.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

enum { connect_ms = 10000, bearer_max = 2048 };

typedef struct intake {
    lyt_buf *out;
    size_t limit_bytes;
    bool is_too_long;
} intake;

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
    intake *in = user;

    if (in->out->len + size * n > in->limit_bytes) {
        in->is_too_long = true;
        return 0;
    }
    lyt_buf_add(in->out, (lyt_str){data, size * n});
    return lyt_buf_status(in->out) ? 0 : size * n;
}

/* https, or http to this very machine. */
static bool may_ask(const char *url)
{
    static const char *const own[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    lyt_str given = lyt_str_of(url);

    if (lyt_str_begins(given, LYT_STR("https://")))
        return true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        lyt_str one = lyt_str_of(own[i]);

        /* "http://localhost:x@elsewhere" is elsewhere */
        if (lyt_str_begins(given, one) && lyt_str_find(given, '@', 0) == given.len &&
            given.len > one.len && strchr(":/?", given.ptr[one.len]))
            return true;
    }
    return false;
}

static struct curl_slist *headers_of(lyt_str bearer, const char *name)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json"), *more;
    lyt_buf text;

    if (!list || !bearer.len)
        return list;
    lyt_buf_init(&text, NULL);
    lyt_buf_addf(&text, "%s%.*s", name ? name : "Authorization: Bearer ", LYT_STR_ARG(bearer));
    if (lyt_buf_status(&text) || bearer.len > bearer_max) {
        lyt_buf_deinit(&text);
        curl_slist_free_all(list);
        return NULL;
    }
    more = curl_slist_append(list, text.data);
    OPENSSL_cleanse(text.data, text.len);
    lyt_buf_deinit(&text);
    if (!more)
        curl_slist_free_all(list);
    return more;
}

static lyt_status conclude(CURLcode code, const intake *in, const char *reason, lyt_error *err)
{
    if (code == CURLE_OK)
        return LYT_OK;
    if (in->is_too_long)
        return lyt_error_set(err, LYT_ELIMIT, "the answer is longer than %zu bytes",
                             in->limit_bytes);
    if (lyt_buf_status(in->out) || code == CURLE_OUT_OF_MEMORY)
        return lyt_error_set(err, LYT_ENOMEM, "no memory for the answer");
    return lyt_error_set(err, code == CURLE_OPERATION_TIMEDOUT ? LYT_ETIMEOUT : LYT_EIO, "%s",
                         reason[0] ? reason : curl_easy_strerror(code));
}

lyt_status lyt_webget(lyt_buf *out, long *http, const lyt_webget_options *options, lyt_error *err)
{
    intake in = {.out = out, .limit_bytes = out->len + options->limit_bytes};
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *headers = NULL;
    lyt_status status = LYT_ENOMEM;
    CURL *easy = NULL;

    *http = 0;
    if (!may_ask(options->url))
        return lyt_error_set(err, LYT_EINVAL, "is asked over https only");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        easy = curl_easy_init();
    headers = headers_of(options->bearer, options->token_header);
    if (easy && headers) {
        CURLcode code;

        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &in);
        if (options->ca_file)
            curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
        code = curl_easy_setopt(easy, CURLOPT_URL, options->url);
        if (code == CURLE_OK)
            code = curl_easy_perform(easy);
        (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, http);
        status = conclude(code, &in, reason, err);
    } else {
        (void)lyt_error_set(err, status, "no memory to ask");
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    return status;
}
