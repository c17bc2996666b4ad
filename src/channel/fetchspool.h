/*
 * lyt_fetchspool: answers that a survey system keeps until they are asked for, each a small file in
 * a folder: which gateway heard of it, of which survey, which answer. Who hears of one puts it in,
 * on the disk, before that is answered; a helper of its own takes it out when the service has the
 * answer. The same one put in twice is in it once.
 *
 * Threads   plain functions; any number of processes.
 */
#ifndef LYT_FETCHSPOOL_H
#define LYT_FETCHSPOOL_H

#include <stdint.h>

#include "fs.h"

enum { lyt_fetch_id_max = 64, lyt_fetch_name_bytes = 40 };

typedef struct lyt_fetch_item {
    lyt_str gateway, survey, response; /* letters, digits, "-" and "_" */
    int64_t heard_us;
} lyt_fetch_item;

/* Whether that can stand in an address and a file: 1 to 64 of letters, digits, "-" and "_". */
bool lyt_fetch_is_id(lyt_str text);

/*
 * Makes the folder when it is not there. LYT_EINVAL: an id that is none. LYT_EFULL, LYT_EIO,
 * LYT_ENOMEM: it is not kept.
 */
LYT_MUST_USE lyt_status lyt_fetchspool_put(const lyt_fs *fs, const char *folder,
                                           const lyt_fetch_item *item, lyt_error *err);

/*
 * Each item, by name; texts are borrowed for the call. Files that are none are passed over. No
 * folder: none. LYT_EEND from each ends it.
 */
LYT_MUST_USE lyt_status lyt_fetchspool_each(const lyt_fs *fs, const char *folder,
                                            lyt_status (*each)(void *user, const char *name,
                                                               const lyt_fetch_item *item),
                                            void *user, lyt_error *err);
/* Takes it out; gives_up: it stays beside, as <name>.given-up, for people to look at. */
void lyt_fetchspool_remove(const char *folder, const char *name, bool gives_up);

#endif
