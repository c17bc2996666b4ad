/*
 * lyt_lessonlist: what people corrected, as lessons (lyt/classifier.h): read from the event log
 * of a service, with the texts they are about. The last correction of a message counts; one that
 * was taken back, and one whose message is gone, does not.
 *
 * Lifetime  lyt_lessonlist_read() to lyt_lessonlist_free(); all it hands out lives with it.
 * Threads   one at a time; opens the database to read, beside the ledger.
 */
#ifndef LYT_LESSONLIST_H
#define LYT_LESSONLIST_H

#include <lyt/classifier.h>

typedef struct lyt_lessonlist lyt_lessonlist;

/*
 * database: the service's lyt.db. A file that is not there has no lessons. LYT_ENOMEM,
 * LYT_EFORMAT, LYT_EIO, LYT_ELIMIT (over 256 MiB of texts).
 */
LYT_MUST_USE lyt_status lyt_lessonlist_read(lyt_lessonlist **out, const lyt_alloc *alloc,
                                            const char *database, lyt_error *err);
void lyt_lessonlist_free(lyt_lessonlist *list);

/* In the order of the messages' numbers, which are their ids. */
const lyt_lesson *lyt_lessonlist_items(const lyt_lessonlist *list, size_t *n);

#endif
