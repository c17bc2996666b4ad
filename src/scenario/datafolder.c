#define _GNU_SOURCE
#include "datafolder.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fs.h"

static bool is_folder(const char *base, const char *name)
{
    char path[PATH_MAX];
    size_t a = strlen(base), b = strlen(name);
    struct stat about;

    if (a + b + 2 > sizeof path)
        return false;
    memcpy(path, base, a);
    path[a] = '/';
    memcpy(path + a + 1, name, b + 1);
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool has_data(const char *base)
{
    return is_folder(base, "models") && is_folder(base, "lexicons");
}

lyt_status lyt_binary_folder(lyt_buf *out, lyt_error *err)
{
    char path[PATH_MAX];
    Dl_info about;
    size_t end = 0;

    memset(path, 0, sizeof path);
    /* of a program dladdr knows only how it was called, perhaps a bare name found by the shell */
    if (!dladdr(LYT_DICTIONARIES, &about) || !about.dli_fname || about.dli_fname[0] != '/' ||
        !realpath(about.dli_fname, path)) {
        ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

        if (n <= 0)
            return lyt_error_set(err, LYT_EIO, "/proc/self/exe cannot be read");
        path[n] = '\0';
    }
    for (size_t i = 0; path[i]; i++)
        if (path[i] == '/')
            end = i;
    lyt_buf_add(out, (lyt_str){path, end ? end : 1});
    return lyt_buf_status(out);
}

static lyt_status found(lyt_buf *out, const char *folder, lyt_error *err)
{
    lyt_buf_add_text(out, folder);
    if (lyt_buf_status(out))
        return lyt_error_set(err, lyt_buf_status(out), "out of memory");
    return LYT_OK;
}

static lyt_status told(lyt_buf *out, const char *folder, const char *who, lyt_error *err)
{
    if (!has_data(folder))
        return lyt_error_at(err, LYT_ENOTFOUND, folder, 0, 0,
                            "%s names this folder, but it has no models/ and lexicons/ in it", who);
    return found(out, folder, err);
}

lyt_status lyt_data_folder(lyt_buf *out, const char *wanted, lyt_error *err)
{
    static const char *const beside[] = {"/../share/lyt", "/../../share/lyt", "/../..", "", "/.."};
    const char *variable = getenv("LYT_DATA");
    lyt_status status;
    lyt_buf path;
    size_t len;

    if (wanted)
        return told(out, wanted, "data_folder", err);
    if (variable && *variable)
        return told(out, variable, "$LYT_DATA", err);
    lyt_buf_init(&path, NULL);
    status = lyt_binary_folder(&path, err);
    len = path.len;
    for (size_t i = 0; status == LYT_OK && i < sizeof beside / sizeof *beside; i++) {
        path.len = len;
        lyt_buf_add_text(&path, beside[i]);
        status = lyt_buf_status(&path);
        if (status == LYT_OK && has_data(path.data)) {
            status = found(out, path.data, err);
            lyt_buf_deinit(&path);
            return status;
        }
    }
    lyt_buf_deinit(&path);
    if (status == LYT_ENOMEM)
        return lyt_error_set(err, status, "out of memory");
    if (has_data(LYT_DATADIR))
        return found(out, LYT_DATADIR, err);
    return lyt_error_at(err, LYT_ENOTFOUND, LYT_DATADIR, 0, 0,
                        "Lyt's data (models/, lexicons/) was not found here nor beside the "
                        "program; set LYT_DATA to its folder");
}

void lyt_words_folder(lyt_buf *out, const char *data_folder)
{
    static const char *const beside[] = {"/models", "/../models"};
    const char *variable = getenv("LYT_WORDS");
    lyt_buf path;
    size_t len;
    bool is_found = false;

    if (variable && *variable) {
        lyt_buf_add_text(out, variable);
        return;
    }
    lyt_buf_init(&path, NULL);
    len = lyt_binary_folder(&path, NULL) ? 0 : path.len;
    for (size_t i = 0; len && !is_found && i < sizeof beside / sizeof *beside; i++) {
        path.len = len;
        lyt_buf_add_text(&path, beside[i]);
        is_found = lyt_buf_status(&path) == LYT_OK && is_folder(path.data, "");
        if (is_found)
            lyt_buf_add(out, lyt_buf_str(&path));
    }
    lyt_buf_deinit(&path);
    if (!is_found)
        lyt_fs_join(out, data_folder, "models");
}

uint64_t lyt_secret_seed(void)
{
    struct timespec now = {0, 0};
    uint64_t seed;

    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)getpid();
}
