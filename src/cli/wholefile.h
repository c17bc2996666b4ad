/*
 * lyt_wholefile: all of a file, or of standard input.
 */
#ifndef LYT_WHOLEFILE_H
#define LYT_WHOLEFILE_H

#include "buf.h"

/*
 * path "-": in_fd. Adds to out. LYT_ELIMIT: longer than limit_bytes. LYT_ENOTFOUND, LYT_EIO,
 * LYT_ENOMEM. err names the file.
 */
LYT_MUST_USE lyt_status lyt_wholefile_read(const char *path, int in_fd, size_t limit_bytes,
                                           lyt_buf *out, lyt_error *err);

/* "stdin" or the path. */
const char *lyt_wholefile_name(const char *path);

#endif
