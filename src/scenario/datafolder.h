/*
 * Where Lyt's own data lies: the folder that holds models/ and lexicons/. And a
 * number nobody can guess, for tables that strangers fill.
 *
 * Threads   reads the environment; no state.
 */
#ifndef LYT_DATAFOLDER_H
#define LYT_DATAFOLDER_H

#include "buf.h"

/*
 * Adds the folder to out: wanted when it is not NULL, else $LYT_DATA, else found from
 * the binary that holds this code: <dir>/../share/lyt, <dir>/../../share/lyt, <dir>/../..,
 * <dir>, <dir>/..,
 * the first with both folders in it; else where the build was to install.
 * LYT_ENOTFOUND: none of them has both; err says where to point. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_data_folder(lyt_buf *out, const char *wanted, lyt_error *err);

/* Adds the folder of the binary (program or shared library) that holds this code. LYT_EIO. */
LYT_MUST_USE lyt_status lyt_binary_folder(lyt_buf *out, lyt_error *err);

/*
 * Adds the folder of the tables of words: $LYT_WORDS, else models/ beside the binary or one
 * folder up, else models/ in the data folder.
 */
void lyt_words_folder(lyt_buf *out, const char *data_folder);

/* A random number from the system, for hash tables; a poor one when the system has none. */
uint64_t lyt_secret_seed(void);

/* Where Debian's packages put Hunspell's dictionaries. */
#define LYT_DICTIONARIES "/usr/share/hunspell"

#endif
