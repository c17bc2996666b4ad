/*
 * lyt_stock: what a running service has of its files beside the classifier: the settings of the
 * house, what the pack says to guests, its scenarios by name, the keys of guests' addresses, and
 * how long what is kept. Made whole, never changed, and on a reload replaced by another.
 *
 * Lifetime  lyt_stock_new() to lyt_stock_free(). Settings and keys that were given are borrowed;
 *           of the classifier it keeps nothing.
 * Threads   read-only once made.
 */
#ifndef LYT_STOCK_H
#define LYT_STOCK_H

#include "contactseal.h"
#include "guestwords.h"
#include "outbox_render.h"
#include "store_keep.h"

typedef struct lyt_stock_options {
    const lyt_alloc *alloc;
    const lyt_fs *fs;
    const char *state;                /* the service's folder, which may have the key of addresses */
    const lyt_classifier *classifier; /* NULL: there are no words and no names */
    const lyt_settings *settings;     /* NULL: no house */
    const lyt_keep_rules *keep;       /* copied; NULL: all is kept for good */
    /* NULL: read from the files of the settings when they have a way to guests */
    const lyt_contact_key *guests;
} lyt_stock_options;

typedef struct lyt_stock {
    const lyt_alloc *alloc;
    const lyt_settings *settings;
    lyt_guestwords *words;
    lyt_out_names *names;
    const lyt_contact_key *guests; /* NULL: nobody writes to guests */
    lyt_contact_key own;           /* what guests points to when it was read here */
    bool has_keep;
    lyt_keep_rules keep;
} lyt_stock;

/* LYT_ENOMEM, and as lyt_contact_key_load(). */
LYT_MUST_USE lyt_status lyt_stock_new(lyt_stock **out, const lyt_stock_options *options,
                                      lyt_error *err);
/* NULL is accepted. */
void lyt_stock_free(lyt_stock *stock);

/*
 * Whether the pack has a scenario of that id, or there is none to say so. False: out, if not NULL,
 * takes what is wrong with it, with the names that are nearest.
 */
bool lyt_stock_has_scenario(const lyt_stock *stock, lyt_str id, lyt_buf *out);

/* Whose that scenario is at that property ("" where nobody says) and how grave: 2 where nobody
 * says. */
void lyt_stock_scenario(const lyt_stock *stock, lyt_str property, lyt_str id, lyt_str *team,
                        int *severity);

/* What seals the addresses of guests: the settings' file, else one in the state folder. */
LYT_MUST_USE lyt_status lyt_guest_key_load(lyt_contact_key *out, const lyt_alloc *alloc,
                                           const lyt_fs *fs, const lyt_settings *settings,
                                           const char *state, lyt_error *err);

#endif
