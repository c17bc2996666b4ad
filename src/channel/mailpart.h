/*
 * lyt_mail: one message as it lies in a mailbox (RFC 5322, MIME), its text found and made UTF-8:
 * of multipart/alternative the plain part, else the HTML one as text; attachments are passed over.
 *
 * Lifetime  all texts lie in the arena or point into the message.
 * Threads   plain values.
 */
#ifndef LYT_MAILPART_H
#define LYT_MAILPART_H

#include "arena.h"
#include "buf.h"

enum {
    lyt_mail_bytes_max = 32 * 1024 * 1024,
    lyt_mail_depth_max = 16,
    lyt_mail_parts_max = 256,
    lyt_mail_header_max = 8 * 1024, /* bytes of one header that are looked at */
};

typedef struct lyt_mail {
    lyt_str from;      /* the address alone: "anna@example.dk"; empty when there is none */
    lyt_str to;        /* the first one */
    lyt_str subject;   /* decoded */
    lyt_str id;        /* Message-ID without its brackets */
    lyt_str language;  /* Content-Language: "da"; empty when it does not say */
    int64_t sent_us;   /* Date; 0 when it has none that can be read */
    bool is_reply;     /* to something: In-Reply-To or References */
    bool is_automatic; /* out of office, bounces, lists: nobody wrote it for us (RFC 3834) */
    lyt_str text;      /* body as plain text, lines ended by LF; history and all */
} lyt_mail;

/*
 * LYT_EFORMAT: no message (err has the line), or no text in it. LYT_ELIMIT: nested deeper or more
 * parts than above, or the arena's. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_mail_read(lyt_mail *out, lyt_str message, lyt_arena *arena,
                                      lyt_error *err);

/* "Wed, 12 Nov 2025 14:03:05 +0100" (RFC 5322, section 3.3, old zone names too). LYT_EFORMAT. */
LYT_MUST_USE lyt_status lyt_mail_date(int64_t *out, lyt_str text);

#endif
