/*
 * lyt_qr: a text as a QR code (ISO/IEC 18004:2015): byte mode, error correction level M, the
 * smallest of versions 1 to 15 that holds it, the mask with the least penalty.
 *
 * Lifetime  plain value.
 * Threads   pure functions.
 * Units     modules; (0, 0) is the upper left one.
 */
#ifndef LYT_QRCODE_H
#define LYT_QRCODE_H

#include "buf.h"

enum {
    lyt_qr_version_max = 15,
    lyt_qr_side_max = 17 + 4 * lyt_qr_version_max,
    lyt_qr_text_max = 412, /* bytes that version 15-M holds */
};

typedef struct lyt_qr {
    int version, side, mask;
    bool dark[lyt_qr_side_max][lyt_qr_side_max]; /* [y][x] */
} lyt_qr;

/* LYT_ELIMIT: over lyt_qr_text_max bytes. */
LYT_MUST_USE lyt_status lyt_qr_encode(lyt_qr *out, lyt_str text, lyt_error *err);

/* As qr_encode(), with a mask (0 to 7) of one's own: what the tests of the masks use. */
LYT_MUST_USE lyt_status lyt_qr_encode_masked(lyt_qr *out, lyt_str text, int mask, lyt_error *err);

/* The penalty of section 7.8.3: the lower, the easier to read. */
int lyt_qr_penalty(const lyt_qr *qr);

#endif
