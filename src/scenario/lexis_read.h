/*
 * Reads the language lexicons, <folder>/<lang>.yaml (docs/formats.md section 2),
 * into one sealed lyt_lexis, its languages in byte order of the codes. A language
 * that nobody asks for is not read: each one more blurs what an unsure text is.
 *
 * Threads   a pure function of the files; what it reads never changes afterwards.
 */
#ifndef LYT_LEXIS_READ_H
#define LYT_LEXIS_READ_H

#include "fs.h"
#include "lexis.h"

/* What a model alone reads in, unless its lexicons are those of all languages. */
extern const lyt_str lyt_usual_languages[2];

/*
 * codes: the languages to read, borrowed for the call; one without a file is passed over.
 * NULL reads all there are.
 *
 * LYT_ENOTFOUND: no such folder, or no lexicon in it. LYT_EFORMAT names file,
 * line and column. LYT_EIO, LYT_ENOMEM. out untouched on failure.
 */
LYT_MUST_USE lyt_status lyt_lexis_read(lyt_lexis **out, const lyt_alloc *alloc, const lyt_fs *fs,
                                       const char *folder, const lyt_str *codes, size_t n_codes,
                                       lyt_error *err);

#endif
