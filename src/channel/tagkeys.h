/*
 * lyt_tagkeys: what tags are made and checked with, read from a file that only its owner may read
 * (secret.h): lines "link", "meta" and "file", each with its key in hex.
 *
 *   link 64 digits   check codes of links; a second line is the key before this one
 *   meta 32 digits   SDMMetaReadKey of NTAG 424 DNA: opens picc_data
 *   file 32 digits   SDMFileReadKey: signs the tap
 *
 * Lifetime  lyt_tagkeys_load() to lyt_tagkeys_deinit(), which wipes.
 * Threads   read-only once loaded.
 */
#ifndef LYT_TAGKEYS_H
#define LYT_TAGKEYS_H

#include "fs.h"

enum { lyt_tagkeys_links_max = 2, lyt_tag_link_key_bytes = 32, lyt_tag_sun_key_bytes = 16 };

typedef struct lyt_tagkeys {
    unsigned char link[lyt_tagkeys_links_max]
                      [lyt_tag_link_key_bytes]; /* the first makes, all check */
    size_t n_links;
    unsigned char meta[lyt_tag_sun_key_bytes], file[lyt_tag_sun_key_bytes];
    bool has_sun;
} lyt_tagkeys;

/*
 * LYT_ESTATE: others than the owner may read it. LYT_EFORMAT: err says which line is wrong and
 * how, without a word of it. LYT_ENOTFOUND, LYT_EIO, LYT_ENOMEM. out is empty after a failure.
 */
LYT_MUST_USE lyt_status lyt_tagkeys_load(lyt_tagkeys *out, const lyt_alloc *alloc, const lyt_fs *fs,
                                         const char *path, lyt_error *err);
LYT_MUST_USE lyt_status lyt_tagkeys_parse(lyt_tagkeys *out, const lyt_alloc *alloc, lyt_str text,
                                          const char *name, lyt_error *err);
void lyt_tagkeys_deinit(lyt_tagkeys *keys);

/*
 * The text of a new key file, from the system's random numbers. LYT_EIO: there are none to be had.
 */
LYT_MUST_USE lyt_status lyt_tagkeys_make(lyt_buf *out, lyt_error *err);

#endif
