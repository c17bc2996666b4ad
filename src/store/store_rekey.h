/*
 * lyt_store_rekey: every pseudonym that is kept becomes the next one, wherever it stands, in one
 * transaction: after a kill all of them are as before, or all are new. What is no pseudonym ("g"
 * and 32 hex digits, and no letter or digit beside it) stays: a house's own names of guests, and what
 * guests wrote.
 *
 * The store knows with how many keys its pseudonyms were made by a mark (pseudonym.h) that changes in
 * the same transaction, so that a service with other keys is noticed.
 *
 * Threads   one at a time. Errors as in store.h.
 */
#ifndef LYT_STORE_REKEY_H
#define LYT_STORE_REKEY_H

#include "buf.h"
#include "store.h"

enum { lyt_rekey_name_bytes = 34, lyt_rekey_mark_bytes = 17 };

typedef struct lyt_rekey_how {
    void *user;
    /* What comes after that pseudonym: into out, with a NUL. */
    void (*next)(void *user, lyt_str old, char out[lyt_rekey_name_bytes]);
    /* The guest's address under the next name: added to out. LYT_EFORMAT: it opens with no key. */
    lyt_status (*reseal)(void *user, lyt_str old, lyt_str fresh, lyt_str sealed, lyt_buf *out);
    /*
     * The same for a pseudonym of another mark, that a STOP was brought back under (lyt restore):
     * "MARKg…" in the table of consent. False: of keys that are not known. NULL: there are none.
     */
    bool (*carry)(void *user, lyt_str mark, lyt_str old, char out[lyt_rekey_name_bytes]);
    lyt_str mark; /* of what the pseudonyms are afterwards */
} lyt_rekey_how;

/* Rows that were changed. */
typedef struct lyt_rekeyed {
    int64_t messages, events, incidents; /* incidents: facts and history */
    int64_t guests;                      /* notes, stays, behaviour, consent, what was sent */
    int64_t addresses, unreadable;       /* unreadable: kept, and nobody can open them */
} lyt_rekeyed;

/*
 * Outside of a transaction, and nobody else writes. Until lyt_store_rekey_end() the store says that
 * what went may still lie between what stayed.
 */
LYT_MUST_USE lyt_status lyt_store_rekey(lyt_store *store, const lyt_rekey_how *how,
                                        lyt_rekeyed *out, lyt_error *err);
/* After lyt_store_scrub(). */
LYT_MUST_USE lyt_status lyt_store_rekey_end(lyt_store *store, lyt_error *err);
/* Whether lyt_store_rekey_end() is still to come. */
LYT_MUST_USE lyt_status lyt_store_rekey_ends(lyt_store *store, bool *is_open, lyt_error *err);

/* Whether it is one, and nothing else. */
bool lyt_store_is_pseudonym(lyt_str text);

/* The mark; empty: none was put yet. */
LYT_MUST_USE lyt_status lyt_store_rekey_mark(lyt_store *store, char out[lyt_rekey_mark_bytes],
                                             lyt_error *err);
/* In a transaction of its own. */
LYT_MUST_USE lyt_status lyt_store_rekey_set_mark(lyt_store *store, lyt_str mark, lyt_error *err);

#endif
