/*
 * A book as bytes, and back: the same book bit by bit, without its facts.
 *
 * Layout    (docs/formats.md) 24 bytes: "LYTBOOK" and the version, 1, as a byte; length of the
 *           rest; its lyt_hash64 with seed 0; both 8 bytes, little-endian. The rest are numbers
 *           of 7 bits a byte, least first, the sign folded into the lowest bit, and texts as a
 *           length and bytes, in the order in which book_save.c names them.
 */
#ifndef LYT_BOOK_SAVE_H
#define LYT_BOOK_SAVE_H

#include "book.h"

/* What could still be taken back counts as it is now. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_book_save(const lyt_book *book, lyt_buf *out);

/*
 * A book of its own. LYT_EFORMAT: other bytes than those that were saved, or of another version;
 * err names the byte. LYT_ENOMEM. out is untouched then.
 */
LYT_MUST_USE lyt_status lyt_book_load(lyt_book **out, const lyt_alloc *alloc, lyt_str bytes,
                                      lyt_error *err);

#endif
