/*
 * lyt_pseudonym: what is kept instead of a number or an address: "g" and 32 hex digits, an
 * HMAC-SHA256 cut to 128 bits. Whoever lacks the key can neither guess back nor join two stores.
 *
 * The key file (secret.h) has a key a line, the oldest first, and each works on what the one
 * before it made. So a key is added without knowing a single number: what is kept is re-keyed
 * with lyt_pseudonym_next() and equals what new messages get; the line stays.
 *
 * Threads   pure functions.
 */
#ifndef LYT_PSEUDONYM_H
#define LYT_PSEUDONYM_H

#include "secret.h"

enum { lyt_pseudonym_bytes = 34, lyt_pseudonym_mark_bytes = 17 };

/* Empty when there is no key or nothing to hide; else out, NUL-terminated. */
lyt_str lyt_pseudonym(const lyt_secrets *keys, lyt_str from, char out[lyt_pseudonym_bytes]);

/* One key more on a pseudonym that is kept. out may be what old points into. */
lyt_str lyt_pseudonym_next(lyt_str key, lyt_str old, char out[lyt_pseudonym_bytes]);

/*
 * How pseudonyms that were made with the first n keys are known from others: 16 hex digits, which
 * say nothing of the keys. Empty with n 0.
 */
void lyt_pseudonym_mark(const lyt_secrets *keys, size_t n, char out[lyt_pseudonym_mark_bytes]);
/* With how many of the keys pseudonyms of that mark were made; 0: not with these. */
size_t lyt_pseudonym_marked(const lyt_secrets *keys, lyt_str mark);

#endif
