/*
 * lyt_langid from within: what learning, asking and the file share.
 *
 * A text is read word by word; a word is its letters in lower case between two
 * marks. Every run of 2 to 4 of these, and the word as a whole, may have a row in the
 * table; a row has a score for each language. Sums of scores are compared.
 *
 *   bucket   64 bytes: four rows. A run looks in one bucket only: a cache line.
 *   row      16 bytes: u32 check (0: empty), then twelve signed scores, of which the
 *            first n_languages count. A score is a log-probability less the mean of
 *            all languages', times the weight of its kind, in eighths of a nat.
 *   hash     of a run: seed by kind, then lyt_hash_pair(hash, letter) from the last to
 *            the first. Its low bits are the bucket; its upper 32, made odd, the check.
 */
#ifndef LYT_LANGID_INNER_H
#define LYT_LANGID_INNER_H

#include "langid.h"

enum {
    lyt_langid_run_max = 4,
    lyt_langid_kinds = 4, /* runs of 2, 3 and 4; words */
    lyt_langid_word_kind = 3,
    lyt_langid_rows = 4, /* in a bucket */
    lyt_langid_row_bytes = 16,
    lyt_langid_check_bytes = 4,
    lyt_langid_bucket_bytes = lyt_langid_rows * lyt_langid_row_bytes,
    lyt_langid_bits_min = 4,
    lyt_langid_bits_max = 15,
    lyt_langid_code_bytes = 8,
    lyt_langid_eighths = 8,
    lyt_langid_letters_max = 64, /* a longer word counts as several */
};

struct lyt_langid {
    const lyt_alloc *alloc;
    size_t n_languages;
    unsigned bits; /* 2^bits buckets */
    char codes[lyt_languages_max][lyt_langid_code_bytes];
    const unsigned char *buckets;
    unsigned char *own; /* the same memory when it was learned; NULL when mapped */
    const lyt_fs *fs;
    lyt_map map;
};

typedef struct lyt_langid_word_letters {
    uint32_t at[lyt_langid_letters_max + 2]; /* with its marks */
    size_t n;
    bool capital; /* a capital, then small letters */
} lyt_langid_word_letters;

/* The next word of text, stepping *at over it; false when there is none. */
bool lyt_langid_next_word(lyt_str text, size_t *at, lyt_langid_word_letters *out);

typedef struct lyt_langid_run {
    uint64_t hash;
    unsigned kind;
} lyt_langid_run;

enum { lyt_langid_runs_max = 3 * (lyt_langid_letters_max + 1) + 1 };

/* Returns how many. */
size_t lyt_langid_runs(const lyt_langid_word_letters *word,
                       lyt_langid_run runs[lyt_langid_runs_max]);

static inline uint32_t lyt_langid_check(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1u;
}

static inline uint32_t lyt_langid_row_check(const unsigned char *row)
{
    return (uint32_t)row[0] | (uint32_t)row[1] << 8 | (uint32_t)row[2] << 16 |
           (uint32_t)row[3] << 24;
}

/* Two or three letters a–z. */
bool lyt_langid_is_code(lyt_str code);

#endif
