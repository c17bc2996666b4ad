/*
 * lyt_versionfile: one version of a pack as a file, which every alarm that names the version can be
 * led back to:
 *
 *   LYTPACK 1 <SHA-256 of the next line, 64 digits>\n
 *   {"pack":"…","id":"hotel","scenarios":{…},"properties":{…},"files":[…]}\n
 *   the bytes of its files, one behind the other
 *
 * A file of the pack whose bytes another version has already is not there again: its row says in
 * which version they lie. Each row has the SHA-256 of its bytes.
 *
 * Lifetime  lyt_versionfile_parse() to lyt_versionfile_free(); data is borrowed.
 * Threads   plain values.
 */
#ifndef LYT_VERSIONFILE_H
#define LYT_VERSIONFILE_H

#include "json.h"
#include "packtree.h"

enum {
    lyt_version_digits = 16,
    lyt_version_bytes = lyt_version_digits + 1,
    lyt_version_sum_bytes = 65,
};

/* "00c2…", as everywhere. */
void lyt_version_format(char out[lyt_version_bytes], uint64_t version);
/* Whether text is some or all of one: 1 to 16 digits, small letters. */
bool lyt_version_is_part(lyt_str text);

typedef struct lyt_versionfile_row {
    const char *path; /* as of lyt_packtree */
    char sum[lyt_version_sum_bytes];
    char in[lyt_version_bytes]; /* "": here */
    size_t at, size;            /* in the bytes of the one where they lie */
} lyt_versionfile_row;

typedef struct lyt_versionfile {
    const lyt_alloc *alloc;
    lyt_json *json; /* the second line */
    char pack[lyt_version_bytes];
    const char *id, *languages; /* "hotel", "+sv" or "" */
    int64_t kept_us;            /* when it was written first */
    lyt_versionfile_row *rows;
    size_t n_rows;
    lyt_str bytes; /* what lies here */
} lyt_versionfile;

/* LYT_EFORMAT: no such file, or damaged; err says what. LYT_ENOMEM. out is left empty then. */
LYT_MUST_USE lyt_status lyt_versionfile_parse(lyt_versionfile *out, const lyt_alloc *alloc,
                                              lyt_str data, lyt_error *err);
/* An empty one is accepted. */
void lyt_versionfile_free(lyt_versionfile *file);

/* The bytes of a row that lie here. LYT_EFORMAT: they are not those that were kept. */
LYT_MUST_USE lyt_status lyt_versionfile_bytes(const lyt_versionfile *file,
                                              const lyt_versionfile_row *row, lyt_str *out,
                                              lyt_error *err);

/*
 * Calls each() for the version of every scenario, property "" first; of a property those that it
 * changes. False ends it.
 */
void lyt_versionfile_each(const lyt_versionfile *file,
                          bool (*each)(void *user, lyt_str property, lyt_str scenario,
                                       lyt_str version),
                          void *user);

/* Where the bytes of a sum lie already; false: nowhere. in, at: of the row to be. */
typedef bool lyt_versionfile_known(void *user, const char sum[lyt_version_sum_bytes], lyt_str bytes,
                                   char in[lyt_version_bytes], size_t *at);

/* Writes the file of a pack and its tree. LYT_ENOMEM (of out). */
LYT_MUST_USE lyt_status lyt_versionfile_write(lyt_buf *out, const lyt_pack *pack,
                                              const lyt_packtree *tree, int64_t now_us,
                                              lyt_versionfile_known *known, void *user);
/*
 * Writes a file that was read once more, with the bytes of tree: what is known elsewhere is left
 * out, as above.
 */
LYT_MUST_USE lyt_status lyt_versionfile_rewrite(lyt_buf *out, const lyt_versionfile *file,
                                                const lyt_packtree *tree,
                                                lyt_versionfile_known *known, void *user);

#endif
