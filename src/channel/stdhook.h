/*
 * Standard Webhooks: how our own generic door, Formbricks and others sign. Headers webhook-id,
 * webhook-timestamp and webhook-signature; HMAC-SHA256 of "id.timestamp.body" under the bytes that
 * the secret "whsec_…" is base64 of.
 *
 * Threads   pure functions.
 */
#ifndef LYT_STDHOOK_H
#define LYT_STDHOOK_H

#include "receiver.h"

/* Refuses what is not signed by one of the secrets now; false then, or when *status is not LYT_OK.
 */
bool lyt_stdhook_verify(lyt_reception *in, lyt_status *status);

/* Whether the secrets are such. LYT_EINVAL, err names the field "secret". */
LYT_MUST_USE lyt_status lyt_stdhook_check(const lyt_gateway_config *config, lyt_error *err);

#endif
