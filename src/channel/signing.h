/*
 * Digests, HMACs, comparison in constant time, and the letters they travel in. libcrypto behind it.
 *
 * Threads   pure functions.
 */
#ifndef LYT_SIGNING_H
#define LYT_SIGNING_H

#include "arena.h"
#include "secret.h"

typedef enum lyt_digest {
    LYT_DIGEST_MD5,
    LYT_DIGEST_SHA1,
    LYT_DIGEST_SHA256,
    LYT_DIGEST_SHA384,
    LYT_DIGEST_SHA512,
} lyt_digest;

enum {
    lyt_signed_bytes_max = 64,                         /* of the longest digest */
    lyt_signed_text_max = 2 * lyt_signed_bytes_max + 1 /* as hex, with NUL; base64 is shorter */
};

typedef struct lyt_signed {
    unsigned char bytes[lyt_signed_bytes_max];
    size_t n; /* 0: the digest is not to be had (an OpenSSL that forbids MD5) */
} lyt_signed;

lyt_signed lyt_digest_of(lyt_digest digest, lyt_str message);
lyt_signed lyt_hmac_of(lyt_digest digest, lyt_str key, lyt_str message);

/* Wipes what a secret was written into, and gives it back. */
void lyt_signing_wipe(lyt_buf *buf);

/* The time it takes depends on the lengths alone. */
bool lyt_same_secret(lyt_str a, lyt_str b);

/* Into out, NUL-terminated; returns it as a slice. */
lyt_str lyt_hex(const lyt_signed *value, bool capitals, char out[lyt_signed_text_max]);
lyt_str lyt_base64(const lyt_signed *value, char out[lyt_signed_text_max]);
lyt_str lyt_base64url(const lyt_signed *value, char out[lyt_signed_text_max]); /* no padding */

/* Any bytes as base64; out has room for 4 letters each 3 bytes begun, and a NUL. */
lyt_str lyt_base64_of(lyt_str bytes, char *out);

/* What a letter of base64 stands for, 0 to 63; -1: it is none. */
int lyt_base64_value(char letter);

/*
 * Bytes of base64 with "=" at its end, of base64url without, or of hex. Strict: no other letter, no
 * bits left over, so that each run of bytes is written in one way only.
 * LYT_EFORMAT; LYT_ENOMEM, LYT_ELIMIT of the arena.
 */
LYT_MUST_USE lyt_status lyt_base64_read(lyt_str *out, lyt_str text, lyt_arena *arena);
LYT_MUST_USE lyt_status lyt_base64url_read(lyt_str *out, lyt_str text, lyt_arena *arena);
LYT_MUST_USE lyt_status lyt_hex_read(lyt_str *out, lyt_str text, lyt_arena *arena);

/*
 * Whether `given` is the HMAC of message under any of the secrets, as hex: all small letters or
 * all capitals, for one changed bit must never pass.
 */
bool lyt_is_signed_hex(const lyt_secrets *secrets, lyt_digest digest, lyt_str message,
                       lyt_str given);
/* The same as base64. */
bool lyt_is_signed_base64(const lyt_secrets *secrets, lyt_digest digest, lyt_str message,
                          lyt_str given);

#endif
