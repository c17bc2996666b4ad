/*
 * A row of the outbox made into a request, at the moment it goes: what the store says of it, the
 * way's secret, and for guests the address, opened for this alone.
 *
 * Lifetime  lyt_outbox_composer_init() to lyt_outbox_composer_deinit(); core and store are
 * borrowed. Threads   the outbox's.
 */
#ifndef LYT_OUTBOX_COMPOSE_H
#define LYT_OUTBOX_COMPOSE_H

#include "core.h"

typedef struct lyt_outbox_composer {
    const lyt_core *core;
    const lyt_stock *stock; /* whoever changes it has nothing composed meanwhile */
    lyt_store *store;
    lyt_buf secret;
    lyt_out_request request;
} lyt_outbox_composer;

/* With the stock that counts now, which it is not without. */
void lyt_outbox_composer_init(lyt_outbox_composer *out, const lyt_core *core);
void lyt_outbox_composer_deinit(lyt_outbox_composer *composer);

/* Into composer->request. LYT_ENOTFOUND with no file in err: it never can be sent. */
LYT_MUST_USE lyt_status lyt_outbox_compose(lyt_outbox_composer *composer, const lyt_way *way,
                                           const lyt_outbox_row *row, lyt_error *err);

#endif
