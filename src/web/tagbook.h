/*
 * lyt_tagbook: NFC tags, QR codes and tablets: where each is. A text file, a line a tag:
 *
 *   # tag     property  place  language
 *   lobby     havnen
 *   room-214  havnen    214    da
 *
 * A link to a tag carries ten letters that only we can make (lyt_tag_check), so that nobody
 * walks through all tags by guessing. Nothing in it is personal.
 *
 * Lifetime  lyt_tagbook_parse() to lyt_tagbook_free().
 * Threads   never changes.
 */
#ifndef LYT_TAGBOOK_H
#define LYT_TAGBOOK_H

#include <stdint.h>

#include "fs.h"

enum {
    lyt_tag_max = 48,
    lyt_tag_check_bytes = 11,
    lyt_reference_bytes = 25,
    lyt_web_key_bytes = 32
};

typedef struct lyt_tag {
    char tag[lyt_tag_max + 1];
    char property[64], place[64];
    char language[8]; /* "" not said */
} lyt_tag;

typedef struct lyt_tagbook lyt_tagbook;

/* LYT_EFORMAT: err has line and what to do. LYT_ENOMEM. */
LYT_MUST_USE lyt_status lyt_tagbook_parse(lyt_tagbook **out, const lyt_alloc *alloc, lyt_str text,
                                          lyt_error *err);
void lyt_tagbook_free(lyt_tagbook *book);
size_t lyt_tagbook_count(const lyt_tagbook *book);
const lyt_tag *lyt_tagbook_at(const lyt_tagbook *book, size_t index);
/* NULL: none. */
const lyt_tag *lyt_tagbook_find(const lyt_tagbook *book, lyt_str tag);

/* The first ten letters of base32 (a to z, 2 to 7) of HMAC-SHA256(key, tag). */
void lyt_tag_check(char out[lyt_tag_check_bytes], const unsigned char key[lyt_web_key_bytes],
                   lyt_str tag);

/*
 * What a guest is given to ask after a message: 24 letters that tell nothing, and that nobody can
 * make up.
 */
void lyt_reference_make(char out[lyt_reference_bytes], const unsigned char key[lyt_web_key_bytes],
                        int64_t feedback);
/* False: none of ours. */
bool lyt_reference_read(int64_t *feedback, const unsigned char key[lyt_web_key_bytes],
                        lyt_str reference);

/*
 * The key of a state folder, made with the system's random bytes when it is not there yet; only
 * its owner may read it. LYT_ESTATE: others may. LYT_EFORMAT: damaged. LYT_EIO.
 */
LYT_MUST_USE lyt_status lyt_web_key_load(unsigned char key[lyt_web_key_bytes], const lyt_fs *fs,
                                         const char *folder, lyt_error *err);

void lyt_hmac_sha256(unsigned char out[32], const unsigned char *key, size_t key_bytes, lyt_str a,
                     lyt_str b);

#endif
