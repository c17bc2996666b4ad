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
    lyt_mem_free(vector->alloc, vector->entry_of);
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

uint32_t lyt_vector_add(lyt_vector *vector, uint64_t key, unsigned group, uint32_t tf)
{
    size_t at = (size_t)(((key ^ group) * 0x9e3779b97f4a7c15u) >> 32) & (vector->n_slots - 1);

    /* a slot holds the entry's index plus one */
    for (; vector->slots[at]; at = (at + 1) & (vector->n_slots - 1)) {
        lyt_entry *entry = &vector->items[vector->slots[at] - 1];

        if (entry->key == key && entry->group == group) {
            entry->tf += tf;
            return vector->slots[at] - 1;
        }
    }
    vector->items[vector->n] = (lyt_entry){key, tf, group, 0};
    vector->slots[at] = (uint32_t)++vector->n;
    return (uint32_t)vector->n - 1;
}

lyt_status lyt_vector_collect(lyt_vector *vector, const lyt_features *features, unsigned shift)
{
    if (lyt_vector_begin(vector, features->n) ||
        lyt_mem_grow(vector->alloc, &vector->entry_of, &vector->cap_entry_of, features->n,
                     sizeof *vector->entry_of))
        return LYT_ENOMEM;
    for (size_t i = 0; i < features->n; i++)
        vector->entry_of[i] =
            lyt_vector_add(vector, features->items[i].hash >> shift, features->items[i].group, 1);
    return LYT_OK;
}

double lyt_damped(uint32_t tf)
{
    return tf == 1 ? 1 : 1 + log(tf);
}

void lyt_vector_weigh(lyt_vector *vector, const lyt_weighing *weighing)
{
    double square[LYT_GROUPS] = {0}, factor[LYT_GROUPS];

    for (size_t i = 0; i < vector->n; i++) {
        lyt_entry *entry = &vector->items[i];
        const uint8_t code = weighing->codes[entry->key * weighing->stride];

        entry->x = 0;
        if (!code)
            continue;
        /* a rare value of the polarity lexicon says no more than a common one */
        entry->x = lyt_damped(entry->tf);
        if (entry->group != LYT_GROUP_POLARITY)
            entry->x *= (double)weighing->idf[code];
        square[entry->group] += entry->x * entry->x;
    }
    for (size_t g = 0; g < LYT_GROUPS; g++)
        factor[g] = square[g] > 0 ? (double)weighing->groups[g] / sqrt(square[g]) : 0;
    for (size_t i = 0; i < vector->n; i++)
        vector->items[i].x *= factor[vector->items[i].group];
}
