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

#include <lyt/str.h>

uint64_t lyt_hash64(const void *data, size_t size_bytes, uint64_t seed);
uint64_t lyt_hash_str(lyt_str s, uint64_t seed);

/* Mixes two hashes into one; order matters. */
uint64_t lyt_hash_pair(uint64_t a, uint64_t b);

#endif
