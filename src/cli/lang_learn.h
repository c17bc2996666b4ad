/*
 * lyt_lang_learn: a language table from what is on this machine, by the recipes of a
 * folder, one <code>.yaml a language (docs/formats.md, section 4.1).
 */
#ifndef LYT_LANG_LEARN_H
#define LYT_LANG_LEARN_H

#include "console.h"
#include "langid.h"

/*
 * A language whose word list or catalogues are not on this machine is complained of with
 * what to install, and left out; missing catalogues of one that has a word list are
 * only complained of. LYT_ENOTFOUND: nothing is left, or no recipe. LYT_EFORMAT names file, line
 * and column. LYT_EIO, LYT_ENOMEM. console may be NULL.
 */
LYT_MUST_USE lyt_status lyt_lang_learn(lyt_langid **out, const lyt_fs *fs, const char *folder,
                                       lyt_console *console, lyt_error *err);

#endif
