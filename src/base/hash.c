#include "hash.h"

uint64_t lyt_hash64(const void *data, size_t size_bytes, uint64_t seed)
{
    const unsigned char *p = data;
    uint64_t state = lyt_hash_mix(seed ^ LYT_HASH_K0, LYT_HASH_K1 ^ size_bytes);
    size_t left = size_bytes;

    while (left > 16) {
        state = lyt_hash_mix(lyt_hash_read(p, 8) ^ LYT_HASH_K1, lyt_hash_read(p + 8, 8) ^ state);
        p += 16;
        left -= 16;
    }
    if (left > 8)
        state =
            lyt_hash_mix(lyt_hash_read(p, 8) ^ LYT_HASH_K1, lyt_hash_read(p + 8, left - 8) ^ state);
    else if (left)
        state = lyt_hash_mix(lyt_hash_read(p, left) ^ LYT_HASH_K2, state ^ LYT_HASH_K1);
    return lyt_hash_mix(state ^ LYT_HASH_K2, LYT_HASH_K0 ^ size_bytes);
}

uint64_t lyt_hash_str(lyt_str s, uint64_t seed)
{
    return lyt_hash64(s.ptr, s.len, seed);
}
