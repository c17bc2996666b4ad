/*
 * lyt_hash: 64-bit hashes of bytes, the same on every machine (little-endian
 * reads). Not cryptographic. With a secret seed it resists collisions chosen
 * without knowing the seed; with a fixed seed it names features and content.
 *
 * The mixing is the folded 64x64->128 multiplication used by many fast hashes
 * (described in W. Yi's wyhash notes); the layout here is our own.
 */
#ifndef LYT_HASH_H
#define LYT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <lyt/str.h>

uint64_t lyt_hash64(const void *data, size_t size_bytes, uint64_t seed);
uint64_t lyt_hash_str(lyt_str s, uint64_t seed);

/* Odd constants with about as many ones as zeros; digits of pi and e. */
#define LYT_HASH_K0 UINT64_C(0x243f6a8885a308d3)
#define LYT_HASH_K1 UINT64_C(0x13198a2e03707345)
#define LYT_HASH_K2 UINT64_C(0xb7e151628aed2a6b)

static inline uint64_t lyt_hash_mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 lyt_u128;
    const lyt_u128 product = (lyt_u128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* n bytes, 1 to 8, as a number. Two reads that overlap, or three: what lies under both is the same,
 * so "or" does no harm. */
static inline uint64_t lyt_hash_read(const unsigned char *p, size_t n)
{
    uint64_t value = 0;
    uint32_t low, high;

    if (n == 8) {
        memcpy(&value, p, 8);
        return value;
    }
    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return low | (uint64_t)high << (8 * (n - 4));
    }
    return p[0] | (uint64_t)p[n / 2] << (8 * (n / 2)) | (uint64_t)p[n - 1] << (8 * (n - 1));
}
#else
static inline uint64_t lyt_hash_read(const unsigned char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}
#endif

/* lyt_hash_str(), without a call for what most words are: up to 16 bytes. */
static inline uint64_t lyt_hash_word(lyt_str s, uint64_t seed)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    uint64_t state = lyt_hash_mix(seed ^ LYT_HASH_K0, LYT_HASH_K1 ^ s.len);

    if (s.len > 16)
        return lyt_hash_str(s, seed);
    if (s.len > 8)
        state = lyt_hash_mix(lyt_hash_read(p, 8) ^ LYT_HASH_K1,
                             lyt_hash_read(p + 8, s.len - 8) ^ state);
    else if (s.len)
        state = lyt_hash_mix(lyt_hash_read(p, s.len) ^ LYT_HASH_K2, state ^ LYT_HASH_K1);
    return lyt_hash_mix(state ^ LYT_HASH_K2, LYT_HASH_K0 ^ s.len);
}

/* The second of a pair, for who joins it with many: lyt_hash_pair(a, b) is join(a, half(b)). */
static inline uint64_t lyt_hash_half(uint64_t b)
{
    return lyt_hash_mix(b ^ LYT_HASH_K1, LYT_HASH_K2);
}

static inline uint64_t lyt_hash_join(uint64_t a, uint64_t half)
{
    return lyt_hash_mix(a ^ LYT_HASH_K0, half);
}

/* Mixes two hashes into one; order matters. */
static inline uint64_t lyt_hash_pair(uint64_t a, uint64_t b)
{
    return lyt_hash_join(a, lyt_hash_half(b));
}

#endif
