/*
 * lyt_fs: files, through a table of functions, so that a test can fail each.
 *
 * Errors name the path. Missing file or folder: LYT_ENOTFOUND; over the limit:
 * LYT_ELIMIT; disk full: LYT_EFULL; anything else of the system: LYT_EIO.
 *
 * Threads   the system's table is safe for all threads.
 */
#ifndef LYT_FS_H
#define LYT_FS_H

#include <stdint.h>

#include "buf.h"

/* A file mapped read-only. {NULL, 0} for an empty file. */
typedef struct lyt_map {
    const void *data;
    size_t size_bytes;
} lyt_map;

typedef struct lyt_fs lyt_fs;
struct lyt_fs {
    /* Adds the whole file to out; fails when it is longer than limit_bytes. */
    lyt_status (*read)(void *context, const char *path, size_t limit_bytes, lyt_buf *out,
                       lyt_error *err);
    /* Replaces the file: temporary file beside it, fsync, rename. All of it or nothing. */
    lyt_status (*write)(void *context, const char *path, lyt_str data, lyt_error *err);
    lyt_status (*map)(void *context, const char *path, lyt_map *out, lyt_error *err);
    void (*unmap)(void *context, lyt_map *map);
    /*
     * Calls each(user, name) for every name in the folder but those that begin
     * with a dot, in byte order; stops at the first failure and returns it.
     */
    lyt_status (*list)(void *context, const char *path,
                       lyt_status (*each)(void *user, const char *name), void *user,
                       lyt_error *err);
    void *context;
};

/* Static storage. */
const lyt_fs *lyt_fs_system(void);

LYT_MUST_USE lyt_status lyt_fs_read(const lyt_fs *fs, const char *path, size_t limit_bytes,
                                    lyt_buf *out, lyt_error *err);
LYT_MUST_USE lyt_status lyt_fs_write(const lyt_fs *fs, const char *path, lyt_str data,
                                     lyt_error *err);
LYT_MUST_USE lyt_status lyt_fs_map(const lyt_fs *fs, const char *path, lyt_map *out,
                                   lyt_error *err);
/* NULL data is accepted. */
void lyt_fs_unmap(const lyt_fs *fs, lyt_map *map);
LYT_MUST_USE lyt_status lyt_fs_list(const lyt_fs *fs, const char *path,
                                    lyt_status (*each)(void *user, const char *name), void *user,
                                    lyt_error *err);

/*
 * Whether a file that is there to be secret is: LYT_ESTATE when others may read it, err says how
 * to mend that. LYT_ENOTFOUND; LYT_EIO: a folder, or what cannot be looked at.
 */
LYT_MUST_USE lyt_status lyt_fs_check_secret(const char *path, lyt_error *err);

/* Adds "folder/name" to out. */
void lyt_fs_join(lyt_buf *out, const char *folder, const char *name);

#endif
