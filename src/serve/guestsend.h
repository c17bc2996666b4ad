/*
 * What goes to a guest, or to the house's own record of one, on its way out: the outbox's side of
 * guestreply.h. The words stand in the store, the address is opened here, just before it is
 * needed, and wiped behind it.
 *
 * Threads   the outbox's.
 */
#ifndef LYT_GUESTSEND_H
#define LYT_GUESTSEND_H

#include "contactseal.h"
#include "out_retry.h"
#include "outbox_render.h"

/* Whether the row is one of these; so is what somebody of the house is texted back. */
bool lyt_guestsend_is(const lyt_outbox_row *row);

typedef struct lyt_guestsend {
    const lyt_alloc *alloc;
    const lyt_settings *settings;
    const lyt_way *way;
    const lyt_contact_key *key; /* NULL: there is none; guests get nothing */
    lyt_store *store;
    const lyt_outbox_row *row;
    lyt_str secret; /* of the way */
    int64_t now_us;
} lyt_guestsend;

/*
 * The request. LYT_ENOTFOUND: what was to be said, or whom to, is gone, or the guest wants no
 * messages any more: it is not tried again. Else as lyt_out_write().
 */
LYT_MUST_USE lyt_status lyt_guestsend_compose(lyt_out_request *out, const lyt_guestsend *job,
                                              lyt_error *err);

/* A note's data instead of the event's (LYT_NOTICE_RECOVERED): into out. LYT_ENOTFOUND. */
LYT_MUST_USE lyt_status lyt_guestsend_note(lyt_buf *out, lyt_store *store, int64_t seq,
                                           lyt_error *err);

/*
 * What a receiver said of an attempt, without what it may have said of the guest: addresses stand
 * in answers of mail servers and gateways. room takes it, and may be reason.
 */
void lyt_guestsend_reason(char *room, size_t room_bytes, lyt_way_kind kind,
                          const lyt_out_result *result, const char *reason);

#endif
