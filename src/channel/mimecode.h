/*
 * How bytes travel in mail: quoted-printable and base64 (RFC 2045), encoded words in headers
 * (RFC 2047), lines that flow (RFC 3676). Lenient: what is no code stays as it is, since half a
 * guest's message is worth more than none.
 *
 * Threads   pure functions. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_MIMECODE_H
#define LYT_MIMECODE_H

#include "buf.h"

typedef enum lyt_transfer {
    LYT_TRANSFER_PLAIN, /* 7bit, 8bit, binary, and what we do not know */
    LYT_TRANSFER_QUOTED,
    LYT_TRANSFER_BASE64,
} lyt_transfer;

/* Adds the bytes behind a body's encoding. */
void lyt_mime_decode(lyt_buf *out, lyt_str body, lyt_transfer transfer);

/* Adds a header's value as UTF-8, encoded words and raw bytes read. */
void lyt_mime_words(lyt_buf *out, lyt_str value);

/*
 * Adds text whose lines are as they were written: soft ends joined within one depth of quotes
 * (format=flowed), the blank before a soft end dropped with drop_blank (delsp=yes).
 */
void lyt_mime_flowed(lyt_buf *out, lyt_str text, bool drop_blank);

#endif
