/*
 * lyt_keyset: which (scope, id) was accepted lately, so that a message sent
 * twice becomes one feedback. A scope is who gives the ids: a property's channel. Of each key there
 * are 8 bytes in memory, a little over 9 with the room between them: 44 bits of its hash and which
 * feedback it was. The store says whether it is the very key; it has it anyhow.
 *
 * The hash has a secret seed, so that nobody can make many ids look alike on purpose.
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

/* How long the service remembers them. */
static const int64_t lyt_keep_keys_us = (int64_t)48 * 3600 * 1000000;

/* keep_us: how long a key is remembered. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_keyset_new(lyt_keyset **out, const lyt_alloc *alloc, uint64_t seed,
                                       int64_t keep_us);
void lyt_keyset_free(lyt_keyset *set);

/* Whether that feedback came with the key that is looked for; anything but LYT_OK ends the search.
 */
typedef lyt_status (*lyt_keyset_fn)(void *user, int64_t feedback, bool *is_it);

/*
 * *feedback: the last one put under that key, 0 for none. Those put longer than keep_us before
 * now_us may be asked for still: is_it() knows when they came.
 */
LYT_MUST_USE lyt_status lyt_keyset_find(const lyt_keyset *set, lyt_str scope, lyt_str id,
                                        int64_t now_us, lyt_keyset_fn is_it, void *user,
                                        int64_t *feedback);

/* Remembers a key; feedback is above those put before. LYT_ENOMEM leaves the set as it was. */
LYT_MUST_USE lyt_status lyt_keyset_put(lyt_keyset *set, lyt_str scope, lyt_str id, int64_t feedback,
                                       int64_t received_us);

/* What is put from here on is taken back by lyt_keyset_rollback(); what is too old goes. */
void lyt_keyset_mark(lyt_keyset *set, int64_t now_us);
void lyt_keyset_rollback(lyt_keyset *set);

/* Keys, and the bytes of their table. */
size_t lyt_keyset_size(const lyt_keyset *set);
size_t lyt_keyset_bytes(const lyt_keyset *set);

#endif
