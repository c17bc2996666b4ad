#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static lyt_status write_failed(const char *path, lyt_error *err)
{
    return errno == ENOSPC || errno == EDQUOT
               ? lyt_error_at(err, LYT_EFULL, path, 0, 0, "the disk is full")
               : lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written: %s", strerror(errno));
}

static bool write_all(int fd, lyt_str text)
{
    for (size_t done = 0; done < text.len;) {
        ssize_t n = write(fd, text.ptr + done, text.len - done);

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0;
}

/* The name, too, is on the disk when this returns. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    int fd;

    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

lyt_status lyt_secrets_write(const char *path, lyt_str text, lyt_error *err)
{
    lyt_status status = LYT_OK;
    char aside[4096];
    struct stat about;
    int fd;

    if ((size_t)snprintf(aside, sizeof aside, "%s.new", path) >= sizeof aside)
        return lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "the path is too long");
    /* one that was left behind may have been somebody else's */
    (void)unlink(aside);
    fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return write_failed(path, err);
    /* written by root it is the service's still */
    if (stat(path, &about) == 0 && about.st_uid != geteuid() &&
        fchown(fd, about.st_uid, about.st_gid) != 0)
        status = write_failed(path, err);
    if (!status && !write_all(fd, text))
        status = write_failed(path, err);
    if (close(fd) != 0 && !status)
        status = write_failed(path, err);
    if (!status && rename(aside, path) != 0)
        status = write_failed(path, err);
    if (status)
        (void)unlink(aside);
    else
        sync_folder(path);
    return status;
}
