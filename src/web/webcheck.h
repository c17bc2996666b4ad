/*
 * lyt_webcheck: what `lyt pack check` would say of a pack, for a page to show.
 *
 * Threads   pure; the pack is only read.
 */
#ifndef LYT_WEBCHECK_H
#define LYT_WEBCHECK_H

#include "pack.h"

/*
 * Adds a JSON list of {"level","check","file","line","column","text"}, errors first, at most 20.
 * n_errors: how many there are. LYT_ENOMEM, LYT_ELIMIT, LYT_EIO, LYT_EFORMAT (day.jsonl).
 */
LYT_MUST_USE lyt_status lyt_webcheck(const lyt_pack *pack, const lyt_alloc *alloc, lyt_buf *out,
                                     size_t *n_errors, lyt_error *err);

#endif
