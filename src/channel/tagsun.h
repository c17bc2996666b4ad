/*
 * lyt_sun: the secure unique NFC message of NTAG 424 DNA (NXP AN12196): AES-128-CBC opens
 * picc_data, a session key is made of UID and counter, AES-CMAC under it signs.
 *
 * Threads   pure functions.
 */
#ifndef LYT_TAGSUN_H
#define LYT_TAGSUN_H

#include "tag.h"

/*
 * picc_data, enc and cmac as they stand in the link, hex in capitals; enc empty when the tag
 * writes none. False: it is no tap of a tag with these keys; *problem says why.
 */
bool lyt_sun_read(lyt_tap *out, const lyt_tagkeys *keys, lyt_str picc_data, lyt_str enc,
                  lyt_str cmac, const char **problem);

#endif
