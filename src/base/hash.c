#include "hash.h"

#include <string.h>

/* Odd constants with about as many ones as zeros; digits of pi and e. */
static const uint64_t k0 = 0x243f6a8885a308d3u, k1 = 0x13198a2e03707345u, k2 = 0xb7e151628aed2a6bu;

static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 u128;
    u128 product = (u128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Two reads that overlap, or three: what lies under both is the same, so "or" does no harm. */
static uint64_t read_le(const unsigned char *p, size_t n)
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
static uint64_t read_le(const unsigned char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}
#endif

uint64_t lyt_hash64(const void *data, size_t size_bytes, uint64_t seed)
{
    const unsigned char *p = data;
    uint64_t state = mix(seed ^ k0, k1 ^ size_bytes);
    size_t left = size_bytes;

    while (left > 16) {
        state = mix(read_le(p, 8) ^ k1, read_le(p + 8, 8) ^ state);
        p += 16;
        left -= 16;
    }
    if (left > 8)
        state = mix(read_le(p, 8) ^ k1, read_le(p + 8, left - 8) ^ state);
    else if (left)
        state = mix(read_le(p, left) ^ k2, state ^ k1);
    return mix(state ^ k2, k0 ^ size_bytes);
}

uint64_t lyt_hash_str(lyt_str s, uint64_t seed)
{
    return lyt_hash64(s.ptr, s.len, seed);
}

uint64_t lyt_hash_pair(uint64_t a, uint64_t b)
{
    return mix(a ^ k0, mix(b ^ k1, k2));
}
