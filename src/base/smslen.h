/*
 * lyt_sms: how a text goes out by SMS. In the GSM 7-bit alphabet (3GPP TS 23.038) one
 * message holds 160 septets and each part of a longer one 153; with any other character
 * the whole text is UCS-2, 70 and 67 units of 16 bits. ^ { } \ [ ] ~ | and the euro
 * sign cost two septets; neither such a pair nor a surrogate pair is cut in two.
 *
 * Threads   pure functions.
 */
#ifndef LYT_SMSLEN_H
#define LYT_SMSLEN_H

#include "buf.h"

#include <stdint.h>

typedef struct lyt_sms {
    bool is_ucs2;
    size_t units;       /* septets, or 16-bit units */
    size_t parts;       /* 1 for an empty text */
    size_t first_other; /* byte of the first character that makes it UCS-2 */
} lyt_sms;

/* text: valid UTF-8. */
lyt_sms lyt_sms_length(lyt_str text);

/*
 * The text as it goes out: curly quotes, dashes, "…", blanks that do not break and some letters
 * with accents made plain, where that takes fewer parts; never æ, ø or å. A failure is the
 * buffer's.
 */
void lyt_sms_write(lyt_buf *out, lyt_str text);

/* How long that is; first_other is of what goes out. */
lyt_sms lyt_sms_sent(lyt_str text);

#endif
