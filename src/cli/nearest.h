/* lyt_nearest: what somebody meant who mistyped a name. Pure. */
#ifndef LYT_NEAREST_H
#define LYT_NEAREST_H

#include <stddef.h>

/*
 * The name among n that is most like word: few letters wrong, missing, extra or
 * swapped, or word begins it; NULL when none is near. Borrowed from names.
 */
const char *lyt_nearest(const char *word, const char *const *names, size_t n);

/* Optimal string alignment distance; anything over lyt_nearest_bytes_max bytes is SIZE_MAX. */
enum { lyt_nearest_bytes_max = 64 };
size_t lyt_nearest_distance(const char *a, const char *b);

#endif
