/*
 * lyt_arena: memory that is given back all at once. One a message, reset at
 * the end; it keeps its largest block, so that a warm arena asks for nothing.
 *
 * Lifetime  lyt_arena_new() to lyt_arena_free(); what it gave lives until reset.
 * Threads   one at a time.
 * Limits    cap_bytes is the most it gives between two resets; beyond it
 *           lyt_arena_alloc() returns NULL and lyt_arena_status() says LYT_ELIMIT.
 */
#ifndef LYT_ARENA_H
#define LYT_ARENA_H

#include <stdint.h>

#include <lyt/alloc.h>
#include <lyt/str.h>

typedef struct lyt_arena lyt_arena;

/* name is a static string, for people. LYT_ENOMEM leaves out untouched. */
LYT_MUST_USE lyt_status lyt_arena_new(lyt_arena **out, const lyt_alloc *alloc, const char *name,
                                      size_t cap_bytes);
void lyt_arena_free(lyt_arena *arena);

/* Gives everything back and forgets a failure. */
void lyt_arena_reset(lyt_arena *arena);

/* Marks what the memory is for (a message id), so that a dump can tell. */
void lyt_arena_tag(lyt_arena *arena, uint64_t tag);

/* Zeroed, aligned for any type; NULL when the cap or the memory ends. */
void *lyt_arena_alloc(lyt_arena *arena, size_t size_bytes);
void *lyt_arena_array(lyt_arena *arena, size_t n, size_t item_bytes);

/* The same, not zeroed: for who writes before reading. */
void *lyt_arena_room(lyt_arena *arena, size_t n, size_t item_bytes);

/* A copy with a NUL after it; {NULL, 0} on failure. */
lyt_str lyt_arena_copy(lyt_arena *arena, lyt_str s);

/*
 * Room for need items in *items of capacity *cap: a bigger array is taken from
 * the arena and the items are moved. LYT_ENOMEM or LYT_ELIMIT.
 */
LYT_MUST_USE lyt_status lyt_arena_grow(lyt_arena *arena, void *items, size_t *cap, size_t need,
                                       size_t item_bytes);

/* LYT_OK or the first failure since the reset. */
LYT_MUST_USE lyt_status lyt_arena_status(const lyt_arena *arena);

/* Bytes given since the reset. */
size_t lyt_arena_used(const lyt_arena *arena);

#endif
