/*
 * lyt_secrets: what a signature is checked with, read from a file that only its owner may read.
 * A line a secret; empty lines and those that begin with "# " do not count. Two lines are two
 * secrets, both valid: so one is changed without a gap.
 *
 * A secret is never in an error's text and never printed; the memory is wiped before it is given
 * back.
 *
 * Lifetime  lyt_secrets_load() to lyt_secrets_deinit(), in the caller's storage.
 * Threads   read-only once loaded.
 */
#ifndef LYT_SECRET_H
#define LYT_SECRET_H

#include "fs.h"

enum { lyt_secrets_max = 8, lyt_secret_bytes_max = 1024, lyt_secret_file_max = 16 * 1024 };

typedef struct lyt_secrets {
    lyt_str keys[lyt_secrets_max];
    size_t n;
    lyt_buf bytes; /* what keys point into */
} lyt_secrets;

/*
 * LYT_ESTATE: others than the owner may read the file; err says how to mend that.
 * LYT_EFORMAT: no secret in it, more than eight, or one too long. LYT_ENOTFOUND, LYT_EIO,
 * LYT_ENOMEM. out is empty after a failure.
 */
LYT_MUST_USE lyt_status lyt_secrets_load(lyt_secrets *out, const lyt_alloc *alloc, const lyt_fs *fs,
                                         const char *path, lyt_error *err);
/* The same of a text; name is for errors. */
LYT_MUST_USE lyt_status lyt_secrets_parse(lyt_secrets *out, const lyt_alloc *alloc, lyt_str text,
                                          const char *name, lyt_error *err);
/*
 * The file anew with that text, for its owner alone, who stays the same: all of it or nothing, also
 * when the machine stops in the middle. LYT_EIO, LYT_EFULL, LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_secrets_write(const char *path, lyt_str text, lyt_error *err);
/* Wipes. A zeroed one is accepted. */
void lyt_secrets_deinit(lyt_secrets *secrets);

#endif
