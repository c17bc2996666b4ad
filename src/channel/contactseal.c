#include "contactseal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "cleantext.h"
#include "mem.h"
#include "phone.h"
#include "sha256.h"

enum {
    nonce_bytes = 12,
    tag_bytes = 16,
    key_bytes = lyt_sha256_bytes,
    plain_bytes = 128, /* a byte of length, the address, filling */
    whole_bytes = nonce_bytes + plain_bytes + tag_bytes,
    base64_bytes = (whole_bytes + 2) / 3 * 4,
    lead_bytes = 2,
};

_Static_assert((int)lead_bytes + (int)base64_bytes + 1 == (int)lyt_contact_sealed_bytes,
               "of one length");
_Static_assert((int)lyt_contact_max < (int)plain_bytes, "an address has room");

static const char *const kinds[] = {
#define X(name, text) text,
    LYT_CONTACT_KINDS(X)
#undef X
};

const char *lyt_contact_kind_name(lyt_contact_kind kind)
{
    return kind < LYT_CONTACT_KIND_COUNT ? kinds[kind] : "unknown";
}

lyt_status lyt_contact_kind_parse(lyt_contact_kind *out, lyt_str name)
{
    for (unsigned i = 0; i < LYT_CONTACT_KIND_COUNT; i++) {
        if (lyt_str_equal(lyt_str_of(kinds[i]), name)) {
            *out = (lyt_contact_kind)i;
            return LYT_OK;
        }
    }
    return LYT_EINVAL;
}

/* A mailbox and a host, in plain letters: what a mail can be sent to without doubt. */
static bool is_mail(lyt_str text)
{
    size_t at = lyt_str_find(text, '@', 0);

    if (at == 0 || at + 1 >= text.len || lyt_str_find(text, '@', at + 1) < text.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || strchr("<>()[],;:\\\"", text.ptr[i]))
            return false;
    return lyt_str_find(text, '.', at + 1) < text.len && text.ptr[text.len - 1] != '.';
}

/* "40 40 44 22" is a number of some country; which one nobody said. */
static bool is_international(lyt_str text)
{
    return lyt_str_begins(text, LYT_STR("+")) || lyt_str_begins(text, LYT_STR("00"));
}

static lyt_str in_small_letters(lyt_str text, lyt_arena *arena)
{
    char *out = lyt_arena_room(arena, text.len + 1, 1);

    if (!out)
        return (lyt_str){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        out[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] - 'A' + 'a')
                                                          : text.ptr[i];
    out[text.len] = '\0';
    return (lyt_str){out, text.len};
}

lyt_str lyt_contact_form(lyt_str raw, lyt_str country, lyt_arena *arena, lyt_contact_kind *kind)
{
    lyt_str text = lyt_str_trim(lyt_clean_text(raw, lyt_contact_max, NULL, arena)), phone;

    *kind = LYT_CONTACT_OTHER;
    if (lyt_arena_status(arena))
        return (lyt_str){NULL, 0};
    if (!text.len)
        return LYT_STR("");
    if (is_mail(text)) {
        *kind = LYT_CONTACT_MAIL;
        return in_small_letters(text, arena);
    }
    phone = lyt_phone(text, country, arena);
    *kind = lyt_phone_is(phone) && (country.len || is_international(text)) ? LYT_CONTACT_PHONE
                                                                           : LYT_CONTACT_OTHER;
    if (lyt_arena_status(arena))
        return (lyt_str){NULL, 0};
    return *kind == LYT_CONTACT_PHONE ? phone : text;
}

/* ---- the key ---- */

static lyt_status random_bytes(unsigned char *out, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = getrandom(out + done, n - done, 0);

        if (got < 0 && errno != EINTR)
            return LYT_EIO;
        done += got > 0 ? (size_t)got : 0;
    }
    return LYT_OK;
}

/* Of two who make it at once the first has it, and both read that one's. */
static lyt_status make_key(const char *path, lyt_error *err)
{
    unsigned char bytes[key_bytes];
    char aside[4096], text[2 * key_bytes + 2];
    bool ok = false;
    int fd;

    if (random_bytes(bytes, sizeof bytes))
        return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    memcpy(text + 2 * sizeof bytes, "\n", 2);
    if ((size_t)snprintf(aside, sizeof aside, "%s.%ld", path, (long)getpid()) >= sizeof aside)
        return lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "the path is too long");
    fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
        ok = close(fd) == 0 && ok && (link(aside, path) == 0 || errno == EEXIST);
        (void)unlink(aside);
    }
    memset(bytes, 0, sizeof bytes);
    memset(text, 0, sizeof text);
    return ok ? LYT_OK : lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
}

lyt_status lyt_contact_key_load(lyt_contact_key *out, const lyt_alloc *alloc, const lyt_fs *fs,
                                const char *path, bool makes, lyt_error *err)
{
    lyt_status status = lyt_secrets_load(&out->secrets, alloc, fs, path, err);

    if (status == LYT_ENOTFOUND && makes) {
        status = make_key(path, err);
        if (!status)
            status = lyt_secrets_load(&out->secrets, alloc, fs, path, err);
    }
    for (size_t i = 0; !status && i < out->secrets.n; i++)
        if (out->secrets.keys[i].len < lyt_contact_secret_min)
            status = lyt_error_at(err, LYT_EFORMAT, path, 0, 0,
                                  "a key has at least %d characters; make one with "
                                  "openssl rand -hex 32",
                                  lyt_contact_secret_min);
    if (status)
        lyt_contact_key_deinit(out);
    return status;
}

void lyt_contact_key_deinit(lyt_contact_key *key)
{
    lyt_secrets_deinit(&key->secrets);
    key->secrets = (lyt_secrets){.n = 0};
}

/* ---- sealing ---- */

static void key_of(unsigned char out[key_bytes], lyt_str secret)
{
    lyt_sha256 sha;

    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, LYT_STR("lyt contact 1"));
    lyt_sha256_add(&sha, secret);
    lyt_sha256_end(&sha, out);
}

/* In place; to seal: the tag is written, to open: it is compared. */
static lyt_status run_cipher(bool seals, lyt_str secret, lyt_str guest, unsigned char *whole)
{
    unsigned char key[key_bytes], *text = whole + nonce_bytes, *tag = text + plain_bytes;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int n = 0;
    bool ok;

    if (!context)
        return LYT_ENOMEM;
    key_of(key, secret);
    ok = EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, whole, seals) == 1 &&
         EVP_CipherUpdate(context, NULL, &n, (const unsigned char *)guest.ptr, (int)guest.len) ==
             1 &&
         EVP_CipherUpdate(context, text, &n, text, plain_bytes) == 1 && n == plain_bytes &&
         (seals || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag) == 1) &&
         EVP_CipherFinal_ex(context, text, &n) == 1 &&
         (!seals || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, tag) == 1);
    EVP_CIPHER_CTX_free(context);
    memset(key, 0, sizeof key);
    return ok ? LYT_OK : seals ? LYT_ENOMEM : LYT_EFORMAT;
}

lyt_status lyt_contact_seal(const lyt_contact_key *key, lyt_str guest, lyt_str address,
                            char out[lyt_contact_sealed_bytes])
{
    unsigned char whole[whole_bytes];
    lyt_status status;

    if (!key->secrets.n)
        return LYT_ESTATE;
    if (!address.len || address.len > lyt_contact_max)
        return LYT_ELIMIT;
    memset(whole, 0, sizeof whole);
    status = random_bytes(whole, nonce_bytes);
    if (status)
        return status;
    whole[nonce_bytes] = (unsigned char)address.len;
    memcpy(whole + nonce_bytes + 1, address.ptr, address.len);
    status = run_cipher(true, key->secrets.keys[key->secrets.n - 1], guest, whole);
    if (!status) {
        memcpy(out, "1.", lead_bytes);
        (void)EVP_EncodeBlock((unsigned char *)out + lead_bytes, whole, whole_bytes);
        out[lyt_contact_sealed_bytes - 1] = '\0';
    }
    return status;
}

/* Into whole, without what base64 fills up with. */
static bool decode(unsigned char whole[whole_bytes], lyt_str sealed)
{
    unsigned char room[base64_bytes / 4 * 3];

    if (sealed.len != lyt_contact_sealed_bytes - 1 || !lyt_str_begins(sealed, LYT_STR("1.")) ||
        EVP_DecodeBlock(room, (const unsigned char *)sealed.ptr + lead_bytes, base64_bytes) !=
            (int)sizeof room)
        return false;
    memcpy(whole, room, whole_bytes);
    return true;
}

lyt_status lyt_contact_open(const lyt_contact_key *key, lyt_str guest, lyt_str sealed,
                            char out[lyt_contact_max + 1])
{
    unsigned char whole[whole_bytes] = {0};
    lyt_status status = LYT_EFORMAT;
    size_t n;

    for (size_t i = key->secrets.n; status == LYT_EFORMAT && i-- > 0;) {
        if (!decode(whole, sealed))
            return LYT_EFORMAT;
        status = run_cipher(false, key->secrets.keys[i], guest, whole);
    }
    n = whole[nonce_bytes];
    if (!status && (!n || n > lyt_contact_max))
        status = LYT_EFORMAT;
    if (!status) {
        memcpy(out, whole + nonce_bytes + 1, n);
        out[n] = '\0';
    }
    memset(whole, 0, sizeof whole);
    return status;
}
