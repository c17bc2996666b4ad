#include "arena.h"

#include <stdalign.h>
#include <string.h>

#include "mem.h"

/*
 * Blocks in a chain, newest first, each at least twice its elder. A reset keeps
 * the newest, the largest: after a few messages one block holds any of them.
 */
enum { first_block_bytes = 16384 };

typedef struct block {
    struct block *older;
    size_t size_bytes;
    size_t used;
    alignas(max_align_t) char data[];
} block;

struct lyt_arena {
    const lyt_alloc *alloc;
    const char *name;
    uint64_t tag;
    size_t cap_bytes;
    size_t given;
    lyt_status status;
    block *newest;
};

static block *block_new(const lyt_alloc *alloc, size_t size_bytes)
{
    block *b;

    if (size_bytes > SIZE_MAX - sizeof *b)
        return NULL;
    b = lyt_mem_new(alloc, sizeof *b + size_bytes);
    if (b)
        b->size_bytes = size_bytes;
    return b;
}

lyt_status lyt_arena_new(lyt_arena **out, const lyt_alloc *alloc, const char *name,
                         size_t cap_bytes)
{
    lyt_arena *arena = lyt_mem_new(alloc, sizeof *arena);

    if (!arena)
        return LYT_ENOMEM;
    arena->alloc = alloc;
    arena->name = name;
    arena->cap_bytes = cap_bytes;
    arena->newest = block_new(alloc, first_block_bytes);
    if (!arena->newest) {
        lyt_mem_free(alloc, arena);
        return LYT_ENOMEM;
    }
    *out = arena;
    return LYT_OK;
}

void lyt_arena_free(lyt_arena *arena)
{
    if (!arena)
        return;
    while (arena->newest) {
        block *b = arena->newest;

        arena->newest = b->older;
        lyt_mem_free(arena->alloc, b);
    }
    lyt_mem_free(arena->alloc, arena);
}

void lyt_arena_reset(lyt_arena *arena)
{
    block *older = arena->newest->older;

    while (older) {
        block *b = older;

        older = b->older;
        lyt_mem_free(arena->alloc, b);
    }
    arena->newest->older = NULL;
    arena->newest->used = 0;
    arena->given = 0;
    arena->tag = 0;
    arena->status = LYT_OK;
}

void lyt_arena_tag(lyt_arena *arena, uint64_t tag)
{
    arena->tag = tag;
}

static void *give(lyt_arena *arena, size_t size_bytes)
{
    const size_t step = alignof(max_align_t);
    block *b = arena->newest;
    size_t n;
    void *at;

    if (arena->status)
        return NULL;
    if (size_bytes > SIZE_MAX / 2 || size_bytes > arena->cap_bytes ||
        arena->given > arena->cap_bytes - size_bytes) {
        arena->status = LYT_ELIMIT;
        return NULL;
    }
    n = (size_bytes + step - 1) / step * step;
    if (n > b->size_bytes - b->used) {
        size_t want = b->size_bytes * 2;

        b = block_new(arena->alloc, n > want ? n : want);
        if (!b) {
            arena->status = LYT_ENOMEM;
            return NULL;
        }
        b->older = arena->newest;
        arena->newest = b;
    }
    at = b->data + b->used;
    b->used += n;
    arena->given += size_bytes;
    return at;
}

void *lyt_arena_alloc(lyt_arena *arena, size_t size_bytes)
{
    void *at = give(arena, size_bytes);

    return at ? memset(at, 0, size_bytes) : NULL;
}

void *lyt_arena_array(lyt_arena *arena, size_t n, size_t item_bytes)
{
    void *at = lyt_arena_room(arena, n, item_bytes);

    return at ? memset(at, 0, n * item_bytes) : NULL;
}

void *lyt_arena_room(lyt_arena *arena, size_t n, size_t item_bytes)
{
    if (item_bytes && n > SIZE_MAX / item_bytes) {
        if (!arena->status)
            arena->status = LYT_ELIMIT;
        return NULL;
    }
    return give(arena, n * item_bytes);
}

lyt_str lyt_arena_copy(lyt_arena *arena, lyt_str s)
{
    char *copy = s.len < SIZE_MAX ? give(arena, s.len + 1) : NULL;

    if (!copy)
        return (lyt_str){NULL, 0};
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return (lyt_str){copy, s.len};
}

lyt_status lyt_arena_grow(lyt_arena *arena, void *items, size_t *cap, size_t need,
                          size_t item_bytes)
{
    void *old, *grown;
    size_t n = *cap ? *cap : 8;

    if (need <= *cap)
        return LYT_OK;
    while (n < need && n <= SIZE_MAX / 2)
        n *= 2;
    memcpy(&old, items, sizeof old);
    grown = lyt_arena_array(arena, n, item_bytes);
    if (!grown)
        return arena->status;
    if (old)
        memcpy(grown, old, *cap * item_bytes);
    memcpy(items, &grown, sizeof grown);
    *cap = n;
    return LYT_OK;
}

lyt_status lyt_arena_status(const lyt_arena *arena)
{
    return arena->status;
}

size_t lyt_arena_used(const lyt_arena *arena)
{
    return arena->given;
}
