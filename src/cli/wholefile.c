#include "wholefile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs.h"

const char *lyt_wholefile_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

lyt_status lyt_wholefile_read(const char *path, int in_fd, size_t limit_bytes, lyt_buf *out,
                              lyt_error *err)
{
    enum { piece = 64 * 1024 };

    if (strcmp(path, "-") != 0)
        return lyt_fs_read(lyt_fs_system(), path, limit_bytes, out, err);
    for (;;) {
        char *room = lyt_buf_reserve(out, piece);
        ssize_t n = room ? read(in_fd, room, piece) : -1;

        if (!room)
            return lyt_error_at(err, LYT_ENOMEM, "stdin", 0, 0, "no memory to read it");
        if (n == 0)
            return LYT_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return lyt_error_at(err, LYT_EIO, "stdin", 0, 0, "cannot be read: %s", strerror(errno));
        out->len += (size_t)n;
        if (out->len > limit_bytes)
            return lyt_error_at(err, LYT_ELIMIT, "stdin", 0, 0, "is longer than %zu bytes",
                                limit_bytes);
    }
}
