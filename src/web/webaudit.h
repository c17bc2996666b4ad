/*
 * lyt_audit: who was shown what only named roles may see, and who let somebody in or out. Lines of
 * JSON in the state folder, one file a month: access-2026-11.jsonl
 *
 *   {"at":"…","person":"signe","what":"incident","incidents":[12],"messages":[88],"request":"…"}
 *
 * A line is on the disk before the answer goes out. Files of months that are past may be taken
 * away at any time.
 *
 * Lifetime  lyt_audit_init() to lyt_audit_deinit(), in the caller's storage.
 * Threads   one at a time; any number of them, of any processes, may write to one folder.
 */
#ifndef LYT_WEBAUDIT_H
#define LYT_WEBAUDIT_H

#include "json.h"

typedef struct lyt_audit {
    const lyt_alloc *alloc;
    const char *folder;
    int fd; /* of the month; -1: none */
    char month[8];
    lyt_buf line;
    lyt_jw jw;
} lyt_audit;

/* folder: borrowed. */
void lyt_audit_init(lyt_audit *audit, const lyt_alloc *alloc, const char *folder);
void lyt_audit_deinit(lyt_audit *audit);

/* Begins a line; the caller adds members to audit->jw. */
void lyt_audit_begin(lyt_audit *audit, int64_t now_us, lyt_str person, const char *what);
/* Writes it. LYT_EFULL, LYT_EIO, LYT_ENOMEM: it is not noted, and err names the file. */
LYT_MUST_USE lyt_status lyt_audit_end(lyt_audit *audit, lyt_error *err);

/* Every line of a folder, the oldest first, as it was written; LYT_EEND from each ends it. */
LYT_MUST_USE lyt_status lyt_audit_each(const char *folder,
                                       lyt_status (*each)(void *user, const lyt_json *line,
                                                          lyt_str text),
                                       void *user, lyt_error *err);

#endif
