#include "nearest.h"

#include <stdint.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t lyt_nearest_distance(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b);
    size_t rows[3][lyt_nearest_bytes_max + 1];
    size_t *two_back = rows[0], *last = rows[1], *now = rows[2];

    if (na > lyt_nearest_bytes_max || nb > lyt_nearest_bytes_max)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        last[j] = two_back[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *spare = two_back;

        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            now[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], two_back[j - 2] + 1);
        }
        two_back = last;
        last = now;
        now = spare;
    }
    return last[nb];
}

const char *lyt_nearest(const char *word, const char *const *names, size_t n)
{
    size_t len = strlen(word), best = SIZE_MAX;
    const char *found = NULL;

    for (size_t i = 0; i < n; i++) {
        size_t distance = lyt_nearest_distance(word, names[i]);

        /* "pa" and "exp" are how people begin to type, not errors */
        if (len >= 2 && strncmp(word, names[i], len) == 0)
            distance = least(distance, 1);
        if (distance < best) {
            best = distance;
            found = names[i];
        }
    }
    return best <= least(3, 1 + len / 4) ? found : NULL;
}
