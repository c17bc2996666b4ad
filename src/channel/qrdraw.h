/*
 * lyt_qrdraw: a QR code as a picture, with the four light modules around it that readers need
 * (ISO/IEC 18004, section 6.3.8).
 *
 * Threads   pure functions. Failures are the buffer's (lyt_buf_status).
 */
#ifndef LYT_QRDRAW_H
#define LYT_QRDRAW_H

#include "qrcode.h"

/* A whole SVG document; title is escaped. */
void lyt_qr_svg(lyt_buf *out, const lyt_qr *qr, lyt_str title);

/* A PNG of one bit a pixel; scale: pixels a module, 1 to 64. */
void lyt_qr_png(lyt_buf *out, const lyt_qr *qr, int scale);

#endif
