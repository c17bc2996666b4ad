/* What the border lets through of any bytes: those that are no UTF-8, and NULs, left out. */
#ifndef LYT_FUZZ_VALID_H
#define LYT_FUZZ_VALID_H

#include <stdint.h>
#include <string.h>

#include "utf8.h"

/* out: room for size bytes. Returns how many were kept. */
static inline size_t keep_valid(const uint8_t *data, size_t size, char *out)
{
    size_t n = 0;

    while (size > 0) {
        size_t good = size;

        if (lyt_utf8_check((lyt_str){(const char *)data, size}, &good) == LYT_OK)
            good = size;
        memcpy(out + n, data, good);
        n += good;
        data += good < size ? good + 1 : good;
        size -= good < size ? good + 1 : good;
    }
    return n;
}

#endif
