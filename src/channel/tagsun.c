#include "tagsun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

enum { block = 16, enc_max = 512 };

/* Capitals only, as tags write: a letter has one form, so that no changed bit passes. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(unsigned char *out, size_t n, lyt_str hex)
{
    if (hex.len != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = hex_value(hex.ptr[2 * i]), low = hex_value(hex.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* One block, AES-128-CBC with IV 0: what ECB does, named as the application note names it. */
static bool decrypt_block(unsigned char out[block], const unsigned char key[block],
                          const unsigned char in[block])
{
    static const unsigned char iv[block] = {0};
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    bool ok = ctx && EVP_DecryptInit_ex(ctx, EVP_aes_128_cbc(), NULL, key, iv) == 1 &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
              EVP_DecryptUpdate(ctx, out, &n, in, block) == 1 && n == block;

    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

/* AES-CMAC (RFC 4493). */
static bool cmac_of(unsigned char out[block], const unsigned char key[block], const void *message,
                    size_t len)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    char cipher[] = "AES-128-CBC";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("cipher", cipher, 0),
                           OSSL_PARAM_construct_end()};
    size_t n = 0;
    bool ok = ctx && EVP_MAC_init(ctx, key, block, params) == 1 &&
              EVP_MAC_update(ctx, message, len) == 1 && EVP_MAC_final(ctx, out, &n, block) == 1 &&
              n == block;

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    return ok;
}

/* SV2: what the session key for the CMAC is made of, AN12196 section 3.3. */
static bool session_key(unsigned char out[block], const unsigned char file[block],
                        const unsigned char plain[block])
{
    unsigned char sv2[block] = {0x3C, 0xC3, 0x00, 0x01, 0x00, 0x80};

    memcpy(sv2 + 6, plain + 1, lyt_tag_uid_bytes + 3);
    return cmac_of(out, file, sv2, block);
}

/* What is signed: nothing, or the encrypted file data and the name of the parameter that follows.
 */
static bool sign(unsigned char out[block], const unsigned char key[block], lyt_str enc)
{
    char message[enc_max + 8];
    size_t n = 0;

    if (enc.len) {
        memcpy(message, enc.ptr, enc.len);
        memcpy(message + enc.len, "&cmac=", 6);
        n = enc.len + 6;
    }
    return cmac_of(out, key, message, n);
}

bool lyt_sun_read(lyt_tap *out, const lyt_tagkeys *keys, lyt_str picc_data, lyt_str enc,
                  lyt_str cmac, const char **problem)
{
    unsigned char sealed[block], plain[block], key[block], full[block], wanted[8], given[8];
    bool ok;

    *problem = "picc_data or cmac is not what an NTAG 424 DNA writes";
    if (!read_hex(sealed, block, picc_data) || !read_hex(given, sizeof given, cmac) ||
        enc.len > enc_max || enc.len % (2 * block))
        return false;
    for (size_t i = 0; i < enc.len; i++)
        if (hex_value(enc.ptr[i]) < 0)
            return false;
    *problem = "the tap is not signed with these keys";
    ok = decrypt_block(plain, keys->meta, sealed) && session_key(key, keys->file, plain) &&
         sign(full, key, enc);
    OPENSSL_cleanse(key, sizeof key);
    if (!ok)
        return false;
    for (size_t i = 0; i < sizeof wanted; i++)
        wanted[i] = full[2 * i + 1];
    /* 0xC7: a UID of seven bytes and a counter are mirrored; looked at whatever the CMAC says */
    ok = CRYPTO_memcmp(wanted, given, sizeof wanted) == 0;
    if (!ok || plain[0] != 0xC7)
        return false;
    memcpy(out->uid, plain + 1, lyt_tag_uid_bytes);
    out->counter = (uint32_t)plain[8] | (uint32_t)plain[9] << 8 | (uint32_t)plain[10] << 16;
    out->is_signed = true;
    *problem = NULL;
    return true;
}
