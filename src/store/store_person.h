/*
 * lyt_who: all that is kept about one guest: given out as one JSON object, or erased so that
 * no byte of it is left in the database, its free pages or its log of what was written.
 *
 * A guest is who a message is from, as it is kept: the pseudonym, where there are keys for it.
 *
 * Erasing   the guest's messages lose words, sender, ids; verdicts, events and parked messages what
 *           they quote; facts the guest; incidents that only this guest's messages are in lose what
 *           people wrote; notes and stays go. Rows, numbers and times stay, for figures. Where
 *           the guest's name stands in what people wrote elsewhere, it is taken out.
 *
 * Threads   one at a time. Errors as in store.h.
 */
#ifndef LYT_STORE_PERSON_H
#define LYT_STORE_PERSON_H

#include "fs.h"
#include "store.h"

/* Either a guest, or (guest empty) the one message of that number. */
typedef struct lyt_who {
    lyt_str guest;
    int64_t feedback;
} lyt_who;

typedef struct lyt_erased {
    int64_t messages, events, incidents, others; /* others: facts, notes, stays */
} lyt_erased;

/* Whose message that is: into out, NUL-terminated; empty: nobody's. LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_store_sender(lyt_store *store, int64_t feedback, char *out,
                                         size_t out_bytes, lyt_error *err);

/* In one transaction, outside of one. Then lyt_store_scrub(). */
LYT_MUST_USE lyt_status lyt_store_erase(lyt_store *store, const lyt_who *person, lyt_erased *out,
                                        lyt_error *err);

/*
 * Writes the database anew, so that nothing of what went is left between what stayed; as long as
 * it lasts nobody else can write. LYT_EBUSY: somebody reads or writes all the time.
 */
LYT_MUST_USE lyt_status lyt_store_scrub(lyt_store *store, lyt_error *err);

/* One JSON object: "messages", "incidents", "facts", "notes", "stays". */
LYT_MUST_USE lyt_status lyt_store_export(lyt_store *store, const lyt_who *person, lyt_buf *out,
                                         lyt_error *err);

/*
 * The list of who was erased, so that it is done again to a copy that is brought back: one JSON
 * object a line, with a salted SHA-256 of the guest and nothing else of them.
 */
LYT_MUST_USE lyt_status lyt_erasures_add(const lyt_fs *fs, const char *path, lyt_str guest,
                                         int64_t now_us, lyt_error *err);
/* Whether that guest is in the list. */
LYT_MUST_USE lyt_status lyt_erasures_has(const lyt_fs *fs, const char *path, lyt_str guest,
                                         bool *has, lyt_error *err);
/* Erases everybody who is in the list (a missing list is an empty one). *n: how many were found. */
LYT_MUST_USE lyt_status lyt_erasures_apply(lyt_store *store, const lyt_fs *fs, const char *path,
                                           int64_t *n, lyt_error *err);

#endif
