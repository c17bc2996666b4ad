#include "fslog.h"

#include <string.h>

#include "arena.h"
#include "hash.h"
#include "mem.h"

enum { log_bytes_max = 64 << 20 };

/* The hashes of the paths stand apart: all are looked through for one. */
struct lyt_fslog {
    const lyt_alloc *alloc;
    const lyt_fs *under;
    lyt_arena *arena;
    uint64_t *hashes;
    lyt_fslog_entry *entries;
    size_t n, hashes_cap, entries_cap;
    lyt_fs fs;
};

static size_t index_of(const lyt_fslog *log, lyt_str path)
{
    const uint64_t hash = lyt_hash_str(path, 0);

    for (size_t i = 0; i < log->n; i++)
        if (log->hashes[i] == hash && lyt_str_equal(lyt_str_of(log->entries[i].path), path))
            return i;
    return log->n;
}

const lyt_fslog_entry *lyt_fslog_find(const lyt_fslog *log, lyt_str path)
{
    const size_t at = index_of(log, path);

    return at < log->n ? &log->entries[at] : NULL;
}

size_t lyt_fslog_size(const lyt_fslog *log)
{
    return log->n;
}

const lyt_fslog_entry *lyt_fslog_at(const lyt_fslog *log, size_t index)
{
    return &log->entries[index];
}

static lyt_status add(lyt_fslog *log, lyt_str path, lyt_fslog_what what, uint64_t hash)
{
    lyt_status status =
        lyt_mem_grow(log->alloc, &log->hashes, &log->hashes_cap, log->n + 1, sizeof *log->hashes);
    lyt_str copy;

    if (!status)
        status = lyt_mem_grow(log->alloc, &log->entries, &log->entries_cap, log->n + 1,
                              sizeof *log->entries);
    if (status)
        return status;
    copy = lyt_arena_copy(log->arena, path);
    if (!copy.ptr)
        return lyt_arena_status(log->arena);
    log->hashes[log->n] = lyt_hash_str(path, 0);
    log->entries[log->n++] = (lyt_fslog_entry){copy.ptr, what, hash};
    return LYT_OK;
}

static lyt_status note(lyt_fslog *log, lyt_str path, lyt_fslog_what what, uint64_t hash)
{
    const size_t at = index_of(log, path);
    lyt_fslog_entry *entry;

    if (at == log->n)
        return add(log, path, what, hash);
    entry = &log->entries[at];
    if (entry->what == LYT_FSLOG_SEEN)
        *entry = (lyt_fslog_entry){entry->path, what, hash};
    else if (what != LYT_FSLOG_SEEN && (entry->what != what || entry->hash != hash))
        *entry = (lyt_fslog_entry){entry->path, LYT_FSLOG_READ, lyt_hash_pair(entry->hash, ~hash)};
    return LYT_OK;
}

/* What became of asking for it, and that it was asked for. */
static lyt_status noted(lyt_fslog *log, const char *path, lyt_status status, lyt_fslog_what what,
                        uint64_t hash, lyt_error *err)
{
    lyt_status own;

    if (status && status != LYT_ENOTFOUND)
        return status;
    own = note(log, lyt_str_of(path), status ? LYT_FSLOG_ABSENT : what, hash);
    return own ? lyt_error_at(err, own, path, 0, 0, "no memory to read it") : status;
}

static lyt_status log_read(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                           lyt_error *err)
{
    lyt_fslog *log = context;
    const size_t before = out->len;
    lyt_status status = lyt_fs_read(log->under, path, limit_bytes, out, err);
    uint64_t hash = 0;

    if (!status)
        hash = lyt_hash_str(lyt_str_slice(lyt_buf_str(out), before, out->len), 0);
    return noted(log, path, status, LYT_FSLOG_READ, hash, err);
}

static lyt_status log_write(void *context, const char *path, lyt_str data, lyt_error *err)
{
    const lyt_fslog *log = context;

    return lyt_fs_write(log->under, path, data, err);
}

static lyt_status log_map(void *context, const char *path, lyt_map *out, lyt_error *err)
{
    const lyt_fslog *log = context;

    return lyt_fs_map(log->under, path, out, err);
}

static void log_unmap(void *context, lyt_map *map)
{
    const lyt_fslog *log = context;

    lyt_fs_unmap(log->under, map);
}

typedef struct listing {
    lyt_fslog *log;
    const char *folder;
    lyt_status (*each)(void *user, const char *name);
    void *user;
    lyt_error *err;
} listing;

static lyt_status see(void *user, const char *name)
{
    listing *l = user;
    lyt_status status;
    lyt_buf path;

    lyt_buf_init(&path, l->log->alloc);
    lyt_fs_join(&path, l->folder, name);
    status = lyt_buf_status(&path);
    if (!status)
        status = note(l->log, lyt_buf_str(&path), LYT_FSLOG_SEEN, 0);
    lyt_buf_deinit(&path);
    if (status)
        return lyt_error_at(l->err, status, l->folder, 0, 0, "no memory to list the folder");
    return l->each(l->user, name);
}

static lyt_status log_list(void *context, const char *path,
                           lyt_status (*each)(void *user, const char *name), void *user,
                           lyt_error *err)
{
    lyt_fslog *log = context;
    listing l = {log, path, each, user, err};
    lyt_status status = lyt_fs_list(log->under, path, see, &l, err);

    return noted(log, path, status, LYT_FSLOG_LISTED, 0, err);
}

lyt_status lyt_fslog_new(lyt_fslog **out, const lyt_alloc *alloc, const lyt_fs *under)
{
    lyt_fslog *log = lyt_mem_new(alloc, sizeof *log);

    if (!log)
        return LYT_ENOMEM;
    log->alloc = alloc;
    log->under = under;
    if (lyt_arena_new(&log->arena, alloc, "files read", log_bytes_max)) {
        lyt_fslog_free(log);
        return LYT_ENOMEM;
    }
    log->fs = (lyt_fs){log_read, log_write, log_map, log_unmap, log_list, log};
    *out = log;
    return LYT_OK;
}

void lyt_fslog_free(lyt_fslog *log)
{
    if (!log)
        return;
    lyt_mem_free(log->alloc, log->hashes);
    lyt_mem_free(log->alloc, log->entries);
    lyt_arena_free(log->arena);
    lyt_mem_free(log->alloc, log);
}

const lyt_fs *lyt_fslog_fs(const lyt_fslog *log)
{
    return &log->fs;
}
