#include "langcache.h"

#include <string.h>

#include "hash.h"
#include "lexis.h"
#include "mem.h"

enum { cache_rows = 1 << 12, word_bytes_max = 31 };

typedef struct record {
    double log_p[lyt_languages_max];
    uint8_t len; /* 0: free */
    char word[word_bytes_max];
} record;

_Static_assert(sizeof(record) == 128, "two cache lines");

struct lyt_langcache {
    const lyt_alloc *alloc;
    const lyt_langid *langid;
    uint64_t seed;
    double long_word[lyt_languages_max];
    record rows[cache_rows];
};

lyt_status lyt_langcache_new(lyt_langcache **out, const lyt_alloc *alloc, const lyt_langid *langid,
                             uint64_t seed)
{
    lyt_langcache *cache = lyt_mem_new(alloc, sizeof *cache);

    if (!cache)
        return LYT_ENOMEM;
    cache->alloc = alloc;
    cache->langid = langid;
    cache->seed = seed;
    *out = cache;
    return LYT_OK;
}

void lyt_langcache_free(lyt_langcache *cache)
{
    if (cache)
        lyt_mem_free(cache->alloc, cache);
}

const double *lyt_langcache_word(lyt_langcache *cache, lyt_str word)
{
    const size_t n = lyt_langid_languages(cache->langid);
    record *r;

    if (word.len > word_bytes_max || word.len == 0) {
        memset(cache->long_word, 0, sizeof cache->long_word);
        lyt_langid_add_word(cache->langid, word, cache->long_word);
        return cache->long_word;
    }
    r = &cache->rows[lyt_hash_str(word, cache->seed) & (cache_rows - 1)];
    if (r->len == word.len && memcmp(r->word, word.ptr, word.len) == 0)
        return r->log_p;
    memset(r->log_p, 0, n * sizeof *r->log_p);
    lyt_langid_add_word(cache->langid, word, r->log_p);
    r->len = (uint8_t)word.len;
    memcpy(r->word, word.ptr, word.len);
    return r->log_p;
}

int lyt_langcache_guess(lyt_langcache *cache, lyt_str text, double *probability)
{
    const size_t n = lyt_langid_languages(cache->langid);
    bool any = false;
    lyt_str word;

    memset(probability, 0, n * sizeof *probability);
    for (size_t at = 0; lyt_langid_next_word(text, &at, &word);) {
        const double *log_p = lyt_langcache_word(cache, word);

        any = true;
        for (size_t l = 0; l < n; l++)
            probability[l] += log_p[l];
    }
    return lyt_langid_weigh(cache->langid, probability, any);
}
