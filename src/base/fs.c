#include "fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

static lyt_status fail(lyt_error *err, const char *path, const char *doing)
{
    int why = errno;
    lyt_status status = why == ENOENT || why == ENOTDIR                  ? LYT_ENOTFOUND
                        : why == ENOSPC || why == EDQUOT || why == EFBIG ? LYT_EFULL
                        : why == ENOMEM                                  ? LYT_ENOMEM
                                                                         : LYT_EIO;
    char text[128];

    /* GNU strerror_r would answer in a pointer; the XSI one fills text */
    if (strerror_r(why, text, sizeof text) != 0)
        snprintf(text, sizeof text, "error %d", why);
    return lyt_error_at(err, status, path, 0, 0, "cannot %s: %s", doing, text);
}

static lyt_status open_regular(const char *path, int *fd, struct stat *about, lyt_error *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return fail(err, path, "open");
    if (fstat(*fd, about) != 0) {
        lyt_status status = fail(err, path, "read");

        close(*fd);
        return status;
    }
    if (S_ISDIR(about->st_mode)) {
        close(*fd);
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "is a folder, not a file");
    }
    return LYT_OK;
}

static lyt_status system_read(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                              lyt_error *err)
{
    struct stat about;
    lyt_status status;
    size_t before = out->len;
    int fd;

    (void)context;
    status = open_regular(path, &fd, &about, err);
    if (status)
        return status;
    for (;;) {
        char *at = lyt_buf_reserve(out, 65536);
        ssize_t n;

        if (!at) {
            status = lyt_error_at(err, lyt_buf_status(out), path, 0, 0, "no memory to read it");
            break;
        }
        n = read(fd, at, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            status = fail(err, path, "read");
        if (n <= 0)
            break;
        out->len += (size_t)n;
        out->data[out->len] = '\0';
        if (out->len - before > limit_bytes) {
            status =
                lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "longer than %zu bytes", limit_bytes);
            break;
        }
    }
    close(fd);
    return status;
}

static lyt_status write_all(int fd, lyt_str data)
{
    while (data.len) {
        ssize_t n = write(fd, data.ptr, data.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return LYT_EIO;
        data = lyt_str_slice(data, (size_t)n, data.len);
    }
    return fsync(fd) == 0 ? LYT_OK : LYT_EIO;
}

static lyt_status system_write(void *context, const char *path, lyt_str data, lyt_error *err)
{
    char aside[4096];
    lyt_status status = LYT_OK;
    struct stat about;
    int fd;

    (void)context;
    /* replacing a device or a pipe by a file would break it for the whole machine */
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        return lyt_error_at(err, LYT_EINVAL, path, 0, 0, "is no ordinary file; it is left alone");
    if ((size_t)snprintf(aside, sizeof aside, "%s.%ld.tmp", path, (long)getpid()) >= sizeof aside)
        return lyt_error_at(err, LYT_ELIMIT, path, 0, 0, "path too long");
    fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return fail(err, path, "write");
    if (write_all(fd, data))
        status = fail(err, path, "write");
    if (close(fd) != 0 && !status)
        status = fail(err, path, "write");
    if (!status && rename(aside, path) != 0)
        status = fail(err, path, "replace");
    if (status)
        unlink(aside);
    return status;
}

static lyt_status system_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    struct stat about;
    lyt_status status;
    void *data;
    int fd;

    (void)context;
    status = open_regular(path, &fd, &about, err);
    if (status)
        return status;
    if (about.st_size == 0) {
        *out = (lyt_map){NULL, 0};
        close(fd);
        return LYT_OK;
    }
    data = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        status = fail(err, path, "map");
    else
        *out = (lyt_map){data, (size_t)about.st_size};
    close(fd);
    return status;
}

static void system_unmap(void *context, lyt_map *map)
{
    (void)context;
    munmap((void *)(uintptr_t)map->data, map->size_bytes);
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static lyt_status collect(DIR *dir, char ***names, size_t *n)
{
    size_t cap = 0;
    struct dirent *entry;

    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        if (lyt_mem_grow(NULL, names, &cap, *n + 1, sizeof **names))
            return LYT_ENOMEM;
        (*names)[*n] = lyt_mem_strdup(NULL, lyt_str_of(entry->d_name));
        if (!(*names)[*n])
            return LYT_ENOMEM;
        ++*n;
    }
    return LYT_OK;
}

static lyt_status system_list(void *context, const char *path,
                              lyt_status (*each)(void *user, const char *name), void *user,
                              lyt_error *err)
{
    DIR *dir = opendir(path);
    char **names = NULL;
    size_t n = 0;
    lyt_status status;

    (void)context;
    if (!dir)
        return fail(err, path, "list");
    status = collect(dir, &names, &n);
    closedir(dir);
    if (status)
        status = lyt_error_at(err, status, path, 0, 0, "no memory to list the folder");
    else if (n)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n && !status; i++)
        status = each(user, names[i]);
    for (size_t i = 0; i < n; i++)
        lyt_mem_free(NULL, names[i]);
    lyt_mem_free(NULL, names);
    return status;
}

static const lyt_fs system_fs = {
    .read = system_read,
    .write = system_write,
    .map = system_map,
    .unmap = system_unmap,
    .list = system_list,
};

const lyt_fs *lyt_fs_system(void)
{
    return &system_fs;
}

lyt_status lyt_fs_read(const lyt_fs *fs, const char *path, size_t limit_bytes, lyt_buf *out,
                       lyt_error *err)
{
    return fs->read(fs->context, path, limit_bytes, out, err);
}

lyt_status lyt_fs_write(const lyt_fs *fs, const char *path, lyt_str data, lyt_error *err)
{
    return fs->write(fs->context, path, data, err);
}

lyt_status lyt_fs_map(const lyt_fs *fs, const char *path, lyt_map *out, lyt_error *err)
{
    return fs->map(fs->context, path, out, err);
}

void lyt_fs_unmap(const lyt_fs *fs, lyt_map *map)
{
    if (map->data)
        fs->unmap(fs->context, map);
    *map = (lyt_map){NULL, 0};
}

lyt_status lyt_fs_list(const lyt_fs *fs, const char *path,
                       lyt_status (*each)(void *user, const char *name), void *user, lyt_error *err)
{
    return fs->list(fs->context, path, each, user, err);
}

lyt_status lyt_fs_check_secret(const char *path, lyt_error *err)
{
    struct stat about;

    if (stat(path, &about) < 0)
        return fail(err, path, "open");
    if (S_ISDIR(about.st_mode))
        return lyt_error_at(err, LYT_EIO, path, 0, 0, "is a folder, not a file");
    if (about.st_mode & (S_IRWXG | S_IRWXO))
        return lyt_error_at(err, LYT_ESTATE, path, 0, 0,
                            "others may read this secret; chmod 600 it, and if somebody has, make "
                            "another");
    return LYT_OK;
}

void lyt_fs_join(lyt_buf *out, const char *folder, const char *name)
{
    lyt_str f = lyt_str_of(folder);

    lyt_buf_add(out, f);
    if (f.len && f.ptr[f.len - 1] != '/')
        lyt_buf_add_char(out, '/');
    lyt_buf_add_text(out, name);
}
