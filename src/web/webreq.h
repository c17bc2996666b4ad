/*
 * lyt_webreq: one HTTP request as we see it: method, target taken apart, headers, body. The
 * listener fills it; nothing here knows a socket.
 *
 * Lifetime  lyt_webreq_init() to lyt_webreq_deinit(), in the caller's storage. Headers are
 *           borrowed from whoever filled them in; all else is its own.
 * Threads   one at a time.
 */
#ifndef LYT_WEBREQ_H
#define LYT_WEBREQ_H

#include <stdint.h>

#include "buf.h"

typedef enum lyt_method {
    LYT_METHOD_GET, /* HEAD is answered as GET, without a body */
    LYT_METHOD_POST,
    LYT_METHOD_DELETE,
    LYT_METHOD_OTHER,
} lyt_method;

/* "GET". Static storage. */
const char *lyt_method_name(lyt_method method);
lyt_method lyt_method_of(lyt_str name);

enum {
    lyt_target_max = 8 * 1024,
    lyt_segments_max = 8,
    lyt_query_max = 32,
    lyt_webreq_headers_max = 64,
    lyt_body_max = 1 << 20,
};

typedef struct lyt_webpair {
    lyt_str name, value;
} lyt_webpair;

typedef struct lyt_webreq {
    lyt_method method;
    bool is_head;
    lyt_buf raw;                 /* the target as sent: "/t/14?c=abc" */
    lyt_str raw_path, raw_query; /* of raw, query without the "?" */
    lyt_buf text;                /* what the decoded parts point into */
    lyt_str segments[lyt_segments_max];
    size_t n_segments;
    lyt_webpair query[lyt_query_max];
    size_t n_query;
    lyt_webpair headers[lyt_webreq_headers_max];
    size_t n_headers;
    lyt_buf body;
    uint64_t source; /* of the connection's address: to count by, never kept */
    char remote[48]; /* "192.0.2.7" */
    bool is_local;   /* comes from this machine */
    bool is_tls;
} lyt_webreq;

void lyt_webreq_init(lyt_webreq *req, const lyt_alloc *alloc);
void lyt_webreq_deinit(lyt_webreq *req);

/*
 * Takes the target apart: path into segments, query into pairs, both percent-decoded and
 * valid UTF-8 without NUL. "/" has no segments; an empty one counts ("/a//b" has three).
 *
 * LYT_EFORMAT: bad percent, UTF-8, or no "/" at its beginning. LYT_ELIMIT: too long, too many
 * parts. LYT_ENOMEM.
 */
LYT_MUST_USE lyt_status lyt_webreq_target(lyt_webreq *req, lyt_str target);

/* False when there are too many. The pair is borrowed. */
bool lyt_webreq_header_add(lyt_webreq *req, lyt_str name, lyt_str value);
/* The first of that name, whatever the case of its letters; empty: none. */
lyt_str lyt_webreq_header(const lyt_webreq *req, const char *name);
/* The value of a cookie; empty: none. */
lyt_str lyt_webreq_cookie(const lyt_webreq *req, const char *name);
/* "Authorization: Bearer X" gives X; empty: none. */
lyt_str lyt_webreq_bearer(const lyt_webreq *req);
/* Whether Content-Type is that one, parameters aside. */
bool lyt_webreq_is_type(const lyt_webreq *req, const char *type);

/* NULL pointer: not given. The last one counts. */
lyt_str lyt_webreq_query(const lyt_webreq *req, const char *name);

/* A whole number in decimal; false: not one, or not between the two. */
bool lyt_webreq_int(lyt_str text, int64_t min, int64_t max, int64_t *out);

/* Equal without regard to the case of ASCII letters. */
bool lyt_web_equal_nocase(lyt_str a, lyt_str b);
/* Takes as long whether they differ early or late. */
bool lyt_web_equal_secret(lyt_str a, lyt_str b);

#endif
