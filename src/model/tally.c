#include "tally.h"

#include <math.h>
#include <string.h>

#include "mem.h"

enum {
    row_bits = 22,
    tag_max = (1 << (32 - row_bits)) - 1,
    slots_min = 256,
    slots_per_feature = 2
};

void lyt_tally_init(lyt_tally *tally, const lyt_alloc *alloc)
{
    *tally = (lyt_tally){.alloc = alloc};
}

void lyt_tally_deinit(lyt_tally *tally)
{
    lyt_mem_free(tally->alloc, tally->slots);
    lyt_mem_free(tally->alloc, tally->terms);
    lyt_tally_init(tally, tally->alloc);
}

static lyt_status make_room(lyt_tally *tally, size_t n)
{
    size_t slots = slots_min;

    while (slots < slots_per_feature * n)
        slots *= 2;
    if (slots > tally->cap_slots)
        tally->tag = tag_max;
    tally->n_slots = slots;
    return lyt_mem_grow(tally->alloc, &tally->slots, &tally->cap_slots, slots, sizeof *tally->slots)
               ? LYT_ENOMEM
               : lyt_mem_grow(tally->alloc, &tally->terms, &tally->cap_terms, n,
                              sizeof *tally->terms);
}

/* The slots of all groups before are free. */
static void next_group(lyt_tally *tally)
{
    if (++tally->tag <= tag_max)
        return;
    tally->tag = 1;
    memset(tally->slots, 0, tally->cap_slots * sizeof *tally->slots);
}

/* What is written counts in full, though its first occurrence was only meant. */
static void meet_again(lyt_feature *first, lyt_feature *again, float in_full)
{
    again->x = 0;
    again->first = 0;
    if (!again->is_part)
        first->x = in_full;
    if (again->clause != lyt_no_clause && first->latest != again->clause) {
        again->first = LYT_FIRST_OF_CLAUSE;
        first->latest = again->clause;
    }
}

/* Features from `from` to `to` are of one group. */
typedef struct span {
    size_t from, to;
} span;

/* Sets x of the group's features before its length is brought to 1. */
static void meet(lyt_tally *tally, lyt_feature *items, span s, const lyt_weighing *weighing,
                 unsigned shift)
{
    lyt_tally_slot *const slots = tally->slots;
    const uint32_t tag = tally->tag << row_bits;
    const size_t mask = tally->n_slots - 1;
    const float *const idf = weighing->idf;
    const bool is_flat = items[s.from].group == LYT_GROUP_POLARITY;

    for (size_t i = s.from; i < s.to; i++) {
        lyt_feature *const feature = &items[i];
        const uint32_t row = (uint32_t)(feature->hash >> shift), key = tag | row;
        const uint8_t code = *feature->row;
        /* as lyt_vector_rarity() */
        const float in_full = !code ? 0 : is_flat ? 1 : idf[code];
        size_t at = row & mask;

        feature->x = feature->is_part && !is_flat ? lyt_vector_light * in_full : in_full;
        feature->first = LYT_FIRST_OF_TEXT | LYT_FIRST_OF_CLAUSE;
        feature->latest = feature->clause;
        /* keys of the same tag differ in their rows alone */
        while (slots[at].key != key && (slots[at].key ^ tag) >> row_bits == 0)
            at = (at + 1) & mask;
        if (slots[at].key == key)
            meet_again(&items[slots[at].index], feature, in_full);
        else
            slots[at] = (lyt_tally_slot){key, (uint32_t)i};
    }
}

static lyt_term *bring_to_length(lyt_feature *items, span s, float length, lyt_term *terms)
{
    float square = 0, factor;

    for (size_t i = s.from; i < s.to; i++)
        square += items[i].x * items[i].x;
    factor = square > 0 ? length / sqrtf(square) : 0;
    for (size_t i = s.from; i < s.to; i++) {
        const float x = items[i].x * factor;

        items[i].x = x;
        *terms = (lyt_term){items[i].row, x};
        terms += x > 0;
    }
    return terms;
}

lyt_status lyt_tally_text(lyt_tally *tally, lyt_features *features, const lyt_weighing *weighing,
                          unsigned shift)
{
    span s = {0, 0};
    lyt_term *terms;

    if (make_room(tally, features->n + 1))
        return LYT_ENOMEM;
    terms = tally->terms;
    for (size_t g = 0; g < LYT_GROUPS; g++, s.from = s.to) {
        s.to = features->ends[g];
        if (s.from == s.to)
            continue;
        next_group(tally);
        meet(tally, features->items, s, weighing, shift);
        terms = bring_to_length(features->items, s, weighing->groups[g], terms);
    }
    tally->n_terms = (size_t)(terms - tally->terms);
    return LYT_OK;
}
