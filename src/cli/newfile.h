/*
 * lyt_newfile: a new file that nobody but its owner can read; one that is there is never written
 * over, for it may be the only copy of a key.
 */
#ifndef LYT_NEWFILE_H
#define LYT_NEWFILE_H

#include <lyt/str.h>

/* LYT_EEXISTS; LYT_EIO: cannot be written. err names the path. */
LYT_MUST_USE lyt_status lyt_newfile_secret(const char *path, lyt_str data, lyt_error *err);

#endif
