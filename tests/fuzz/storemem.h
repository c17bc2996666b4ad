/*
 * A database in memory under a name of its own, as SQLite's default file system: that one file
 * lies in a buffer, all others where they always do. No WAL (it has no shared memory): a database
 * of that kind is to say in bytes 18 and 19 that it has none.
 *
 * Threads   one.
 */
#ifndef LYT_FUZZ_STOREMEM_H
#define LYT_FUZZ_STOREMEM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct storemem {
    char *data;
    size_t len, room;
    bool is_written; /* SQLite wrote to it; put back by whoever looks */
} storemem;

/* memory outlives all use of it; path is borrowed for good. Aborts when SQLite refuses. */
void storemem_begin(storemem *memory, const char *path);

#endif
