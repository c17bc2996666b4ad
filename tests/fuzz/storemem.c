#include "storemem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SQLite asks for so much room a file of ours; those of others may want more. */
typedef struct memory_file {
    sqlite3_file base;
    storemem *memory;
} memory_file;

/* where the head of a database says of what kind its log is, and how often it changed */
enum { at_journal = 18, at_changes = 24 };

static sqlite3_vfs *below;
static storemem *the_memory;
static const char *the_path;

static storemem *memory_of(sqlite3_file *file)
{
    return ((memory_file *)file)->memory;
}

static int close_file(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
    const storemem *memory = memory_of(file);
    size_t there = at >= 0 && (size_t)at < memory->len ? memory->len - (size_t)at : 0;

    if (there >= (size_t)n) {
        memcpy(out, memory->data + at, (size_t)n);
        return SQLITE_OK;
    }
    memset(out, 0, (size_t)n);
    if (there)
        memcpy(out, memory->data + at, there);
    return SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    storemem *memory = memory_of(file);
    size_t end = (size_t)at + (size_t)n;

    memory->is_written = true;
    if (at < 0 || end > memory->room)
        return SQLITE_FULL;
    if (end > memory->len) {
        memset(memory->data + memory->len, 0, end - memory->len);
        memory->len = end;
    }
    memcpy(memory->data + at, data, (size_t)n);
    return SQLITE_OK;
}

static int cut_file(sqlite3_file *file, sqlite3_int64 size)
{
    storemem *memory = memory_of(file);

    memory->is_written = true;
    if (size < 0 || (size_t)size > memory->len)
        return SQLITE_OK;
    memory->len = (size_t)size;
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int size_file(sqlite3_file *file, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)memory_of(file)->len;
    return SQLITE_OK;
}

static int is_reserved(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_of(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int traits_of(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = cut_file,
    .xSync = sync_file,
    .xFileSize = size_file,
    .xLock = sync_file, /* there is nobody else */
    .xUnlock = sync_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_of,
    .xDeviceCharacteristics = traits_of,
};

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)vfs;
    if (!name || strcmp(name, the_path) != 0)
        return below->xOpen(below, name, file, flags, out_flags);
    *(memory_file *)file = (memory_file){{&methods}, the_memory};
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

/* There is nothing beside it, ever. */
static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    if (strncmp(name, the_path, strlen(the_path)) != 0)
        return below->xAccess(below, name, flags, out);
    *out = name[strlen(the_path)] == '\0';
    return SQLITE_OK;
}

void storemem_quick(void)
{
    enum { n_pages = 512, page_and_head = 4096 + 512 };
    static char pages[n_pages * page_and_head];

    if (sqlite3_config(SQLITE_CONFIG_PAGECACHE, pages, (int)page_and_head, (int)n_pages) ||
        sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0))
        abort();
}

void storemem_put_back(storemem *memory, const char *sound, size_t len)
{
    memcpy(memory->data, sound, len);
    memory->len = len;
    memory->is_written = false;
}

void storemem_notice(storemem *memory)
{
    static uint32_t n_changes = 1u << 20;

    n_changes++;
    for (size_t i = 0; i < 4 && memory->len >= at_changes + 4; i++)
        memory->data[at_changes + i] = (char)(n_changes >> (24 - 8 * i));
}

void storemem_no_files(sqlite3 *db)
{
    if (sqlite3_exec(db, "PRAGMA journal_mode=MEMORY; PRAGMA temp_store=MEMORY", NULL, NULL,
                     NULL) != SQLITE_OK)
        abort();
}

void storemem_begin(storemem *memory, const char *path, char *sound, size_t len, size_t growth)
{
    static sqlite3_vfs vfs;

    sound[at_journal] = sound[at_journal + 1] = 1; /* no WAL */
    memory->room = len * growth;
    memory->data = malloc(memory->room);
    if (!memory->data)
        abort();
    storemem_put_back(memory, sound, len);
    below = sqlite3_vfs_find(NULL);
    if (!below)
        abort();
    the_memory = memory;
    the_path = path;
    vfs = *below; /* all that is not said here is as it was */
    vfs.zName = "storemem";
    vfs.xOpen = open_file;
    vfs.xAccess = access_file;
    if (vfs.szOsFile < (int)sizeof(memory_file))
        vfs.szOsFile = (int)sizeof(memory_file);
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}
