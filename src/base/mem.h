/*
 * lyt_mem: what everybody does with a lyt_alloc.
 *
 * NULL for the allocator means the system's. Sizes are bytes; products are
 * checked for overflow, which counts as memory that is not there.
 */
#ifndef LYT_MEM_H
#define LYT_MEM_H

#include <lyt/alloc.h>
#include <lyt/str.h>

/* Zeroed memory, owned by the caller; NULL when there is none. */
void *lyt_mem_new(const lyt_alloc *alloc, size_t size_bytes);

/* Zeroed memory for n items. */
void *lyt_mem_array(const lyt_alloc *alloc, size_t n, size_t item_bytes);

/* NULL is accepted. */
void lyt_mem_free(const lyt_alloc *alloc, const void *ptr);

/* A NUL-terminated copy, owned by the caller; NULL when there is no memory. */
char *lyt_mem_strdup(const lyt_alloc *alloc, lyt_str s);

/*
 * Makes room for need items in the array *items of capacity *cap, doubling;
 * new items are not cleared. LYT_ENOMEM leaves both as they were.
 */
LYT_MUST_USE lyt_status lyt_mem_grow(const lyt_alloc *alloc, void *items, size_t *cap, size_t need,
                                     size_t item_bytes);

#endif
