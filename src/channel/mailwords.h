/*
 * What mail clients and writers of mails put around the words that matter, in Danish, English,
 * Swedish, Norwegian and German.
 *
 * Lines are given folded (lyt_mail_fold): small letters, single blanks, none at the ends.
 *
 * Threads   pure functions.
 */
#ifndef LYT_MAILWORDS_H
#define LYT_MAILWORDS_H

#include "buf.h"

/* Adds the line in small letters (ASCII and Latin-1), runs of blanks and no-break spaces as one,
 * without "*" around labels. */
void lyt_mail_fold(lyt_buf *out, lyt_str line);

/* "on 12 nov 2025, hotel havnen wrote:", "den 12. nov. 2025 kl. 14.03 skrev …:" */
bool lyt_mail_is_attribution(lyt_str folded);
/* "hotel havnen skrev:" alone on its line, which says so only where a quote follows. */
bool lyt_mail_names_writer(lyt_str folded);

/* "-----original message-----", "please type your reply above this line" */
bool lyt_mail_is_divider(lyt_str folded);

/* "---------- forwarded message ---------", "begin forwarded message:" */
bool lyt_mail_is_forward(lyt_str folded);

/* What a line of a header block within a mail says: a bit; 0 when it is none. */
enum { LYT_MAIL_FROM = 1, LYT_MAIL_SENT = 2, LYT_MAIL_TO = 4, LYT_MAIL_SUBJECT = 8 };
unsigned lyt_mail_label(lyt_str folded);

/* "sendt fra min iphone", "get outlook for ios" */
bool lyt_mail_is_device(lyt_str folded);

/*
 * "med venlig hilsen", "best regards, anna": a greeting that ends a mail, alone on its line or with
 * a name behind it. raw: the same line as it was written, whose names begin with capitals.
 */
bool lyt_mail_is_signoff(lyt_str folded, lyt_str raw);

/* "this e-mail and any attachments are confidential …" */
bool lyt_mail_is_disclaimer(lyt_str folded);

/* The subject without "Re:", "SV:", "Fwd:" …; *replies and *forwards (may be NULL) say which. */
lyt_str lyt_mail_subject(lyt_str subject, bool *replies, bool *forwards);

#endif
