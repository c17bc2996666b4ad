/*
 * What a QR code (qrcode.h) is made of, apart from where its modules stand: codewords with their
 * error correction, format and version bits, masks, where alignment patterns lie.
 *
 * Threads   pure functions.
 */
#ifndef LYT_QRPARTS_H
#define LYT_QRPARTS_H

#include "qrcode.h"

enum { lyt_qr_words_max = 655, lyt_qr_alignments_max = 4 };

/*
 * All codewords in the order they are placed (sections 7.4 to 7.6); returns the version, 0 when
 * the text is too long. words takes lyt_qr_words_max.
 */
int lyt_qr_codewords(unsigned char *words, size_t *n, lyt_str text);

/* Of level M and a mask, with the mask of section 7.9.1 upon them. */
uint32_t lyt_qr_format_bits(int mask);
uint32_t lyt_qr_version_bits(int version);

/* Table 10: whether that mask turns the module over. */
bool lyt_qr_is_masked(int mask, int x, int y);

/* Annex E: rows and columns of the alignment patterns' middles, ended by 0 when fewer. */
const unsigned char *lyt_qr_alignment(int version);

#endif
