/*
 * lyt_webget: one GET over HTTPS, for what a survey system keeps back until it is asked. libcurl
 * behind it. No redirect is followed (the token would go along), no proxy of the environment is
 * used, certificates are checked; without TLS only this machine is asked.
 *
 * Threads   one at a time; blocks until the answer is there or the time is up.
 */
#ifndef LYT_WEBGET_H
#define LYT_WEBGET_H

#include "buf.h"

typedef struct lyt_webget_options {
    const char *url;
    lyt_str bearer;      /* of the Authorization header; empty: none */
    const char *token_header; /* "X-API-TOKEN: ": bearer goes behind this instead; NULL: not */
    const char *ca_file; /* whose certificates count; NULL: the system's */
    int64_t timeout_ms;  /* for all of it */
    size_t limit_bytes;  /* of the answer */
} lyt_webget_options;

/*
 * Adds the answer's body to out. http: its status, whatever it is.
 * LYT_EINVAL: neither https nor this machine. LYT_ETIMEOUT. LYT_ELIMIT: longer than limit_bytes.
 * LYT_EIO: nobody there, certificate …; err->text says what, without the token. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_webget(lyt_buf *out, long *http, const lyt_webget_options *options,
                                   lyt_error *err);

#endif
