#include "secret.h"

#include <string.h>

#include "signing.h"

/* what lyt_fs_read() asks for beyond what it has read: with that there is one block, and one to
 * wipe */
enum { read_ahead = 64 * 1024 + 1 };

static lyt_status take_line(lyt_secrets *out, lyt_str line, uint32_t number, const char *name,
                            lyt_error *err)
{
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (!lyt_str_trim(line).len || lyt_str_begins(line, LYT_STR("# ")))
        return LYT_OK;
    if (memchr(line.ptr, '\0', line.len))
        return lyt_error_at(err, LYT_EFORMAT, name, number, 0, "a secret is text, without NUL");
    if (line.len > lyt_secret_bytes_max)
        return lyt_error_at(err, LYT_EFORMAT, name, number, 0, "a secret has at most %d bytes",
                            lyt_secret_bytes_max);
    if (out->n == lyt_secrets_max)
        return lyt_error_at(err, LYT_EFORMAT, name, number, 0,
                            "at most %d secrets, one a line; take the old ones away",
                            lyt_secrets_max);
    out->keys[out->n++] = line;
    return LYT_OK;
}

/* Finds the lines of out->bytes. */
static lyt_status split(lyt_secrets *out, const char *name, lyt_error *err)
{
    lyt_str all = lyt_buf_str(&out->bytes);
    lyt_status status = lyt_buf_status(&out->bytes);
    uint32_t line = 0;

    if (status)
        status = lyt_error_at(err, status, name, 0, 0, "out of memory");
    for (size_t at = 0; at < all.len && !status;) {
        size_t end = lyt_str_find(all, '\n', at);

        status = take_line(out, lyt_str_slice(all, at, end), ++line, name, err);
        at = end + 1;
    }
    if (!status && !out->n)
        status = lyt_error_at(err, LYT_EFORMAT, name, 0, 0, "holds no secret; put one on a line");
    if (status)
        lyt_secrets_deinit(out);
    return status;
}

lyt_status lyt_secrets_parse(lyt_secrets *out, const lyt_alloc *alloc, lyt_str text,
                             const char *name, lyt_error *err)
{
    memset(out, 0, sizeof *out);
    lyt_buf_init(&out->bytes, alloc);
    /* room for all at once: growing would leave copies of secrets in freed memory */
    if (lyt_buf_reserve(&out->bytes, text.len + 1))
        lyt_buf_add(&out->bytes, text);
    return split(out, name, err);
}

lyt_status lyt_secrets_load(lyt_secrets *out, const lyt_alloc *alloc, const lyt_fs *fs,
                            const char *path, lyt_error *err)
{
    lyt_status status = lyt_fs_check_secret(path, err);

    memset(out, 0, sizeof *out);
    lyt_buf_init(&out->bytes, alloc);
    if (status)
        return status;
    if (!lyt_buf_reserve(&out->bytes, lyt_secret_file_max + read_ahead))
        return lyt_error_at(err, LYT_ENOMEM, path, 0, 0, "out of memory");
    status = lyt_fs_read(fs, path, lyt_secret_file_max, &out->bytes, err);
    if (status) {
        lyt_secrets_deinit(out);
        return status;
    }
    return split(out, path, err);
}

void lyt_secrets_deinit(lyt_secrets *secrets)
{
    lyt_signing_wipe(&secrets->bytes);
    memset(secrets, 0, sizeof *secrets);
}
