/*
 * lyt_alloc: where memory comes from. Every object takes one when it is made
 * and keeps the pointer, so the allocator outlives the object.
 *
 * Threads   an allocator that several threads share must be safe for them;
 *           the system one is.
 */
#ifndef LYT_ALLOC_H
#define LYT_ALLOC_H

#include <stddef.h>

#include <lyt/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lyt_alloc {
    /*
     * realloc's contract: ptr NULL allocates, size_bytes 0 frees and returns
     * NULL, failure returns NULL and leaves ptr as it was.
     */
    void *(*resize)(void *context, void *ptr, size_t size_bytes);
    void *context;
} lyt_alloc;

/* malloc's memory. Static storage. */
LYT_API const lyt_alloc *lyt_alloc_system(void);

#ifdef __cplusplus
}
#endif
#endif
