/*
 * lyt_packtree: all that people wrote of a pack, as it was at one moment: its own folder, the
 * house's scenarios that stand in place of some, and the language lexicons it is read with. Held
 * in memory, by these paths:
 *
 *   pack/pack.yaml, pack/scenarios/…, pack/lexicons/…, pack/properties/…, pack/training/…
 *   own/scenarios/…
 *   language/en.yaml, language/delicate/en.yaml
 *
 * Lifetime  lyt_packtree_new() to lyt_packtree_free(); a pack opened from it goes first.
 * Threads   one at a time while it is filled; then any may read.
 */
#ifndef LYT_PACKTREE_H
#define LYT_PACKTREE_H

#include "pack.h"

typedef struct lyt_packtree lyt_packtree;

LYT_MUST_USE lyt_status lyt_packtree_new(lyt_packtree **out, const lyt_alloc *alloc,
                                         lyt_error *err);
/* NULL is accepted. */
void lyt_packtree_free(lyt_packtree *tree);

/* Path and bytes are copied. LYT_EEXISTS: there is one of that path. LYT_ELIMIT, LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_packtree_add(lyt_packtree *tree, const char *path, lyt_str bytes,
                                         lyt_error *err);

/* own: NULL, or a folder that may not be there. */
typedef struct lyt_packtree_from {
    const char *folder, *own, *lexicons;
} lyt_packtree_from;

/* Adds what lies there now. Errors of the system, with the path. */
LYT_MUST_USE lyt_status lyt_packtree_take(lyt_packtree *tree, const lyt_fs *fs,
                                          const lyt_packtree_from *from, lyt_error *err);

typedef struct lyt_packtree_file {
    const char *path;
    lyt_str bytes;
    const char *source; /* where it was taken from; NULL: it was added */
} lyt_packtree_file;

/* In the order of their paths. */
size_t lyt_packtree_size(const lyt_packtree *tree);
const lyt_packtree_file *lyt_packtree_at(const lyt_packtree *tree, size_t index);
/* NULL: there is none. */
const lyt_packtree_file *lyt_packtree_find(const lyt_packtree *tree, const char *path);

/* The tree as files, by those paths; nothing can be written. Lives with the tree. */
const lyt_fs *lyt_packtree_fs(const lyt_packtree *tree);

/*
 * Its scenarios, rules and sentences, without what is learned (lyt_pack_load_texts). languages: the
 * more_languages it is read in, "+nb+sv", or "". Errors name the paths above.
 */
LYT_MUST_USE lyt_status lyt_packtree_open(const lyt_packtree *tree, const char *languages,
                                          lyt_pack **out, lyt_error *err);

/*
 * Whether it was taken from what the pack was read from: from each file that the pack read or found
 * missing, as it was then, with none beside them that its lists did not show. LYT_EBUSY: it was
 * not, so somebody wrote between the two.
 */
LYT_MUST_USE lyt_status lyt_packtree_is_of(const lyt_packtree *tree, const lyt_pack *pack,
                                           lyt_error *err);

#endif
