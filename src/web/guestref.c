#include "guestref.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "sha256.h"
#include "tokens.h"
#include "webreq.h"

void lyt_hmac_sha256(unsigned char out[32], const unsigned char *key, size_t key_bytes, lyt_str a,
                     lyt_str b)
{
    unsigned char pad[64] = {0};
    lyt_sha256 sha;

    if (key_bytes > sizeof pad) {
        lyt_sha256_init(&sha);
        lyt_sha256_add(&sha, (lyt_str){(const char *)key, key_bytes});
        lyt_sha256_end(&sha, pad);
    } else {
        memcpy(pad, key, key_bytes);
    }
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36;
    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, (lyt_str){(const char *)pad, sizeof pad});
    lyt_sha256_add(&sha, a);
    lyt_sha256_add(&sha, b);
    lyt_sha256_end(&sha, out);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    lyt_sha256_init(&sha);
    lyt_sha256_add(&sha, (lyt_str){(const char *)pad, sizeof pad});
    lyt_sha256_add(&sha, (lyt_str){(const char *)out, 32});
    lyt_sha256_end(&sha, out);
}

static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

static void encode(char *out, size_t n_letters, const unsigned char *bytes)
{
    for (size_t i = 0; i < n_letters; i++) {
        unsigned value = 0;

        for (size_t bit = 5 * i; bit < 5 * i + 5; bit++)
            value = value << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
        out[i] = base32[value];
    }
    out[n_letters] = '\0';
}

/*
 * 15 bytes: 9 of a seal over the number, then the number's 6, hidden by a mask that the seal
 * makes. Whoever changes a letter changes the seal, the number, or both.
 */
enum { seal_bytes = 9, number_bytes = 6 };

static void seal_of(unsigned char seal[32], const unsigned char *key, int64_t number)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    lyt_hmac_sha256(seal, key, lyt_web_key_bytes, LYT_STR("reference"),
                    (lyt_str){(const char *)bytes, sizeof bytes});
}

static void mask_of(unsigned char mask[32], const unsigned char *key, const unsigned char *seal)
{
    lyt_hmac_sha256(mask, key, lyt_web_key_bytes, LYT_STR("mask"),
                    (lyt_str){(const char *)seal, seal_bytes});
}

void lyt_reference_make(char out[lyt_reference_bytes], const unsigned char key[lyt_web_key_bytes],
                        int64_t feedback)
{
    unsigned char seal[32], mask[32], all[seal_bytes + number_bytes];

    seal_of(seal, key, feedback);
    mask_of(mask, key, seal);
    memcpy(all, seal, seal_bytes);
    for (size_t i = 0; i < number_bytes; i++)
        all[seal_bytes + i] =
            (unsigned char)((unsigned char)((uint64_t)feedback >> (40 - 8 * i)) ^ mask[i]);
    encode(out, lyt_reference_bytes - 1, all);
}

bool lyt_reference_read(int64_t *feedback, const unsigned char key[lyt_web_key_bytes],
                        lyt_str reference)
{
    unsigned char all[seal_bytes + number_bytes] = {0}, seal[32], mask[32];
    int64_t number = 0;

    if (reference.len != lyt_reference_bytes - 1)
        return false;
    for (size_t i = 0; i < reference.len; i++) {
        const char *at = strchr(base32, reference.ptr[i]);

        if (!at || !reference.ptr[i])
            return false;
        for (size_t bit = 0; bit < 5; bit++)
            if ((at - base32) >> (4 - bit) & 1)
                all[(5 * i + bit) / 8] |= (unsigned char)(1u << (7 - (5 * i + bit) % 8));
    }
    mask_of(mask, key, all);
    for (size_t i = 0; i < number_bytes; i++)
        number = number << 8 | (all[seal_bytes + i] ^ mask[i]);
    seal_of(seal, key, number);
    if (!lyt_web_equal_secret((lyt_str){(const char *)seal, seal_bytes},
                              (lyt_str){(const char *)all, seal_bytes}))
        return false;
    *feedback = number;
    return true;
}

lyt_status lyt_web_write_secret(const char *path, lyt_str bytes)
{
    char aside[4096];
    int fd;
    bool ok;

    if ((size_t)snprintf(aside, sizeof aside, "%s.new", path) >= sizeof aside)
        return LYT_EIO;
    fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return LYT_EIO;
    ok = write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok && rename(aside, path) == 0;
    if (!ok)
        (void)unlink(aside);
    return ok ? LYT_OK : LYT_EIO;
}

static lyt_status make_key(unsigned char key[lyt_web_key_bytes], const char *path, lyt_error *err)
{
    int fd;
    bool ok;

    if (getrandom(key, lyt_web_key_bytes, 0) != lyt_web_key_bytes)
        return lyt_error_set(err, LYT_EIO, "the system gives no random bytes");
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
    ok = write(fd, key, lyt_web_key_bytes) == lyt_web_key_bytes && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    /* half a key would be taken for a damaged one when there is room again */
    if (!ok)
        (void)unlink(path);
    return ok ? LYT_OK : lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
}

lyt_status lyt_web_key_load(unsigned char key[lyt_web_key_bytes], const lyt_fs *fs,
                            const char *folder, lyt_error *err)
{
    lyt_buf path, data;
    lyt_status status;

    lyt_buf_init(&path, NULL);
    lyt_buf_init(&data, NULL);
    lyt_fs_join(&path, folder, "web.key");
    status = lyt_buf_status(&path);
    if (!status)
        status = lyt_fs_check_secret(path.data, err);
    if (status == LYT_ENOTFOUND) {
        status = make_key(key, path.data, err);
    } else if (!status) {
        status = lyt_fs_read(fs, path.data, 4096, &data, err);
        if (!status && data.len != lyt_web_key_bytes)
            status = lyt_error_at(err, LYT_EFORMAT, path.data, 0, 0,
                                  "is damaged; take it away and links on tags and references "
                                  "that were given out are no longer known");
        if (!status)
            memcpy(key, data.data, lyt_web_key_bytes);
    }
    lyt_buf_deinit(&data);
    lyt_buf_deinit(&path);
    return status;
}
