/*
 * What the commands that work on a state folder without its service share: the database's path,
 * and whether a service is running on it.
 *
 * Threads   one at a time.
 */
#ifndef LYT_STATEFILE_H
#define LYT_STATEFILE_H

#include "online.h"
#include "store.h"

typedef struct lyt_statefile {
    char folder[lyt_state_path_max];
    char database[lyt_state_path_max + 16];
} lyt_statefile;

/* As lyt_state_folder(). LYT_ENOTFOUND, too, when `must_exist` and there is no database. */
LYT_MUST_USE lyt_status lyt_statefile_find(lyt_statefile *out, const char *given, bool must_exist,
                                           lyt_error *err);

typedef enum lyt_store_mode {
    LYT_STORE_READS,
    LYT_STORE_WRITES, /* alone */
    LYT_STORE_BESIDE, /* a service may run */
} lyt_store_mode;

LYT_MUST_USE lyt_status lyt_statefile_open(lyt_store **out, const lyt_statefile *file,
                                           lyt_store_mode mode, lyt_error *err);

/*
 * The number of a key in a small JSON file of a folder, as the pid in endpoints.json; 0 when
 * there is no such file, no such key, or neither can be read.
 */
int64_t lyt_statefile_number(const char *folder, const char *file, const char *key);

#endif
