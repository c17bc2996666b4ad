#include "langcache.h"

#include <string.h>

#include "hash.h"
#include "lexis.h"
#include "mem.h"

/* Room for the words of several thousand messages, of which the common ones stay near. */
enum { cache_rows = 1 << 14 };

typedef struct record {
    uint64_t hash;
    uint32_t len; /* 0: free */
    float log_p[lyt_languages_max];
} record;

_Static_assert(sizeof(record) == 64, "a record is a cache line");

struct lyt_langcache {
    const lyt_alloc *alloc;
    const lyt_langid *langid;
    uint64_t seed;
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

const float *lyt_langcache_word(lyt_langcache *cache, lyt_str word)
{
    const uint64_t hash = lyt_hash_str(word, cache->seed);
    record *r = &cache->rows[hash & (cache_rows - 1)];

    if (r->hash != hash || r->len != word.len || word.len == 0) {
        lyt_langid_word(cache->langid, word, r->log_p);
        r->hash = hash;
        r->len = (uint32_t)word.len;
    }
    return r->log_p;
}

int lyt_langcache_guess(lyt_langcache *cache, lyt_str text, double *probability)
{
    const size_t n = lyt_langid_languages(cache->langid);
    bool any = false;
    lyt_str word;

    memset(probability, 0, n * sizeof *probability);
    for (size_t at = 0; lyt_langid_next_word(text, &at, &word); any = true) {
        const float *log_p = lyt_langcache_word(cache, word);

        for (size_t l = 0; l < n; l++)
            probability[l] += (double)log_p[l];
    }
    return lyt_langid_weigh(cache->langid, probability, any);
}
