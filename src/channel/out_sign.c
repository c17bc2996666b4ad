#include "out_sign.h"

#include <string.h>

#include <openssl/evp.h>

#include "signing.h"

enum {
    key_min = 24,
    key_max = 64,
    text_max = 88, /* base64 of 64 bytes */
    secrets_max = 4,
};

void lyt_out_base64(lyt_buf *out, lyt_str bytes)
{
    char *at = lyt_buf_reserve(out, (bytes.len + 2) / 3 * 4);

    if (at)
        out->len += lyt_base64_of(bytes, at).len;
}

/* The key's bytes; 0: it is no secret. */
static size_t read_key(unsigned char key[text_max], lyt_str secret)
{
    static const lyt_str prefix = {"whsec_", 6};
    lyt_str text = lyt_str_slice(secret, prefix.len, secret.len);
    size_t padding = 0;
    int n;

    if (!lyt_str_begins(secret, prefix) || !text.len || text.len > text_max || text.len % 4)
        return 0;
    while (padding < 2 && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    n = EVP_DecodeBlock(key, (const unsigned char *)text.ptr, (int)text.len);
    if (n < 0 || (size_t)n - padding < key_min || (size_t)n - padding > key_max)
        return 0;
    return (size_t)n - padding;
}

bool lyt_out_is_secret(lyt_str secret)
{
    unsigned char key[text_max];
    bool is_one = read_key(key, secret) != 0;

    memset(key, 0, sizeof key);
    return is_one;
}

static lyt_status sign_one(lyt_buf *out, lyt_str secret, lyt_str signed_text)
{
    unsigned char key[text_max];
    size_t n = read_key(key, secret);
    char text[lyt_signed_text_max];
    lyt_signed hash;

    if (!n)
        return LYT_EFORMAT;
    hash = lyt_hmac_of(LYT_DIGEST_SHA256, (lyt_str){(const char *)key, n}, signed_text);
    memset(key, 0, sizeof key);
    if (!hash.n)
        return LYT_ENOMEM;
    lyt_buf_add_text(out, "v1,");
    lyt_buf_add(out, lyt_base64(&hash, text));
    return LYT_OK;
}

lyt_status lyt_out_sign(lyt_buf *out, lyt_str secrets, lyt_str id, int64_t time_s, lyt_str body)
{
    size_t n = 0;
    lyt_buf text;
    lyt_status status;

    lyt_buf_init(&text, out->alloc);
    lyt_buf_add(&text, id);
    lyt_buf_addf(&text, ".%lld.", (long long)time_s);
    lyt_buf_add(&text, body);
    status = lyt_buf_status(&text);
    for (size_t at = 0; !status && at < secrets.len;) {
        size_t end = lyt_str_find(secrets, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(secrets, at, end));

        at = end + 1;
        if (!line.len)
            continue;
        if (n == secrets_max) {
            status = LYT_ELIMIT;
            break;
        }
        if (n++)
            lyt_buf_add_char(out, ' ');
        status = sign_one(out, line, lyt_buf_str(&text));
    }
    lyt_buf_deinit(&text);
    if (!status && !n)
        status = LYT_EFORMAT;
    return status ? status : lyt_buf_status(out);
}
