/*
 * lyt_access: which keys may do what. A text file, a line a key:
 *
 *   # name   public key (Z85)                           rights
 *   pager    Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID   topic=alarm.havnen. topic=incident.havnen.
 *
 * Rights: submit (messages), command (move incidents), work (classify), ask (read incidents,
 * messages, the state of the service), topic=PREFIX (hear and read such events), all. Two lines
 * of one name are two keys of one holder, both valid: so a key is changed without a gap.
 *
 * lyt_door is one actor's copy of such a file, read again when it has changed.
 *
 * Lifetime  lyt_access_parse() to lyt_access_free(); lyt_door_open() to lyt_door_close().
 * Threads   each belongs to one thread.
 */
#ifndef LYT_ACCESS_H
#define LYT_ACCESS_H

#include <stdint.h>

#include "fs.h"
#include "net.h"

typedef enum lyt_right {
    LYT_RIGHT_SUBMIT = 1,
    LYT_RIGHT_COMMAND = 2,
    LYT_RIGHT_WORK = 4,
    LYT_RIGHT_ASK = 8,
    LYT_RIGHT_EVERY = 15,
} lyt_right;

enum { lyt_access_name_max = 48, lyt_access_topics_max = 32, lyt_access_file_max = 1 << 20 };

typedef struct lyt_access lyt_access;

/* LYT_EFORMAT: err has line and what to do. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_access_parse(lyt_access **out, const lyt_alloc *alloc, lyt_str text,
                                         lyt_error *err);
void lyt_access_free(lyt_access *access);

/* The name of a key's holder, borrowed; NULL when nobody has it. */
const char *lyt_access_holder(const lyt_access *access, lyt_str key);
bool lyt_access_may(const lyt_access *access, lyt_str name, lyt_right right);

/*
 * What of the events with that prefix the holder may have: prefixes, at most
 * lyt_access_topics_max, borrowed from access or equal to wanted; 0 for nothing.
 */
size_t lyt_access_narrow(const lyt_access *access, lyt_str name, lyt_str wanted,
                         lyt_str granted[lyt_access_topics_max]);
/* Whether the holder may have events of that topic. */
bool lyt_access_hears(const lyt_access *access, lyt_str name, lyt_str topic);

enum {
    lyt_door_stamp = 5,
    lyt_door_missed_most = 5, /* looks in a row that find no file: then it is gone */
};

typedef struct lyt_door {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *path; /* NULL: no door, everybody may do everything */
    lyt_access *access;
    int64_t stamp[lyt_door_stamp];
    int n_missed;
} lyt_door;

/* path is borrowed until lyt_door_close(). */
LYT_MUST_USE lyt_status lyt_door_open(lyt_door *door, const lyt_alloc *alloc, const lyt_fs *fs,
                                      const char *path, lyt_error *err);
void lyt_door_close(lyt_door *door);
/*
 * Reads the file if it has changed: *changed. A bad file, or none, leaves the rights as they were
 * and says why, once a change. LYT_ESTATE: others may write it.
 */
LYT_MUST_USE lyt_status lyt_door_refresh(lyt_door *door, bool *changed, lyt_error *err);

bool lyt_door_may(const lyt_door *door, const char *user, lyt_right right);
size_t lyt_door_narrow(const lyt_door *door, const char *user, lyt_str wanted,
                       lyt_str granted[lyt_access_topics_max]);
bool lyt_door_hears(const lyt_door *door, const char *user, lyt_str topic);
/* Whether there is still a holder of that name. */
bool lyt_door_knows(const lyt_door *door, const char *user);

/*
 * A secret key from its file (`lyt keygen`): a line "secret KEY". LYT_ESTATE: others may read the
 * file; err says how to mend that. The key is never in an error's text.
 */
LYT_MUST_USE lyt_status lyt_key_load(char secret_key[lyt_key_bytes], const lyt_fs *fs,
                                     const char *path, lyt_error *err);

#endif
