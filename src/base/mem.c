#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *system_resize(void *context, void *ptr, size_t size_bytes)
{
    (void)context;
    if (size_bytes == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size_bytes);
}

static const lyt_alloc system_alloc = {system_resize, NULL};

const lyt_alloc *lyt_alloc_system(void)
{
    return &system_alloc;
}

static void *resize(const lyt_alloc *alloc, void *ptr, size_t size_bytes)
{
    const lyt_alloc *a = alloc ? alloc : &system_alloc;

    return a->resize(a->context, ptr, size_bytes);
}

void *lyt_mem_new(const lyt_alloc *alloc, size_t size_bytes)
{
    void *ptr = resize(alloc, NULL, size_bytes ? size_bytes : 1);

    if (ptr)
        memset(ptr, 0, size_bytes);
    return ptr;
}

void *lyt_mem_array(const lyt_alloc *alloc, size_t n, size_t item_bytes)
{
    if (item_bytes && n > SIZE_MAX / item_bytes)
        return NULL;
    return lyt_mem_new(alloc, n * item_bytes);
}

void lyt_mem_free(const lyt_alloc *alloc, const void *ptr)
{
    if (ptr)
        (void)resize(alloc, (void *)(uintptr_t)ptr, 0);
}

char *lyt_mem_strdup(const lyt_alloc *alloc, lyt_str s)
{
    char *copy = resize(alloc, NULL, s.len + 1);

    if (!copy)
        return NULL;
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

lyt_status lyt_mem_grow(const lyt_alloc *alloc, void *items, size_t *cap, size_t need,
                        size_t item_bytes)
{
    void *old, *grown;
    size_t n = *cap ? *cap : 8;

    if (need <= *cap)
        return LYT_OK;
    while (n < need) {
        if (n > SIZE_MAX / 2)
            return LYT_ENOMEM;
        n *= 2;
    }
    if (n > SIZE_MAX / item_bytes)
        return LYT_ENOMEM;
    memcpy(&old, items, sizeof old);
    grown = resize(alloc, old, n * item_bytes);
    if (!grown)
        return LYT_ENOMEM;
    memcpy(items, &grown, sizeof grown);
    *cap = n;
    return LYT_OK;
}
