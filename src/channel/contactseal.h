/*
 * lyt_contact: where a guest can be written to, and how it is kept: sealed (AES-256-GCM) with a key
 * that lies apart from the database, and bound to the guest's pseudonym, so that it can neither be
 * read from a copy of the database nor be put under another guest's name. Two places in Lyt see it
 * unsealed: where it comes in, and where something is sent to it.
 *
 * The key file (secret.h) has a key a line, the newest last: that one seals, all of them open.
 *
 * Sealed: "1." and base64 of nonce (12 bytes), 128 bytes of address and filling, tag (16 bytes):
 * all are of one length, whatever the address.
 *
 * Lifetime  a key in the caller's storage, from lyt_contact_key_load() to lyt_contact_key_deinit().
 * Threads   read-only once loaded.
 */
#ifndef LYT_CONTACTSEAL_H
#define LYT_CONTACTSEAL_H

#include "arena.h"
#include "secret.h"

enum {
    lyt_contact_max = 120, /* bytes of an address */
    lyt_contact_sealed_bytes = 2 + 208 + 1,
    lyt_contact_secret_min = 32, /* characters of a key */
};

/* what it is, its name on the wire */
#define LYT_CONTACT_KINDS(X)                                                                       \
    X(LYT_CONTACT_PHONE, "phone")                                                                  \
    X(LYT_CONTACT_MAIL, "mail")                                                                    \
    X(LYT_CONTACT_OTHER, "other") /* words: a person may make something of it */

typedef enum lyt_contact_kind {
#define X(name, text) name,
    LYT_CONTACT_KINDS(X)
#undef X
        LYT_CONTACT_KIND_COUNT
} lyt_contact_kind;

const char *lyt_contact_kind_name(lyt_contact_kind kind);
LYT_MUST_USE lyt_status lyt_contact_kind_parse(lyt_contact_kind *out, lyt_str name);

/*
 * What somebody wrote, in the form that is kept and that a pseudonym is made of: numbers as
 * lyt_phone() has them, mail addresses in small letters, anything else trimmed. country as there.
 * {NULL, 0}: no memory.
 */
lyt_str lyt_contact_form(lyt_str raw, lyt_str country, lyt_arena *arena, lyt_contact_kind *kind);

typedef struct lyt_contact_key {
    lyt_secrets secrets;
} lyt_contact_key;

/*
 * The file of that path; one that is not there is made, for its owner alone, when `makes`.
 * LYT_ENOTFOUND; LYT_ESTATE: others may read it; LYT_EFORMAT: a key shorter than 32 characters;
 * LYT_EIO, LYT_ENOMEM. err names the file.
 */
LYT_MUST_USE lyt_status lyt_contact_key_load(lyt_contact_key *out, const lyt_alloc *alloc,
                                             const lyt_fs *fs, const char *path, bool makes,
                                             lyt_error *err);
/*
 * The text of a key file with one key more at its end, which seals from then on; and without all
 * keys but the last one. What is no key (a line that begins with "# ") stays. LYT_EIO: the system
 * gives no random bytes; failures of memory are the buffer's.
 */
LYT_MUST_USE lyt_status lyt_contact_key_add(lyt_buf *out, lyt_str text, lyt_error *err);
void lyt_contact_key_drop(lyt_buf *out, lyt_str text);

/* Wipes. A zeroed one is accepted. */
void lyt_contact_key_deinit(lyt_contact_key *key);

/*
 * guest: the pseudonym. out is NUL-terminated. LYT_ELIMIT: the address is too long. LYT_ESTATE:
 * there is no key. LYT_EIO: the system gives no random bytes. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_contact_seal(const lyt_contact_key *key, lyt_str guest, lyt_str address,
                                         char out[lyt_contact_sealed_bytes]);
/*
 * out takes address and NUL. LYT_EFORMAT: not sealed with one of these keys for that guest.
 * LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_contact_open(const lyt_contact_key *key, lyt_str guest, lyt_str sealed,
                                         char out[lyt_contact_max + 1]);

#endif
