#include "scarcity.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static struct {
    _Atomic long asked, fail_at, failed, live;
} memory;

static void *resize(void *context, void *ptr, size_t size_bytes)
{
    void *now;

    (void)context;
    if (!size_bytes) {
        memory.live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (++memory.asked == memory.fail_at) {
        memory.failed++;
        return NULL;
    }
    now = realloc(ptr, size_bytes);
    memory.live += now && !ptr;
    return now;
}

const lyt_alloc scarcity = {resize, NULL};

void scarcity_fail(long n)
{
    memory.fail_at = n ? memory.asked + n : 0;
}

long scarcity_failed(void)
{
    return memory.failed;
}

long scarcity_asked(void)
{
    return memory.asked;
}

long scarcity_live(void)
{
    return memory.live;
}

bool scarcity_waits(void)
{
    return memory.asked < memory.fail_at;
}
