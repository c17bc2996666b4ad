#include "ratelimit.h"

#include "hash.h"

/* Two places a key may lie in: the one that is its own, else the fuller of the two is taken. */
static size_t place_of(const lyt_ratelimit *limit, uint64_t key)
{
    size_t a = lyt_hash_pair(key, 1) & (lyt_ratelimit_rows - 1);
    size_t b = lyt_hash_pair(key, 2) & (lyt_ratelimit_rows - 1);

    if (limit->rows[a].key == key || limit->rows[b].key == key)
        return limit->rows[a].key == key ? a : b;
    /* the older one has had more time to fill up: it forgets least */
    return limit->rows[a].at_us <= limit->rows[b].at_us ? a : b;
}

static double left_of(const lyt_ratelimit *limit, size_t place, uint64_t key, int64_t now_us)
{
    double left = limit->burst;

    if (limit->rows[place].key == key)
        left = limit->rows[place].left +
               (double)(now_us - limit->rows[place].at_us) / 1e6 * limit->a_second;
    return left > limit->burst ? limit->burst : left;
}

bool lyt_ratelimit_has(const lyt_ratelimit *limit, uint64_t key, int64_t now_us)
{
    key = key ? key : 1;
    return left_of(limit, place_of(limit, key), key, now_us) >= 1;
}

bool lyt_ratelimit_take(lyt_ratelimit *limit, uint64_t key, int64_t now_us, int64_t *retry_ms)
{
    size_t place;
    double left;

    key = key ? key : 1;
    place = place_of(limit, key);
    left = left_of(limit, place, key, now_us);
    if (left < 1) {
        if (retry_ms)
            *retry_ms = (int64_t)((1 - left) / limit->a_second * 1000) + 1;
        return false;
    }
    limit->rows[place].key = key;
    limit->rows[place].at_us = now_us;
    limit->rows[place].left = left - 1;
    return true;
}
