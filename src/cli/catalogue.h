/*
 * lyt_catalogue: the prose in a gettext catalogue (.mo; GNU gettext manual, "The
 * Format of GNU MO Files"): sentences in some dozens of languages on every Debian machine.
 * And lyt_prose: what of a text is words and not names, options, formats or code.
 *
 * Threads   pure functions.
 */
#ifndef LYT_CATALOGUE_H
#define LYT_CATALOGUE_H

#include "buf.h"

/*
 * Adds the words of text to out, each with a space behind it. A text that is not UTF-8
 * is taken as Latin-1. Left out is what holds anything but letters (within: ' ’ -), what is
 * in capitals altogether, and what begins with a quote or a hyphen.
 */
void lyt_prose_add(lyt_buf *out, lyt_str text);

/* The same text as UTF-8: as it is, or from Latin-1. For lists, where nothing is left out. */
void lyt_prose_utf8(lyt_buf *out, lyt_str text);

/*
 * Adds the prose of every translation in the catalogue `file` to out, or with
 * is_original that of what they translate; what is not translated is passed over.
 *
 * LYT_EFORMAT: no catalogue; err names path and byte. LYT_ENOMEM stays in out.
 */
LYT_MUST_USE lyt_status lyt_catalogue_add(lyt_buf *out, lyt_str file, const char *path,
                                          bool is_original, lyt_error *err);

#endif
