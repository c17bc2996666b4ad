/*
 * lyt_mail_new: what somebody wrote now, out of a mail's text: without the mails quoted below,
 * above or between it, and without signatures.
 *
 * 1. Lines with ">" are quotes; so is the line that says who wrote them.
 * 2. A divider ("-----Original Message-----"), a block of From/Sent/To/Subject, and a line of who
 *    wrote that no ">" follows make all below them history.
 * 3. In each run of lines that is left, what follows "-- " or a greeting ("Med venlig hilsen") is a
 *    signature, if it looks like one; a postscript in it is kept.
 * 4. A forwarded mail is not history: it is what the sender wants read.
 *
 * Threads   pure function.
 */
#ifndef LYT_MAILNEW_H
#define LYT_MAILNEW_H

#include "arena.h"
#include "buf.h"

/*
 * text: UTF-8. is_forward: the subject says that it is one. Nothing is added when nothing is new.
 * LYT_ENOMEM, LYT_ELIMIT of the arena, which holds what is needed on the way.
 */
LYT_MUST_USE lyt_status lyt_mail_new(lyt_buf *out, lyt_str text, bool is_forward, lyt_arena *arena);

#endif
