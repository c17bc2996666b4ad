/*
 * lyt_keyset: which (channel, id) was accepted lately, so that a message sent
 * twice becomes one feedback. Keys are 128-bit hashes with a secret seed: 32
 * bytes each, half as much again for the table, and nobody can make two ids collide on
 * purpose.
 *
 * Lifetime  lyt_keyset_new() to lyt_keyset_free().
 * Threads   one at a time (the ledger's).
 * Units     microseconds since 1970 UTC.
 */
#ifndef LYT_KEYSET_H
#define LYT_KEYSET_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_keyset lyt_keyset;

/* keep_us: how long a key is remembered. */
LYT_MUST_USE lyt_status lyt_keyset_new(lyt_keyset **out, const lyt_alloc *alloc,
                                       const uint64_t seed[2], int64_t keep_us);
void lyt_keyset_free(lyt_keyset *set);

/* The feedback accepted under that key within keep_us before now_us; 0 when none. */
int64_t lyt_keyset_find(const lyt_keyset *set, lyt_str channel, lyt_str id, int64_t now_us);

/* Remembers, or replaces, the key's feedback (above 0). LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_keyset_put(lyt_keyset *set, lyt_str channel, lyt_str id,
                                       int64_t feedback, int64_t received_us);
/* As if it had never been put. */
void lyt_keyset_forget(lyt_keyset *set, lyt_str channel, lyt_str id);

size_t lyt_keyset_size(const lyt_keyset *set);

#endif
