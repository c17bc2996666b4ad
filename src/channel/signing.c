#include "signing.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const EVP_MD *method_of(lyt_digest digest)
{
    switch (digest) {
    case LYT_DIGEST_MD5:
        return EVP_md5();
    case LYT_DIGEST_SHA1:
        return EVP_sha1();
    case LYT_DIGEST_SHA256:
        return EVP_sha256();
    case LYT_DIGEST_SHA384:
        return EVP_sha384();
    case LYT_DIGEST_SHA512:
        return EVP_sha512();
    }
    return NULL;
}

lyt_signed lyt_digest_of(lyt_digest digest, lyt_str message)
{
    lyt_signed out = {.n = 0};
    unsigned n = 0;

    if (EVP_Digest(message.len ? message.ptr : "", message.len, out.bytes, &n, method_of(digest),
                   NULL) == 1)
        out.n = n;
    return out;
}

lyt_signed lyt_hmac_of(lyt_digest digest, lyt_str key, lyt_str message)
{
    lyt_signed out = {.n = 0};
    unsigned n = 0;

    if (HMAC(method_of(digest), key.len ? key.ptr : "", (int)key.len,
             (const unsigned char *)(message.len ? message.ptr : ""), message.len, out.bytes, &n))
        out.n = n;
    return out;
}

void lyt_signing_wipe(lyt_buf *buf)
{
    if (buf->data)
        OPENSSL_cleanse(buf->data, buf->cap);
    lyt_buf_deinit(buf);
}

bool lyt_same_secret(lyt_str a, lyt_str b)
{
    return a.len == b.len && (!a.len || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}

lyt_str lyt_hex(const lyt_signed *value, bool capitals, char out[lyt_signed_text_max])
{
    const char *digits = capitals ? "0123456789ABCDEF" : "0123456789abcdef";

    for (size_t i = 0; i < value->n; i++) {
        out[2 * i] = digits[value->bytes[i] >> 4];
        out[2 * i + 1] = digits[value->bytes[i] & 15];
    }
    out[2 * value->n] = '\0';
    return (lyt_str){out, 2 * value->n};
}

lyt_str lyt_base64_of(lyt_str bytes, char *out)
{
    int n = EVP_EncodeBlock((unsigned char *)out,
                            (const unsigned char *)(bytes.len ? bytes.ptr : ""), (int)bytes.len);

    return (lyt_str){out, (size_t)n};
}

lyt_str lyt_base64(const lyt_signed *value, char out[lyt_signed_text_max])
{
    return lyt_base64_of((lyt_str){(const char *)value->bytes, value->n}, out);
}

lyt_str lyt_base64url(const lyt_signed *value, char out[lyt_signed_text_max])
{
    lyt_str text = lyt_base64(value, out);

    for (size_t i = 0; i < text.len; i++)
        out[i] = (char)(out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i]);
    while (text.len && out[text.len - 1] == '=')
        out[--text.len] = '\0';
    return text;
}

static int value_of(char c, char c62, char c63)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == c62 ? 62 : c == c63 ? 63 : -1;
}

int lyt_base64_value(char letter)
{
    return value_of(letter, '+', '/');
}

/* text without padding */
static lyt_status read64(lyt_str *out, lyt_str text, char c62, char c63, lyt_arena *arena)
{
    unsigned char *bytes;
    unsigned held = 0, n_held = 0;
    size_t n = 0;

    if (text.len % 4 == 1)
        return LYT_EFORMAT;
    bytes = lyt_arena_room(arena, text.len + 1, 1);
    if (!bytes)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of(text.ptr[i], c62, c63);

        if (value < 0)
            return LYT_EFORMAT;
        held = (held << 6 | (unsigned)value) & 0xfff;
        n_held += 6;
        if (n_held >= 8) {
            n_held -= 8;
            bytes[n++] = (unsigned char)(held >> n_held & 0xff);
        }
    }
    if (held & ((1u << n_held) - 1))
        return LYT_EFORMAT;
    bytes[n] = 0;
    *out = (lyt_str){(const char *)bytes, n};
    return LYT_OK;
}

lyt_status lyt_base64_read(lyt_str *out, lyt_str text, lyt_arena *arena)
{
    if (text.len % 4)
        return LYT_EFORMAT;
    for (int padding = 0; padding < 2 && text.len && text.ptr[text.len - 1] == '='; padding++)
        text.len--;
    return read64(out, text, '+', '/', arena);
}

lyt_status lyt_base64url_read(lyt_str *out, lyt_str text, lyt_arena *arena)
{
    return read64(out, text, '-', '_', arena);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

lyt_status lyt_hex_read(lyt_str *out, lyt_str text, lyt_arena *arena)
{
    char *bytes;

    if (text.len % 2)
        return LYT_EFORMAT;
    bytes = lyt_arena_room(arena, text.len / 2 + 1, 1);
    if (!bytes)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_value(text.ptr[i]), low = hex_value(text.ptr[i + 1]);

        if (high < 0 || low < 0)
            return LYT_EFORMAT;
        bytes[i / 2] = (char)(high << 4 | low);
    }
    bytes[text.len / 2] = '\0';
    *out = (lyt_str){bytes, text.len / 2};
    return LYT_OK;
}

bool lyt_is_signed_hex(const lyt_secrets *secrets, lyt_digest digest, lyt_str message,
                       lyt_str given)
{
    char text[lyt_signed_text_max];
    bool found = false;

    for (size_t i = 0; i < secrets->n; i++) {
        lyt_signed value = lyt_hmac_of(digest, secrets->keys[i], message);

        if (!value.n)
            continue;
        found |= lyt_same_secret(lyt_hex(&value, false, text), given);
        found |= lyt_same_secret(lyt_hex(&value, true, text), given);
    }
    return found;
}

bool lyt_is_signed_base64(const lyt_secrets *secrets, lyt_digest digest, lyt_str message,
                          lyt_str given)
{
    char text[lyt_signed_text_max];
    bool found = false;

    for (size_t i = 0; i < secrets->n; i++) {
        lyt_signed value = lyt_hmac_of(digest, secrets->keys[i], message);

        if (value.n)
            found |= lyt_same_secret(lyt_base64(&value, text), given);
    }
    return found;
}
