/*
 * What was looked at before and found good need not be looked at again: lines and answers come
 * back in most inputs.
 */
#ifndef LYT_FUZZ_SEEN_H
#define LYT_FUZZ_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

enum { seen_places = 1 << 14 };

typedef struct seen {
    uint64_t hashes[seen_places]; /* one a place: a newer one takes it over */
} seen;

static inline bool seen_has(const seen *s, lyt_str text)
{
    uint64_t hash = lyt_hash_str(text, 1);

    return hash && s->hashes[hash % seen_places] == hash;
}

static inline void seen_add(seen *s, lyt_str text)
{
    uint64_t hash = lyt_hash_str(text, 1);

    s->hashes[hash % seen_places] = hash;
}

#endif
