#include "keyset.h"

#include "hash.h"
#include "mem.h"

/*
 * Open addressing, linear probing, at most 80 % used. There are half as many cells again as
 * keys when the table is built, and no power of two of them: at 50 messages a second these are
 * millions.
 * A forgotten key keeps its cell (feedback 0) until the table is built anew,
 * which is also when what is too old goes.
 */
typedef struct cell {
    uint64_t a, b; /* b 0: the cell is free */
    int64_t feedback;
    int64_t received_us;
} cell;

struct lyt_keyset {
    const lyt_alloc *alloc;
    uint64_t seed[2];
    int64_t keep_us;
    cell *cells;
    size_t n_cells, n_used;
};

enum { cells_first = 1024 };

lyt_status lyt_keyset_new(lyt_keyset **out, const lyt_alloc *alloc, const uint64_t seed[2],
                          int64_t keep_us)
{
    lyt_keyset *set = lyt_mem_new(alloc, sizeof *set);

    if (!set)
        return LYT_ENOMEM;
    *set = (lyt_keyset){.alloc = alloc, .seed = {seed[0], seed[1]}, .keep_us = keep_us};
    set->n_cells = cells_first;
    set->cells = lyt_mem_array(alloc, set->n_cells, sizeof *set->cells);
    if (!set->cells) {
        lyt_mem_free(alloc, set);
        return LYT_ENOMEM;
    }
    *out = set;
    return LYT_OK;
}

void lyt_keyset_free(lyt_keyset *set)
{
    if (!set)
        return;
    lyt_mem_free(set->alloc, set->cells);
    lyt_mem_free(set->alloc, set);
}

static cell key_of(const lyt_keyset *set, lyt_str channel, lyt_str id)
{
    return (cell){
        .a = lyt_hash_str(id, lyt_hash_str(channel, set->seed[0])),
        .b = lyt_hash_str(id, lyt_hash_str(channel, set->seed[1])) | 1,
    };
}

/* The key's cell, or the free one where it belongs. */
static cell *cell_of(cell *cells, size_t n_cells, const cell *key)
{
    size_t at = (size_t)((key->a >> 32) * n_cells >> 32);

    while (cells[at].b && (cells[at].a != key->a || cells[at].b != key->b))
        at = at + 1 == n_cells ? 0 : at + 1;
    return &cells[at];
}

int64_t lyt_keyset_find(const lyt_keyset *set, lyt_str channel, lyt_str id, int64_t now_us)
{
    cell key = key_of(set, channel, id);
    const cell *found = cell_of(set->cells, set->n_cells, &key);

    if (!found->b || now_us - found->received_us > set->keep_us)
        return 0;
    return found->feedback;
}

static bool is_worth(const lyt_keyset *set, const cell *c, int64_t now_us)
{
    return c->b && c->feedback && now_us - c->received_us <= set->keep_us;
}

static lyt_status rebuild(lyt_keyset *set, int64_t now_us)
{
    size_t n_kept = 0, n_cells;
    cell *cells;

    for (size_t i = 0; i < set->n_cells; i++)
        n_kept += is_worth(set, &set->cells[i], now_us);
    n_cells = cells_first + n_kept + n_kept / 2;
    if (n_cells > UINT32_MAX)
        return LYT_ENOMEM;
    cells = lyt_mem_array(set->alloc, n_cells, sizeof *cells);
    if (!cells)
        return LYT_ENOMEM;
    for (size_t i = 0; i < set->n_cells; i++) {
        if (is_worth(set, &set->cells[i], now_us))
            *cell_of(cells, n_cells, &set->cells[i]) = set->cells[i];
    }
    lyt_mem_free(set->alloc, set->cells);
    set->cells = cells;
    set->n_cells = n_cells;
    set->n_used = n_kept;
    return LYT_OK;
}

lyt_status lyt_keyset_put(lyt_keyset *set, lyt_str channel, lyt_str id, int64_t feedback,
                          int64_t received_us)
{
    cell key = key_of(set, channel, id), *to;

    if ((set->n_used + 1) * 10 > set->n_cells * 8 && rebuild(set, received_us))
        return LYT_ENOMEM;
    to = cell_of(set->cells, set->n_cells, &key);
    set->n_used += !to->b;
    key.feedback = feedback;
    key.received_us = received_us;
    *to = key;
    return LYT_OK;
}

void lyt_keyset_forget(lyt_keyset *set, lyt_str channel, lyt_str id)
{
    cell key = key_of(set, channel, id), *found = cell_of(set->cells, set->n_cells, &key);

    found->feedback = 0;
}

size_t lyt_keyset_size(const lyt_keyset *set)
{
    size_t n = 0;

    for (size_t i = 0; i < set->n_cells; i++)
        n += set->cells[i].b && set->cells[i].feedback != 0;
    return n;
}
