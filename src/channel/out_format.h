/*
 * lyt_out_write(): a notice as the bytes that a kind of receiver takes. The secret of a way is
 *
 *   webhook       one "whsec_…" a line; all of them sign
 *   mail          "user:password", or empty: no login
 *   gatewayapi    the API token
 *   twilio        "AccountSid:AuthToken"
 *   46elks        "username:password"
 *   slack, teams  the URL itself, where the settings have none
 *   alertmanager  "user:password", or empty: no login
 *   pagerduty     the routing (integration) key
 *   mews          "ClientToken:AccessToken"
 *
 * Every HTTP request has the note's key as Idempotency-Key; where a receiver's own form has
 * a place for such a key it stands there too.
 *
 * Threads   pure functions.
 */
#ifndef LYT_OUT_FORMAT_H
#define LYT_OUT_FORMAT_H

#include "out_note.h"

/*
 * request is emptied first. LYT_EINVAL: the way's secret or the receiver's address has not the
 * form above; err says so without showing it. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_out_write(lyt_out_request *request, const lyt_out_way *way,
                                      const lyt_out_note *note, lyt_error *err);

/* Whether a secret of that kind has the form that it needs. err as above. */
LYT_MUST_USE lyt_status lyt_out_check_secret(lyt_out_kind kind, lyt_str secret, lyt_error *err);

/* Where it goes when the settings name no URL; empty: they have to. Static storage. */
lyt_str lyt_out_default_url(lyt_out_kind kind);

#endif
