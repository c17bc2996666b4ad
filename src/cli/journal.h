/*
 * lyt_journal: which rows were imported, for ever, since the service tells copies apart for 48
 * hours only: a file of 32 hex digits a line, that grows.
 *
 * Lifetime  lyt_journal_open() to lyt_journal_close(), in the caller's storage.
 * Threads   one at a time; two processes may append at once.
 */
#ifndef LYT_JOURNAL_H
#define LYT_JOURNAL_H

#include "buf.h"
#include "rowset.h"

typedef struct lyt_journal {
    int fd;
    lyt_rowset seen;
    lyt_buf pending;
    char path[2048];
} lyt_journal;

/*
 * Makes the file when it is not there, readable by its owner alone. LYT_EFORMAT: a line in it is
 * none of ours; err has file and line. LYT_EIO, LYT_ELIMIT, LYT_ENOMEM. Close it all the same.
 */
LYT_MUST_USE lyt_status lyt_journal_open(lyt_journal *journal, const char *path, lyt_error *err);

/* Writes what is pending and ends. LYT_EIO: some ids are not in the file. */
LYT_MUST_USE lyt_status lyt_journal_close(lyt_journal *journal, lyt_error *err);

/* id: 32 hex digits. */
bool lyt_journal_has(const lyt_journal *journal, lyt_str id);
void lyt_journal_add(lyt_journal *journal, lyt_str id);

#endif
