/*
 * lyt_rowset: how often each of many keys was seen; keys are hashes of 64 bits.
 *
 * Lifetime  lyt_rowset_init() to lyt_rowset_deinit(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_ROWSET_H
#define LYT_ROWSET_H

#include <stdbool.h>
#include <stdint.h>

#include <lyt/alloc.h>

typedef struct lyt_rowset_slot {
    uint64_t key;
    uint32_t count; /* 0: free */
} lyt_rowset_slot;

typedef struct lyt_rowset {
    const lyt_alloc *alloc;
    lyt_rowset_slot *slots;
    size_t n, cap;
} lyt_rowset;

void lyt_rowset_init(lyt_rowset *set, const lyt_alloc *alloc);
void lyt_rowset_deinit(lyt_rowset *set);

/* Counts the key once more; *before: how often it was there. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_rowset_add(lyt_rowset *set, uint64_t key, uint32_t *before);
bool lyt_rowset_has(const lyt_rowset *set, uint64_t key);

#endif
