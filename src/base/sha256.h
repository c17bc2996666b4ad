/*
 * lyt_sha256: the hash of FIPS 180-4, where two texts must not be made to collide by somebody who
 * wants them to. For everything else hash.h is a hundred times faster.
 *
 * Threads   plain values.
 */
#ifndef LYT_SHA256_H
#define LYT_SHA256_H

#include <stdint.h>

#include <lyt/str.h>

enum { lyt_sha256_bytes = 32 };

typedef struct lyt_sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    unsigned char block[64];
} lyt_sha256;

void lyt_sha256_init(lyt_sha256 *sha);
void lyt_sha256_add(lyt_sha256 *sha, lyt_str data);
void lyt_sha256_end(lyt_sha256 *sha, unsigned char out[lyt_sha256_bytes]);

#endif
