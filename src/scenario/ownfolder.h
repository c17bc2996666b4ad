/*
 * lyt_own: the scenarios that a house has changed, in a folder of its own beside the pack, which
 * stays as it came:
 *
 *   scenarios/<id>.yaml         stands in place of the pack's (lyt_pack_options.own_folder)
 *   texts/<id>.<version>.yaml   every text that was ever saved, or was there before one was
 *   changes.jsonl               who saved or took back what, a line a change, the oldest first
 *   model.lytm                  what was learned with them
 *
 * A version is 16 hexadecimal digits of the text's SHA-256. What is to be taken back follows from
 * changes.jsonl: a save lays its text on top, undo takes the top one away; below all of them is
 * the pack's. A file that somebody changed by hand counts as a top of its own.
 *
 * Lifetime  plain functions on the caller's buffers.
 * Threads   one at a time a folder; saving locks it against other processes.
 * Errors    of the system, with the path. LYT_ENOTFOUND: there is no such scenario.
 */
#ifndef LYT_OWNFOLDER_H
#define LYT_OWNFOLDER_H

#include <stdint.h>

#include "fs.h"

enum {
    lyt_own_version_bytes = 17,
    lyt_own_text_max = 128 * 1024,
    lyt_own_note_max = 200,
    lyt_own_by_max = 200
};

/* What a scenario's text is, and where it comes from. */
typedef struct lyt_own_state {
    char version[lyt_own_version_bytes];
    char before[lyt_own_version_bytes]; /* what undo brings back; "" the pack's */
    bool is_own;                        /* else it is the pack's, and nothing is to be undone */
} lyt_own_state;

void lyt_own_version(char out[lyt_own_version_bytes], lyt_str text);

/* Whether that can be the name of a scenario: a to z, 0 to 9 and "-", at most 63. */
bool lyt_own_is_name(lyt_str name);

typedef struct lyt_own {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *folder; /* the house's */
    const char *pack;   /* the pack's */
} lyt_own;

/* The text that counts, added to text (NULL: only state). */
LYT_MUST_USE lyt_status lyt_own_read(const lyt_own *own, lyt_str scenario, lyt_buf *text,
                                     lyt_own_state *state, lyt_error *err);

/* The text that undo would bring back. LYT_ESTATE: there is nothing to take back. */
LYT_MUST_USE lyt_status lyt_own_before(const lyt_own *own, lyt_str scenario, lyt_buf *text,
                                       lyt_error *err);

typedef struct lyt_own_change {
    lyt_str scenario;
    lyt_str by, note; /* UTF-8, of at most lyt_own_by_max and _note_max bytes; note may be empty */
    lyt_str expected; /* version that it was made from; another one: LYT_EEXISTS */
    int64_t now_us;
} lyt_own_change;

/*
 * From now on that text counts. The texts before it are kept. The text is not checked here: the
 * caller has read and judged with it. LYT_EINVAL, LYT_ELIMIT: by or note is not as it must be.
 */
LYT_MUST_USE lyt_status lyt_own_save(const lyt_own *own, const lyt_own_change *change, lyt_str text,
                                     lyt_own_state *state, lyt_error *err);
/* From now on the one before counts. LYT_ESTATE: there is none. */
LYT_MUST_USE lyt_status lyt_own_undo(const lyt_own *own, const lyt_own_change *change,
                                     lyt_own_state *state, lyt_error *err);

/*
 * Adds the changes as they were written, a JSON object a line, the oldest first; of one scenario,
 * or of all (empty).
 */
LYT_MUST_USE lyt_status lyt_own_changes(const lyt_own *own, lyt_str scenario, lyt_buf *out,
                                        lyt_error *err);

#endif
