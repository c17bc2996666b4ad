/*
 * lyt_store_copy: a whole copy of a database while it is used, whether one is sound, and
 * bringing one back.
 *
 * Threads   one at a time.
 */
#ifndef LYT_STORE_COPY_H
#define LYT_STORE_COPY_H

#include "store.h"

/*
 * What is committed now, into one file (beside it first, then fsync and rename: all or nothing).
 * Whoever writes meanwhile is not held up. LYT_EEXISTS: path is there and `replaces` is not said.
 */
LYT_MUST_USE lyt_status lyt_store_copy(lyt_store *store, const char *path, bool replaces,
                                       lyt_error *err);

typedef struct lyt_copy_about {
    int64_t schema, n_feedback, n_events, last_seq, newest_us;
} lyt_copy_about;

/*
 * Reads every page. LYT_EFORMAT: damaged, not one of ours, or of a newer Lyt. LYT_ENOTFOUND.
 * Errors name the file.
 */
LYT_MUST_USE lyt_status lyt_store_verify(const char *path, lyt_copy_about *out, lyt_error *err);

enum { lyt_store_hash_bytes = 65 };

/*
 * SHA-256 of all that is kept in the database at path, as 64 hexadecimal digits: the same of two
 * that hold the same rows, however they came there. Only the name of the log of events is left out,
 * which a copy that is brought back has of its own. LYT_EFORMAT: no database; LYT_EIO.
 */
LYT_MUST_USE lyt_status lyt_store_hash(const char *path, char out[lyt_store_hash_bytes],
                                       lyt_error *err);

/*
 * Makes a verified copy the database at path. Its log gets a publisher of its own: after the copy
 * was made other events may have had the numbers that come now. prepare() (may be NULL) may change
 * it before it counts. LYT_EEXISTS: there is one and `replaces` is not said. LYT_EBUSY: a service
 * uses it.
 */
LYT_MUST_USE lyt_status lyt_store_restore(const char *copy, const char *path, bool replaces,
                                          lyt_status (*prepare)(void *user, lyt_store *store,
                                                                lyt_error *err),
                                          void *user, lyt_error *err);

#endif
