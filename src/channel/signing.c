#include "signing.h"

#include <stdatomic.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

static const char *const names[] = {
    [LYT_DIGEST_MD5] = "MD5",       [LYT_DIGEST_SHA1] = "SHA1",     [LYT_DIGEST_SHA256] = "SHA256",
    [LYT_DIGEST_SHA384] = "SHA384", [LYT_DIGEST_SHA512] = "SHA512",
};

enum { n_digests = sizeof names / sizeof *names, block_max = 128 };

/*
 * libcrypto looks a digest up by its name each time that it is used, which for a message that comes
 * alone (everything cold) takes longer than the digest: 20 us of HMAC's 27. Found once, it stays the
 * same for good; two threads that find it at once find the same.
 */
static const EVP_MD *method_of(lyt_digest digest)
{
    static _Atomic(EVP_MD *) found[n_digests];
    EVP_MD *method = atomic_load_explicit(&found[digest], memory_order_acquire), *none = NULL;

    if (method)
        return method;
    method = EVP_MD_fetch(NULL, names[digest], NULL);
    if (method && !atomic_compare_exchange_strong(&found[digest], &none, method)) {
        EVP_MD_free(method);
        method = none;
    }
    return method;
}

lyt_signed lyt_digest_of(lyt_digest digest, lyt_str message)
{
    lyt_signed out = {.n = 0};
    const EVP_MD *method = method_of(digest);
    unsigned n = 0;

    if (method && EVP_Digest(message.len ? message.ptr : "", message.len, out.bytes, &n, method,
                             NULL) == 1)
        out.n = n;
    return out;
}

/* The digest of one block of the key, mixed with that byte, and the message. */
static bool keyed(EVP_MD_CTX *context, const EVP_MD *method, const unsigned char *key, int byte,
                  lyt_str message, unsigned char *out, unsigned *n)
{
    size_t block = (size_t)EVP_MD_get_block_size(method);
    unsigned char pad[block_max];
    bool is_done;

    for (size_t i = 0; i < block; i++)
        pad[i] = (unsigned char)(key[i] ^ byte);
    is_done = EVP_DigestInit_ex2(context, method, NULL) == 1 &&
              EVP_DigestUpdate(context, pad, block) == 1 &&
              EVP_DigestUpdate(context, message.len ? message.ptr : "", message.len) == 1 &&
              EVP_DigestFinal_ex(context, out, n) == 1;
    OPENSSL_cleanse(pad, sizeof pad);
    return is_done;
}

/* RFC 2104; HMAC() of libcrypto does the same and looks the digest up three times. */
lyt_signed lyt_hmac_of(lyt_digest digest, lyt_str key, lyt_str message)
{
    lyt_signed out = {.n = 0};
    const EVP_MD *method = method_of(digest);
    EVP_MD_CTX *context = method ? EVP_MD_CTX_new() : NULL;
    unsigned char block[block_max] = {0}, inner[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    bool is_done = context != NULL;

    if (is_done && key.len > (size_t)EVP_MD_get_block_size(method))
        is_done = EVP_Digest(key.ptr, key.len, block, &n, method, NULL) == 1;
    else if (is_done && key.len)
        memcpy(block, key.ptr, key.len);
    if (is_done && keyed(context, method, block, 0x36, message, inner, &n) &&
        keyed(context, method, block, 0x5c, (lyt_str){(const char *)inner, n}, out.bytes, &n))
        out.n = n;
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(inner, sizeof inner);
    EVP_MD_CTX_free(context);
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
