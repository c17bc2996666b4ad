#include "rowset.h"

#include "mem.h"

void lyt_rowset_init(lyt_rowset *set, const lyt_alloc *alloc)
{
    *set = (lyt_rowset){.alloc = alloc};
}

void lyt_rowset_deinit(lyt_rowset *set)
{
    lyt_mem_free(set->alloc, set->slots);
    set->slots = NULL;
    set->n = set->cap = 0;
}

/* The key's slot, or the free one it would go into. cap is a power of two and never full. */
static lyt_rowset_slot *slot_of(const lyt_rowset *set, uint64_t key)
{
    size_t at = (size_t)(key ^ key >> 32) & (set->cap - 1);

    while (set->slots[at].count && set->slots[at].key != key)
        at = (at + 1) & (set->cap - 1);
    return &set->slots[at];
}

static lyt_status grow(lyt_rowset *set)
{
    lyt_rowset bigger = {.alloc = set->alloc, .cap = set->cap ? set->cap * 2 : 64};

    bigger.slots = lyt_mem_array(set->alloc, bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return LYT_ENOMEM;
    for (size_t i = 0; i < set->cap; i++)
        if (set->slots[i].count)
            *slot_of(&bigger, set->slots[i].key) = set->slots[i];
    bigger.n = set->n;
    lyt_mem_free(set->alloc, set->slots);
    *set = bigger;
    return LYT_OK;
}

lyt_status lyt_rowset_add(lyt_rowset *set, uint64_t key, uint32_t *before)
{
    lyt_rowset_slot *slot;

    if (set->n * 2 >= set->cap) {
        lyt_status status = grow(set);

        if (status)
            return status;
    }
    slot = slot_of(set, key);
    *before = slot->count;
    set->n += slot->count == 0;
    slot->key = key;
    if (slot->count < UINT32_MAX)
        slot->count++;
    return LYT_OK;
}

bool lyt_rowset_has(const lyt_rowset *set, uint64_t key)
{
    return set->cap && slot_of(set, key)->count > 0;
}
