/*
 * A request out of its bytes, as a support mail or a mapping file has it: request line,
 * headers, an empty line, the body. Not for the network; that is the HTTP server's.
 *
 * Threads   pure functions.
 */
#ifndef LYT_HTTPTEXT_H
#define LYT_HTTPTEXT_H

#include "httpmsg.h"

/*
 * Lines end in CR LF or LF. Everything is borrowed from text but the headers' array; url, remote
 * and now_us are left as they are in out. Of the body Content-Length bytes, if it says so, and
 * not more than are there.
 *
 * LYT_EFORMAT: err has the line and what is wrong. LYT_ENOMEM, LYT_ELIMIT: of the arena.
 */
LYT_MUST_USE lyt_status lyt_http_parse(lyt_http_request *out, lyt_str text, lyt_arena *arena,
                                       lyt_error *err);

/* Path and query in one, of a request that was parsed here. */
lyt_str lyt_http_target(const lyt_http_request *request);

#endif
