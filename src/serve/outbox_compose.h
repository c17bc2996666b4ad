/*
 * A row of the outbox made into a request, at the moment it goes: what the store says of it, the
 * way's secret, and for guests the address, opened for this alone.
 *
 * Lifetime  lyt_outbox_composer_init() to lyt_outbox_composer_deinit(); core and store are
 * borrowed. Threads   the outbox's.
 */
#ifndef LYT_OUTBOX_COMPOSE_H
#define LYT_OUTBOX_COMPOSE_H

#include "contactseal.h"
#include "core.h"
#include "outbox_render.h"

typedef struct lyt_outbox_composer {
    const lyt_core *core;
    const lyt_settings *settings;
    lyt_store *store;
    lyt_out_names *names;
    lyt_buf secret;
    lyt_contact_key guests;
    bool has_guests; /* some way goes to them, so there is a key */
    lyt_out_request request;
} lyt_outbox_composer;

/* deinit also after a failure. LYT_ENOMEM, and as lyt_contact_key_load(). */
LYT_MUST_USE lyt_status lyt_outbox_composer_init(lyt_outbox_composer *out, const lyt_core *core,
                                                 lyt_error *err);
/*
 * Other settings. The key for guests is read when the first way to them comes, and stays: another
 * file is for the next start. After a failure those before count on.
 */
LYT_MUST_USE lyt_status lyt_outbox_composer_settle(lyt_outbox_composer *composer,
                                                   const lyt_settings *settings, lyt_error *err);
void lyt_outbox_composer_deinit(lyt_outbox_composer *composer);

/* Into composer->request. LYT_ENOTFOUND with no file in err: it never can be sent. */
LYT_MUST_USE lyt_status lyt_outbox_compose(lyt_outbox_composer *composer, const lyt_way *way,
                                           const lyt_outbox_row *row, lyt_error *err);

/* What seals the addresses of guests: the settings' file, else one in the state folder. */
LYT_MUST_USE lyt_status lyt_guest_key_load(lyt_contact_key *out, const lyt_alloc *alloc,
                                           const lyt_fs *fs, const lyt_settings *settings,
                                           const char *state, lyt_error *err);

#endif
