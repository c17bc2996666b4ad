/*
 * lyt_html_text: what a reader of a mail's HTML sees, as plain text: a line a block, "> " before
 * what stands in a blockquote, nothing of styles, scripts, hidden elements and the signature
 * blocks that mail clients mark as such.
 *
 * Threads   pure function. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_HTMLTEXT_H
#define LYT_HTMLTEXT_H

#include "buf.h"

/* html must be UTF-8. */
void lyt_html_text(lyt_buf *out, lyt_str html);

/* Adds the character that "&name;" or "&#number;" stands for; name without "&" and ";". False when
 * it is none. */
bool lyt_html_entity(lyt_buf *out, lyt_str name);

/* Adds text with & < > as "&amp;" "&lt;" "&gt;", which is what Slack asks for, too. */
void lyt_html_escape(lyt_buf *out, lyt_str text);

#endif
