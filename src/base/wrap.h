/* lyt_wrap: paragraphs set to a width, for help texts. */
#ifndef LYT_WRAP_H
#define LYT_WRAP_H

#include "buf.h"

/*
 * Adds text with lines of at most width characters, each after `indent` spaces; a
 * longer word stands alone. Newlines are spaces, an empty line parts paragraphs,
 * a line that begins with a space stays as it is.
 */
void lyt_wrap(lyt_buf *out, lyt_str text, size_t indent, size_t width);

/* Characters of UTF-8: bytes that begin one. */
size_t lyt_wrap_width(lyt_str text);

#endif
