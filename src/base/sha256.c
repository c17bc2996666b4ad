#include "sha256.h"

#include <string.h>

#include "unwatched.h"

static const uint32_t round_words[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

LYT_UNWATCHED static uint32_t turn(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

LYT_UNWATCHED static void fill_words(uint32_t w[64], const unsigned char *block)
{
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = 16; i < 64; i++) {
        uint32_t a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;

        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
}

/*
 * A round. The eight variables of the standard stay where they are in s, and instead of moving each
 * to the next they are counted from another one each time: `a` of round i is s[-i mod 8].
 */
LYT_UNWATCHED static inline void turn_round(uint32_t s[8], size_t i, uint32_t word)
{
    const uint32_t a = s[-i % 8], b = s[(1 - i) % 8], c = s[(2 - i) % 8];
    const uint32_t e = s[(4 - i) % 8], f = s[(5 - i) % 8], g = s[(6 - i) % 8];
    const uint32_t sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const uint32_t sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const uint32_t one = s[(7 - i) % 8] + sum1 + ((e & f) ^ (~e & g)) + word;

    s[(3 - i) % 8] += one;
    s[(7 - i) % 8] = one + sum0 + ((a & b) ^ (a & c) ^ (b & c));
}

LYT_UNWATCHED static void take_block(lyt_sha256 *sha, const unsigned char *block)
{
    uint32_t w[64], s[8];

    fill_words(w, block);
    memcpy(s, sha->state, sizeof s);
    for (size_t i = 0; i < 64; i += 8)
        for (size_t j = 0; j < 8; j++)
            turn_round(s, j, round_words[i + j] + w[i + j]);
    for (size_t i = 0; i < 8; i++)
        sha->state[i] += s[i];
}

void lyt_sha256_init(lyt_sha256 *sha)
{
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memcpy(sha->state, first, sizeof first);
    sha->n_bytes = 0;
}

void lyt_sha256_add(lyt_sha256 *sha, lyt_str data)
{
    const unsigned char *p = (const unsigned char *)data.ptr;
    size_t n = data.len;

    while (n) {
        const size_t filled = sha->n_bytes % 64;
        const size_t more = n < 64 - filled ? n : 64 - filled;

        if (more == 64) {
            take_block(sha, p);
        } else {
            memcpy(sha->block + filled, p, more);
            if (filled + more == 64)
                take_block(sha, sha->block);
        }
        sha->n_bytes += more;
        p += more;
        n -= more;
    }
}

void lyt_sha256_end(lyt_sha256 *sha, unsigned char out[lyt_sha256_bytes])
{
    uint64_t n_bits = sha->n_bytes * 8;
    char length[8];

    lyt_sha256_add(sha, (lyt_str){"\x80", 1});
    while (sha->n_bytes % 64 != 56)
        lyt_sha256_add(sha, (lyt_str){"", 1});
    for (size_t i = 0; i < 8; i++)
        length[i] = (char)(unsigned char)(n_bits >> (56 - 8 * i));
    lyt_sha256_add(sha, (lyt_str){length, 8});
    for (size_t i = 0; i < lyt_sha256_bytes; i++)
        out[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}
