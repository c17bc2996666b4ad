/*
 * lyt_fetchcursor: how far answers have been fetched, in a file: the time of the last one, and
 * which answers are of that very moment.
 *
 * Lifetime  lyt_fetchcursor_load() to lyt_fetchcursor_deinit(), in the caller's storage.
 * Threads   one at a time.
 */
#ifndef LYT_FETCHCURSOR_H
#define LYT_FETCHCURSOR_H

#include "buf.h"

typedef struct lyt_fetchcursor {
    int64_t at_us; /* 0: nothing yet */
    lyt_buf ids;   /* of that moment, each followed by a line end */
} lyt_fetchcursor;

/* No file: nothing yet. LYT_EFORMAT: err names file and what is wrong. LYT_EIO, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_fetchcursor_load(lyt_fetchcursor *cursor, const char *path,
                                             lyt_error *err);
LYT_MUST_USE lyt_status lyt_fetchcursor_save(const lyt_fetchcursor *cursor, const char *path,
                                             lyt_error *err);
void lyt_fetchcursor_deinit(lyt_fetchcursor *cursor);

/* Whether that answer is behind it. */
bool lyt_fetchcursor_has(const lyt_fetchcursor *cursor, int64_t at_us, lyt_str id);
void lyt_fetchcursor_add(lyt_fetchcursor *cursor, int64_t at_us, lyt_str id);

#endif
