#include "diskfault.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

const char *const diskfault_names[DISK_KINDS] = {
    "EIO", "ENOSPC", "short write", "failed fsync", "slow fsync", "read-only", "damage"};

typedef struct shim {
    sqlite3_file base;
    sqlite3_file *real; /* in the memory behind this struct */
} shim;

/* One disk a process, as one VFS is the default. */
static struct disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    _Atomic int kind, slow_ms;
    _Atomic long first, length, asked, injected;
} disk;

enum { slow_usual_ms = 30 };

static bool is_struck(void)
{
    long n = ++disk.asked;

    if (!disk.first || n < disk.first || n >= disk.first + disk.length)
        return false;
    disk.injected++;
    return true;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((shim *)file)->real;
}

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_IOERR_READ;
    return real_of(file)->pMethods->xRead(real_of(file), out, n, at);
}

static int shim_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    switch ((diskfault_kind)disk.kind) {
    case DISK_EIO:
        if (is_struck())
            return SQLITE_IOERR_WRITE;
        break;
    case DISK_FULL:
        if (is_struck())
            return SQLITE_FULL;
        break;
    case DISK_SHORT:
        if (is_struck()) {
            (void)real_of(file)->pMethods->xWrite(real_of(file), data, n / 2, at);
            return SQLITE_IOERR_WRITE;
        }
        break;
    case DISK_READONLY:
        if (is_struck())
            return SQLITE_READONLY;
        break;
    case DISK_CORRUPT:
        if (is_struck())
            return SQLITE_CORRUPT;
        break;
    case DISK_FSYNC:
    case DISK_SLOW:
    case DISK_KINDS:
        break;
    }
    return real_of(file)->pMethods->xWrite(real_of(file), data, n, at);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_IOERR_TRUNCATE;
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    if ((disk.kind == DISK_EIO || disk.kind == DISK_FSYNC) && is_struck())
        return SQLITE_IOERR_FSYNC;
    if (disk.kind == DISK_SLOW && is_struck())
        (void)poll(NULL, 0, disk.slow_ms);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_IOERR_FSTAT;
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_IOERR_LOCK;
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int shim_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int shim_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_IOERR_SHMMAP;
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    shim *s = (shim *)file;
    int code;

    (void)vfs;
    s->real = (sqlite3_file *)(s + 1);
    s->real->pMethods = NULL;
    s->base.pMethods = NULL;
    if (disk.kind == DISK_EIO && is_struck())
        return SQLITE_CANTOPEN;
    code = disk.real->xOpen(disk.real, name, s->real, flags, out);
    s->base.pMethods = s->real->pMethods ? &methods : NULL;
    return code;
}

void diskfault_slow(int ms)
{
    disk.slow_ms = ms;
}

void diskfault_install(void)
{
    disk.slow_ms = slow_usual_ms;
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.zName = "diskfault";
    disk.vfs.szOsFile = (int)sizeof(shim) + disk.real->szOsFile;
    disk.vfs.xOpen = shim_open;
    disk.vfs.pNext = NULL;
    sqlite3_vfs_register(&disk.vfs, 1);
}

void diskfault_plan(diskfault_kind kind, long first, long length)
{
    disk.first = 0;
    disk.kind = (int)kind;
    disk.length = length;
    disk.asked = disk.injected = 0;
    disk.first = first;
}

long diskfault_asked(void)
{
    return disk.asked;
}

long diskfault_injected(void)
{
    return disk.injected;
}
