/*
 * lyt_ways: records of fixed size that each lie in one of four rows beside each other, the last met
 * in front. In one of two, a word in three hundred was pushed out by others again and again.
 *
 * Threads   one at a time a table.
 */
#ifndef LYT_WAYS_H
#define LYT_WAYS_H

#include <stddef.h>
#include <string.h>

enum { lyt_ways = 4 }; /* of row r: r ^ 0 to r ^ 3 */

/*
 * Makes the first of a record's rows free for it: what lies there moves on, and the last is
 * forgotten. A record is free where its byte at used_at is 0.
 */
static inline void lyt_ways_make(void *table, size_t record_bytes, size_t row, size_t used_at)
{
    unsigned char *const records = table;
    size_t way = 0;

    while (way < lyt_ways - 1 && records[(row ^ way) * record_bytes + used_at])
        way++;
    for (; way > 0; way--)
        memcpy(records + (row ^ way) * record_bytes, records + (row ^ (way - 1)) * record_bytes,
               record_bytes);
}

#endif
