/*
 * lyt_reference: what a guest is given to ask after a message: 24 letters that tell nothing, and
 * that nobody can make up. The key is a service's own, in its state folder.
 *
 * Threads   pure functions.
 */
#ifndef LYT_GUESTREF_H
#define LYT_GUESTREF_H

#include <stdint.h>

#include "fs.h"

enum { lyt_reference_bytes = 25, lyt_web_key_bytes = 32 };

/* feedback: below 2^48. */
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

/* Replaces a file that only its owner may read, and waits until it is on the disk. LYT_EIO. */
LYT_MUST_USE lyt_status lyt_web_write_secret(const char *path, lyt_str bytes);

/* Of a and b, one after the other. */
void lyt_hmac_sha256(unsigned char out[32], const unsigned char *key, size_t key_bytes, lyt_str a,
                     lyt_str b);

#endif
