#include "newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

lyt_status lyt_newfile_secret(const char *path, lyt_str data, lyt_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0)
        return lyt_error_at(err, errno == EEXIST ? LYT_EEXISTS : LYT_EIO, path, 0, 0, "%s",
                            errno == EEXIST ? "is there already, and is not written over"
                                            : "cannot be written");
    ok = write(fd, data.ptr, data.len) == (ssize_t)data.len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    /* half a secret is in the way of the whole one */
    if (!ok)
        (void)unlink(path);
    return ok ? LYT_OK : lyt_error_at(err, LYT_EIO, path, 0, 0, "cannot be written");
}
