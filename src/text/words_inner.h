/*
 * The file of lyt_words: what the one who writes it and the one who reads it agree on.
 */
#ifndef LYT_WORDS_INNER_H
#define LYT_WORDS_INNER_H

#include "hash.h"
#include "words.h"

enum {
    lyt_words_version = 1,
    lyt_words_name_bytes = 16,
    lyt_bucket_forms = 10,
    lyt_bucket_walk = 16, /* buckets that a look-up goes through at most */
};

typedef struct lyt_words_head {
    char magic[8];
    uint32_t version;
    uint32_t n_buckets;
    uint64_t size_bytes;
    uint64_t checksum; /* of all bytes behind it */
    uint32_t n_forms;
    uint32_t common_bytes; /* of the list behind the buckets */
    uint64_t source_hash;
    char name[lyt_words_name_bytes];
} lyt_words_head;

typedef struct lyt_words_bucket {
    uint32_t tag[lyt_bucket_forms]; /* 0: free */
    uint16_t info[lyt_bucket_forms];
    uint32_t more; /* 1: forms of this bucket lie in the next */
} lyt_words_bucket;

/* In the list of common words: before each word how often the texts have it, and its bytes. */
enum { lyt_common_head = 5 };

_Static_assert(sizeof(lyt_words_head) == 64, "as in docs/formats.md");
_Static_assert(sizeof(lyt_words_bucket) == 64, "a cache line");

enum { lyt_words_checked_from = 32 };
static const char lyt_words_magic[8] = {'L', 'Y', 'T', 'W', 'O', 'R', 'D', 'S'};

static inline uint64_t lyt_words_key(lyt_str word)
{
    return lyt_hash_str(word, 0x776f726473);
}

static inline uint32_t lyt_words_tag(uint64_t key)
{
    return (uint32_t)key ? (uint32_t)key : 1;
}

static inline uint32_t lyt_words_bucket_of(uint64_t key, uint32_t n_buckets)
{
    return (uint32_t)((key >> 32) * n_buckets >> 32);
}

#endif
