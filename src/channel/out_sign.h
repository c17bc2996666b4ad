/*
 * lyt_out_sign: signatures of what goes out (Standard Webhooks 1.0): base64 of
 * HMAC-SHA256 over "id.timestamp.body".
 *
 * Threads   pure functions.
 */
#ifndef LYT_OUT_SIGN_H
#define LYT_OUT_SIGN_H

#include "buf.h"

/* A secret is "whsec_" and 24 to 64 bytes in base64. */
bool lyt_out_is_secret(lyt_str secret);

/*
 * Adds "v1,<base64>", for each line of secrets one, with a space between: during a change of
 * secrets the receiver may know the one or the other. LYT_EFORMAT: a line is no secret, or there
 * is none; LYT_ELIMIT: more than four. LYT_ENOMEM stays in out.
 */
LYT_MUST_USE lyt_status lyt_out_sign(lyt_buf *out, lyt_str secrets, lyt_str id, int64_t time_s,
                                     lyt_str body);

/* Adds base64 with padding. */
void lyt_out_base64(lyt_buf *out, lyt_str bytes);

#endif
