/*
 * A database in memory under a name of its own, as SQLite's default file system: that one file
 * lies in a buffer, all others where they always do. No WAL (it has no shared memory).
 *
 * Threads   one.
 */
#ifndef LYT_FUZZ_STOREMEM_H
#define LYT_FUZZ_STOREMEM_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct storemem {
    char *data;
    size_t len, room;
    bool is_written; /* SQLite wrote to it; put back by whoever looks */
} storemem;

/* Pages from one block and no locks: half of the time went there. Before any other use of SQLite. */
void storemem_quick(void);

/*
 * The memory is `sound`, a database that was closed; it grows to `growth` times that. memory outlives
 * all use of it (data: from malloc()); path is borrowed for good. Aborts when SQLite refuses.
 */
void storemem_begin(storemem *memory, const char *path, char *sound, size_t len,
                    size_t growth);

/* Of a database that was opened so: no journal beside it, no temporary files. */
void storemem_no_files(sqlite3 *db);

/* The memory is `sound` again. */
void storemem_put_back(storemem *memory, const char *sound, size_t len);

/* SQLite is to see that the memory was changed behind its back, and forget what it read. */
void storemem_notice(storemem *memory);

#endif
