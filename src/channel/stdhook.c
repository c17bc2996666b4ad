#include "stdhook.h"

#include <openssl/crypto.h>
#include <string.h>

#include "signing.h"

static const int64_t default_window_us = 300 * 1000000LL;

/* The key's bytes, at most lyt_secret_bytes_max; n 0: it is no "whsec_" and base64. */
typedef struct hook_key {
    unsigned char bytes[lyt_secret_bytes_max];
    size_t n;
} hook_key;

/* Decoded on the stack, so that it can be wiped: an arena keeps what it held. */
static void read_key(hook_key *key, lyt_str secret)
{
    uint32_t bits = 0;
    int n_bits = 0;

    key->n = 0;
    if (lyt_str_begins(secret, LYT_STR("whsec_")))
        secret = lyt_str_slice(secret, 6, secret.len);
    while (secret.len && secret.ptr[secret.len - 1] == '=')
        secret.len--;
    for (size_t i = 0; i < secret.len; i++) {
        int value = lyt_base64_value(secret.ptr[i]);

        if (value < 0 || key->n == sizeof key->bytes) {
            key->n = 0;
            return;
        }
        bits = bits << 6 | (uint32_t)value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            key->bytes[key->n++] = (unsigned char)(bits >> n_bits);
        }
    }
}

lyt_status lyt_stdhook_check(const lyt_gateway_config *config, lyt_error *err)
{
    lyt_status status = LYT_OK;
    hook_key key;

    for (size_t i = 0; i < config->secrets.n && !status; i++) {
        read_key(&key, config->secrets.keys[i]);
        if (key.n < 16)
            status = lyt_error_at(err, LYT_EINVAL, "secret", 0, 0,
                                  "must be \"whsec_\" and base64 of at least 16 bytes, as the "
                                  "sender shows it");
    }
    OPENSSL_cleanse(&key, sizeof key);
    return status;
}

/* Seconds since 1970: digits and nothing else. -1 when it is none. */
static int64_t seconds_of(lyt_str text)
{
    int64_t value = 0;

    if (!text.len || text.len > 12)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return -1;
        value = value * 10 + (text.ptr[i] - '0');
    }
    return value;
}

/* Whether one of "v1,… v1,…" is the signature; all are looked at. */
static bool is_among(lyt_str list, const lyt_signed *signature)
{
    char text[lyt_signed_text_max];
    lyt_str wanted = lyt_base64(signature, text);
    bool found = false;

    for (size_t at = 0; at < list.len;) {
        size_t end = lyt_str_find(list, ' ', at);
        lyt_str one = lyt_str_slice(list, at, end);

        at = end + 1;
        if (lyt_str_begins(one, LYT_STR("v1,")))
            found |= lyt_same_secret(lyt_str_slice(one, 3, one.len), wanted);
    }
    return found && signature->n > 0;
}

static bool is_signed(const lyt_reception *in, lyt_str message, lyt_str list)
{
    bool found = false;
    hook_key key;

    for (size_t i = 0; i < in->config->secrets.n; i++) {
        lyt_signed signature;

        read_key(&key, in->config->secrets.keys[i]);
        if (!key.n)
            continue;
        signature =
            lyt_hmac_of(LYT_DIGEST_SHA256, (lyt_str){(const char *)key.bytes, key.n}, message);
        found |= is_among(list, &signature);
    }
    OPENSSL_cleanse(&key, sizeof key);
    return found;
}

/* "id.timestamp.body" in the arena; ptr NULL: no memory. */
static lyt_str signed_text(lyt_reception *in, lyt_str id, lyt_str time)
{
    lyt_str body = in->request->body;
    size_t n = id.len + time.len + body.len + 2;
    char *text = lyt_arena_room(in->arena, n + 1, 1);

    if (!text)
        return (lyt_str){NULL, 0};
    memcpy(text, id.ptr, id.len);
    text[id.len] = '.';
    memcpy(text + id.len + 1, time.ptr, time.len);
    text[id.len + 1 + time.len] = '.';
    if (body.len)
        memcpy(text + id.len + time.len + 2, body.ptr, body.len);
    text[n] = '\0';
    return (lyt_str){text, n};
}

bool lyt_stdhook_verify(lyt_reception *in, lyt_status *status)
{
    int64_t window_us = in->config->window_us > 0 ? in->config->window_us : default_window_us;
    lyt_str id, time, list, message;
    int64_t off_us;

    *status = LYT_OK;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "webhook-id", &id) ||
        !lyt_http_header_find(in->request, "webhook-timestamp", &time) ||
        !lyt_http_header_find(in->request, "webhook-signature", &list) || !id.len || !time.len) {
        *status =
            lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE,
                                 "webhook-id, webhook-timestamp or webhook-signature is not there");
        return false;
    }
    message = signed_text(in, id, time);
    if (!message.ptr) {
        *status = lyt_arena_status(in->arena);
        return false;
    }
    if (!is_signed(in, message, list)) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                       "webhook-signature does not fit: is the secret the one the "
                                       "sender shows (whsec_…)?");
        return false;
    }
    off_us = in->request->now_us - seconds_of(time) * 1000000;
    if (seconds_of(time) < 0 || off_us > window_us || off_us < -window_us) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_STALE,
                                       "signed more than %lld s from now: a replay, or a clock "
                                       "that is wrong",
                                       (long long)(window_us / 1000000));
        return false;
    }
    return true;
}
