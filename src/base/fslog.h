/*
 * lyt_fslog: files read through another table of files, and what was found there, so that somebody
 * can tell later whether they are still the same without reading meaning into them again.
 *
 * It remembers what is read and listed. What is mapped or written goes on as it came.
 *
 * Lifetime  lyt_fslog_new() to lyt_fslog_free(); the table under it goes last.
 * Threads   one at a time while something is read through it; then any may look.
 */
#ifndef LYT_FSLOG_H
#define LYT_FSLOG_H

#include "fs.h"

typedef struct lyt_fslog lyt_fslog;

typedef enum lyt_fslog_what {
    LYT_FSLOG_READ,   /* to its end */
    LYT_FSLOG_ABSENT, /* asked for, and no such file or folder */
    LYT_FSLOG_LISTED, /* a folder */
    LYT_FSLOG_SEEN,   /* a name in a list, and not read so far */
} lyt_fslog_what;

typedef struct lyt_fslog_entry {
    const char *path; /* as it was asked for, or folder/name; lives with the log */
    lyt_fslog_what what;
    uint64_t hash; /* of the bytes that were read (hash.h, seed 0); no file's when they changed in
                      between */
} lyt_fslog_entry;

/* LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_fslog_new(lyt_fslog **out, const lyt_alloc *alloc, const lyt_fs *under);
/* NULL is accepted. */
void lyt_fslog_free(lyt_fslog *log);

/* What to read through; lives with the log. Its errors are those under it, and LYT_ENOMEM. */
const lyt_fs *lyt_fslog_fs(const lyt_fslog *log);

/* One entry a path. NULL: nobody asked for it. */
const lyt_fslog_entry *lyt_fslog_find(const lyt_fslog *log, lyt_str path);
size_t lyt_fslog_size(const lyt_fslog *log);
const lyt_fslog_entry *lyt_fslog_at(const lyt_fslog *log, size_t index);

#endif
