#include "keyset.h"

#include <string.h>

#include "hash.h"
#include "mem.h"

/*
 * The table is a row of parts, the youngest last, each of keys that came one after the other.
 * A part is filled once, to 7/8, and goes as a whole when its youngest key is too old: nothing
 * is ever built anew, which would hold up the ledger for a second at 10 million keys. A part
 * has half as many cells as there are keys when it is begun, so that there are few and little
 * of the table is empty.
 *
 * Open addressing, linear probing. A cell is 0 when free; else
 *   bits 0 to 19   feedback - first, at least 1
 *   bits 20 to 63  of the key's hash
 */
enum {
    cells_least = 1024,
    cells_most = 1 << 20,
    offset_bits = 20,
    parts_most = 4096,
};
#define OFFSETS (((uint64_t)1 << offset_bits) - 1)

typedef struct part {
    int64_t first;     /* one below its first feedback */
    int64_t newest_us; /* of the keys it has had */
    size_t n_cells, n; /* n_cells is a power of two */
    uint64_t cells[];
} part;

typedef struct put {
    part *in;
    size_t at;
} put;

struct lyt_keyset {
    const lyt_alloc *alloc;
    uint64_t seed;
    int64_t keep_us;
    part **parts;
    size_t n_parts, cap_parts;
    put *puts; /* since the mark */
    size_t n_puts, cap_puts;
};

lyt_status lyt_keyset_new(lyt_keyset **out, const lyt_alloc *alloc, uint64_t seed, int64_t keep_us)
{
    lyt_keyset *set = lyt_mem_new(alloc, sizeof *set);

    if (!set)
        return LYT_ENOMEM;
    *set = (lyt_keyset){.alloc = alloc, .seed = seed, .keep_us = keep_us};
    *out = set;
    return LYT_OK;
}

void lyt_keyset_free(lyt_keyset *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->n_parts; i++)
        lyt_mem_free(set->alloc, set->parts[i]);
    lyt_mem_free(set->alloc, set->parts);
    lyt_mem_free(set->alloc, set->puts);
    lyt_mem_free(set->alloc, set);
}

static uint64_t hash_of(const lyt_keyset *set, lyt_str scope, lyt_str id)
{
    return lyt_hash_str(id, lyt_hash_str(scope, set->seed));
}

static size_t place_of(const part *p, uint64_t hash)
{
    return (size_t)(hash & OFFSETS) & (p->n_cells - 1);
}

static lyt_status find_in(const part *p, uint64_t hash, lyt_keyset_fn is_it, void *user,
                          int64_t *feedback)
{
    for (size_t at = place_of(p, hash); p->cells[at]; at = (at + 1) & (p->n_cells - 1)) {
        int64_t candidate = p->first + (int64_t)(p->cells[at] & OFFSETS);
        bool yes = false;
        lyt_status status;

        if ((p->cells[at] ^ hash) >> offset_bits || candidate < *feedback)
            continue;
        status = is_it(user, candidate, &yes);
        if (status)
            return status;
        if (yes)
            *feedback = candidate;
    }
    return LYT_OK;
}

lyt_status lyt_keyset_find(const lyt_keyset *set, lyt_str scope, lyt_str id, int64_t now_us,
                           lyt_keyset_fn is_it, void *user, int64_t *feedback)
{
    uint64_t hash = hash_of(set, scope, id);
    lyt_status status = LYT_OK;

    *feedback = 0;
    for (size_t i = set->n_parts; i-- > 0 && !status && !*feedback;)
        if (now_us - set->parts[i]->newest_us <= set->keep_us)
            status = find_in(set->parts[i], hash, is_it, user, feedback);
    return status;
}

static bool has_room(const part *p, int64_t feedback)
{
    return (p->n + 1) * 8 <= p->n_cells * 7 && feedback - p->first <= (int64_t)OFFSETS;
}

static lyt_status begin_part(lyt_keyset *set, int64_t feedback)
{
    size_t n_cells = cells_least;
    part *p;

    while (n_cells < cells_most && n_cells < lyt_keyset_size(set) / 2)
        n_cells *= 2;
    if (set->n_parts == parts_most || lyt_mem_grow(set->alloc, &set->parts, &set->cap_parts,
                                                   set->n_parts + 1, sizeof *set->parts))
        return LYT_ENOMEM;
    p = lyt_mem_new(set->alloc, sizeof *p + n_cells * sizeof *p->cells);
    if (!p)
        return LYT_ENOMEM;
    p->n_cells = n_cells;
    p->first = feedback - 1;
    p->newest_us = INT64_MIN / 2;
    set->parts[set->n_parts++] = p;
    return LYT_OK;
}

lyt_status lyt_keyset_put(lyt_keyset *set, lyt_str scope, lyt_str id, int64_t feedback,
                          int64_t received_us)
{
    uint64_t hash = hash_of(set, scope, id);
    part *p = set->n_parts ? set->parts[set->n_parts - 1] : NULL;
    size_t at;

    if (lyt_mem_grow(set->alloc, &set->puts, &set->cap_puts, set->n_puts + 1, sizeof *set->puts))
        return LYT_ENOMEM;
    if (!p || !has_room(p, feedback)) {
        if (begin_part(set, feedback))
            return LYT_ENOMEM;
        p = set->parts[set->n_parts - 1];
    }
    for (at = place_of(p, hash); p->cells[at]; at = (at + 1) & (p->n_cells - 1))
        ;
    p->cells[at] = (hash & ~OFFSETS) | (uint64_t)(feedback - p->first);
    p->n++;
    p->newest_us = received_us > p->newest_us ? received_us : p->newest_us;
    set->puts[set->n_puts++] = (put){p, at};
    return LYT_OK;
}

void lyt_keyset_mark(lyt_keyset *set, int64_t now_us)
{
    size_t n = 0;

    set->n_puts = 0;
    for (size_t i = 0; i < set->n_parts; i++) {
        if (now_us - set->parts[i]->newest_us <= set->keep_us)
            set->parts[n++] = set->parts[i];
        else
            lyt_mem_free(set->alloc, set->parts[i]);
    }
    set->n_parts = n;
}

/* No key came after those that go, so none was put further on because of them. */
void lyt_keyset_rollback(lyt_keyset *set)
{
    while (set->n_puts) {
        put *last = &set->puts[--set->n_puts];

        last->in->cells[last->at] = 0;
        last->in->n--;
    }
}

size_t lyt_keyset_size(const lyt_keyset *set)
{
    size_t n = 0;

    for (size_t i = 0; i < set->n_parts; i++)
        n += set->parts[i]->n;
    return n;
}

size_t lyt_keyset_bytes(const lyt_keyset *set)
{
    size_t n = sizeof *set + set->cap_parts * sizeof *set->parts + set->cap_puts * sizeof(put);

    for (size_t i = 0; i < set->n_parts; i++)
        n += sizeof(part) + set->parts[i]->n_cells * sizeof(uint64_t);
    return n;
}
