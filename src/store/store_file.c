#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "store_inner.h"

/* Only one that was not there: to close a file of SQLite's would give up the locks on it. */
void lyt_store_make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

/* One service a state: the lock goes with the process, however it ends. */
lyt_status lyt_store_lock(int *fd, const char *path, lyt_error *err)
{
    char name[4096];

    if ((size_t)snprintf(name, sizeof name, "%s.lock", path) >= sizeof name)
        return lyt_error_set(err, LYT_ELIMIT, "path too long");
    *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return lyt_error_set(err, LYT_EIO, "cannot write here (%s): %s",
                             errno == EACCES    ? "permission denied"
                             : errno == EROFS   ? "read-only file system"
                             : errno == ENOENT  ? "no such folder"
                             : errno == ENOTDIR ? "the state is a file, not a folder"
                                                : "the system refused",
                             name);
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
        return lyt_error_set(err, LYT_EBUSY, "another lyt is using this state; stop it first");
    return LYT_OK;
}
