/*
 * What an SMS holds on the air: the header of its user data, UCS-2, and the GSM 7-bit alphabet
 * (3GPP TS 23.038, 23.040).
 *
 * Threads   pure functions.
 */
#ifndef LYT_SMSTEXT_H
#define LYT_SMSTEXT_H

#include "arena.h"

typedef struct lyt_udh {
    size_t bytes;       /* of the whole header, with its length octet */
    bool is_part;       /* of a long message: */
    unsigned reference; /* 0 to 255, or to 65535 */
    unsigned parts;     /* 2 to 255 */
    unsigned part;      /* from 1 */
} lyt_udh;

/* header: from its length octet on; more may follow. False: it is none. */
bool lyt_udh_parse(lyt_udh *out, lyt_str header);

/* Big-endian 16-bit units as UTF-8; half a pair is U+FFFD. {NULL, 0}: no memory. */
lyt_str lyt_ucs2_text(lyt_str units, lyt_arena *arena);

/*
 * Septets, one a byte, as UTF-8; a byte above 127 and an escape before nothing known are U+FFFD
 * and a blank. {NULL, 0}: no memory.
 */
lyt_str lyt_gsm7_text(lyt_str septets, lyt_arena *arena);

/*
 * Septets out of packed octets, of which the first skip_bits are the header's and its filling.
 * {NULL, 0}: no memory.
 */
lyt_str lyt_gsm7_unpack(lyt_str octets, size_t skip_bits, size_t n_septets, lyt_arena *arena);

#endif
