/*
 * lyt_versions: every version of a pack that a service judged with, in a folder of its state, so
 * that what an alarm of last month went by can be shown:
 *
 *   <version>.pack   what people wrote of it (versionfile.h)
 *   used.jsonl       when which one began to be used, a line a time, the oldest first:
 *                    {"at":"…","pack":"…"}, with "base" where people's corrections were taught over
 *                    a pack: then base has the file
 *
 * Whatever ends it midway, each file is whole, as it was or as it is to be. A damaged one is named,
 * and written anew when the same version is used again.
 *
 * Lifetime  plain functions on the caller's buffers.
 * Threads   one that writes a folder at a time; any may read.
 * Errors    of the system, with the path. LYT_EFORMAT: damaged; err names the file.
 */
#ifndef LYT_VERSIONS_H
#define LYT_VERSIONS_H

#include "versionfile.h"

typedef struct lyt_versions {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *folder;
} lyt_versions;

/*
 * Keeps the pack, which was read from exactly this tree (lyt_packtree_is_of), where it is not kept
 * already. On LYT_OK it is on the disk. LYT_EFULL: as it was before.
 */
LYT_MUST_USE lyt_status lyt_versions_keep(const lyt_versions *versions, const lyt_pack *pack,
                                          const lyt_packtree *tree, int64_t now_us, lyt_error *err);
/* Whether all of it is there and sound: it need not be kept again. */
bool lyt_versions_has(const lyt_versions *versions, uint64_t version);
/*
 * The same in two steps, for who has to wait between them: the file that is to be written, added to
 * out (nothing: it is kept already), and writing it.
 */
LYT_MUST_USE lyt_status lyt_versions_prepare(const lyt_versions *versions, const lyt_pack *pack,
                                             const lyt_packtree *tree, int64_t now_us, lyt_buf *out,
                                             lyt_error *err);
LYT_MUST_USE lyt_status lyt_versions_put(const lyt_versions *versions, uint64_t version,
                                         const lyt_buf *file, lyt_error *err);

/*
 * From now on messages are judged with `version`: the kept version `base`, or that with what people
 * corrected. Used already, nothing is written.
 */
LYT_MUST_USE lyt_status lyt_versions_use(const lyt_versions *versions, uint64_t version,
                                         uint64_t base, int64_t now_us, lyt_error *err);

typedef struct lyt_version_use {
    char pack[lyt_version_bytes], base[lyt_version_bytes];
    int64_t from_us, to_us; /* to: when the next one began; 0: it has not */
} lyt_version_use;

/* The oldest first; *out is the caller's (lyt_mem_free). */
LYT_MUST_USE lyt_status lyt_versions_uses(const lyt_versions *versions, lyt_version_use **out,
                                          size_t *n, lyt_error *err);

/* The names of the versions that there are files of, in their order; *out is the caller's. */
LYT_MUST_USE lyt_status lyt_versions_list(const lyt_versions *versions,
                                          char (**out)[lyt_version_bytes], size_t *n,
                                          lyt_error *err);

typedef struct lyt_version_found {
    char version[lyt_version_bytes]; /* in full */
    char pack[lyt_version_bytes];    /* the kept version that has it */
    bool is_taught;                  /* version is pack, with what people corrected */
    char scenario[64];               /* "" where it is the version of a pack */
    char property[128];              /* that changes the scenario; "" */
} lyt_version_found;

/*
 * What a version is that a verdict or an alarm names: of a pack or of a scenario; its first digits
 * do, four or more, where they are those of one alone. Of several packs that have a scenario so,
 * the one used last.
 *
 * LYT_ENOTFOUND: none is kept. LYT_ELIMIT: there are several. LYT_EINVAL: this is no version.
 */
LYT_MUST_USE lyt_status lyt_versions_find(const lyt_versions *versions, lyt_str text,
                                          lyt_version_found *out, lyt_error *err);

/* A kept version as it was written; languages: of lyt_packtree_open(). */
typedef struct lyt_version_kept {
    lyt_packtree *tree;
    char id[65];
    char languages[4 * lyt_languages_max];
    size_t n_scenarios;
} lyt_version_kept;

/*
 * pack: 16 digits. On LYT_OK out->tree is the caller's. LYT_ENOTFOUND. damaged (may be NULL): files
 * of it that are damaged are left out, and the first is told there; its code is LYT_OK without.
 */
LYT_MUST_USE lyt_status lyt_versions_open(const lyt_versions *versions, const char *pack,
                                          lyt_version_kept *out, lyt_error *damaged,
                                          lyt_error *err);

/*
 * Lets go of all that were kept and used before that time only, but for in_use: nothing that is
 * kept was judged with them any more. What others have in common with them is kept. *n: how many
 * went.
 */
LYT_MUST_USE lyt_status lyt_versions_let_go(const lyt_versions *versions, int64_t before_us,
                                            uint64_t in_use, size_t *n, lyt_error *err);

#endif
