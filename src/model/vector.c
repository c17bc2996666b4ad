#include "vector.h"

#include <math.h>
#include <string.h>

#include "mem.h"

void lyt_vector_init(lyt_vector *vector, const lyt_alloc *alloc)
{
    *vector = (lyt_vector){.alloc = alloc};
}

void lyt_vector_deinit(lyt_vector *vector)
{
    lyt_mem_free(vector->alloc, vector->items);
    lyt_mem_free(vector->alloc, vector->slots);
    lyt_vector_init(vector, vector->alloc);
}

lyt_status lyt_vector_begin(lyt_vector *vector, size_t n)
{
    size_t slots = 64;

    while (slots < 2 * n)
        slots *= 2;
    vector->n = 0;
    if (lyt_mem_grow(vector->alloc, &vector->items, &vector->cap, n, sizeof *vector->items) ||
        lyt_mem_grow(vector->alloc, &vector->slots, &vector->cap_slots, slots,
                     sizeof *vector->slots))
        return LYT_ENOMEM;
    vector->n_slots = slots;
    memset(vector->slots, 0, slots * sizeof *vector->slots);
    return LYT_OK;
}

void lyt_vector_add(lyt_vector *vector, uint64_t key, unsigned group)
{
    const unsigned of = lyt_group_of(group);
    size_t at = (size_t)(((key ^ of) * 0x9e3779b97f4a7c15u) >> 32) & (vector->n_slots - 1);
    lyt_entry *entry;

    /* a slot holds the entry's index plus one */
    for (; vector->slots[at]; at = (at + 1) & (vector->n_slots - 1)) {
        entry = &vector->items[vector->slots[at] - 1];
        if (entry->key == key && entry->group == of)
            break;
    }
    if (!vector->slots[at]) {
        vector->items[vector->n] = (lyt_entry){.key = key, .group = (uint16_t)of};
        vector->slots[at] = (uint32_t)++vector->n;
    }
    entry = &vector->items[vector->slots[at] - 1];
    if (!(group & LYT_LIGHT) && entry->full < lyt_vector_most)
        entry->full++;
}

lyt_status lyt_vector_collect(lyt_vector *vector, const lyt_features *features, unsigned shift)
{
    if (lyt_vector_begin(vector, features->n))
        return LYT_ENOMEM;
    for (size_t i = 0; i < features->n; i++) {
        const lyt_feature *feature = &features->items[i];

        if (feature->first & LYT_FIRST_OF_TEXT)
            lyt_vector_add(vector, feature->hash >> shift, lyt_feature_group(feature));
    }
    return LYT_OK;
}

void lyt_vector_weigh(lyt_vector *vector, const lyt_weighing *weighing)
{
    float square[LYT_GROUPS] = {0}, factor[LYT_GROUPS];

    for (size_t i = 0; i < vector->n; i++) {
        lyt_entry *entry = &vector->items[i];
        const float rarity = lyt_vector_rarity(weighing, entry->key, entry->group);

        entry->x = rarity * lyt_vector_times(entry->group, entry->full);
        square[entry->group] += rarity * rarity * lyt_vector_square(entry->group, entry->full);
    }
    for (size_t g = 0; g < LYT_GROUPS; g++)
        factor[g] = square[g] > 0 ? weighing->groups[g] / sqrtf(square[g]) : 0;
    for (size_t i = 0; i < vector->n; i++)
        vector->items[i].x *= factor[vector->items[i].group];
}
