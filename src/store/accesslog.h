/*
 * lyt_accesslog: files of the state folder that say who was shown what only named roles may see
 * (web/webaudit.h writes them), one a month: access-2026-11.jsonl. A file goes as a whole, when the
 * last of its month is older than it may be.
 *
 * Threads   any; also while somebody writes the one of this month.
 */
#ifndef LYT_ACCESSLOG_H
#define LYT_ACCESSLOG_H

#include <stdint.h>

#include "fs.h"

#define LYT_ACCESSLOG_LEAD "access-"
#define LYT_ACCESSLOG_END ".jsonl"

typedef struct lyt_accesslog_due {
    int64_t n;         /* files that are too old */
    int64_t oldest_us; /* when the first of their months began; 0: none */
} lyt_accesslog_due;

/* Whether it is such a file; [*from_us, *to_us) is its month. */
bool lyt_accesslog_month(lyt_str name, int64_t *from_us, int64_t *to_us);

/*
 * Files whose month was over before before_us; takes: and they go. A folder that is not there has
 * none. LYT_EIO: one could not be taken away, err names it; the others went.
 */
LYT_MUST_USE lyt_status lyt_accesslog_drop(const lyt_fs *fs, const char *folder, int64_t before_us,
                                           bool takes, lyt_accesslog_due *out, lyt_error *err);

#endif
