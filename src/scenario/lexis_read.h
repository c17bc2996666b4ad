/*
 * Reads the language lexicons, <folder>/<lang>.yaml (docs/formats.md section 2),
 * into one sealed lyt_lexis with every language there is, in byte order of the codes.
 */
#ifndef LYT_LEXIS_READ_H
#define LYT_LEXIS_READ_H

#include "fs.h"
#include "lexis.h"

/*
 * LYT_ENOTFOUND: no such folder, or no lexicon in it. LYT_EFORMAT names file,
 * line and column. LYT_EIO, LYT_ENOMEM. out untouched on failure.
 */
LYT_MUST_USE lyt_status lyt_lexis_read(lyt_lexis **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                       const char *folder, lyt_error *err);

#endif
