/*
 * lyt_http_request, lyt_http_answer: one request as bytes and what is answered, without a
 * socket in sight. The HTTP server fills the first and sends the second.
 *
 * Lifetime  borrowed views: a request lives until its receiver has returned, an answer as long as
 *           the arena that it was made in.
 * Threads   plain values.
 */
#ifndef LYT_HTTPMSG_H
#define LYT_HTTPMSG_H

#include "arena.h"

enum {
    lyt_http_body_max = 256 * 1024, /* bytes; more is answered 413 */
    lyt_http_query_max = 16 * 1024,
    lyt_http_fields_max = 512, /* of a form */
};

typedef struct lyt_http_header {
    lyt_str name, value; /* value without white space at its ends */
} lyt_http_header;

typedef struct lyt_http_request {
    lyt_str method; /* "POST" */
    /*
     * All of it as the gateway was told: scheme, host, port if it was given one, path, query.
     * Signatures cover it, so it is made of the public address in the settings
     * (lyt_http_url()), never of the Host header, which a proxy changes and anybody may write.
     */
    lyt_str url;
    lyt_str path;   /* as sent, without the query */
    lyt_str query;  /* as sent, without the "?"; empty for none */
    lyt_str remote; /* who is connected: "192.0.2.7"; empty when unknown */
    const lyt_http_header *headers;
    size_t n_headers;
    lyt_str body;   /* as sent, every byte */
    int64_t now_us; /* wall clock, from 1970 UTC */
} lyt_http_request;

typedef struct lyt_http_answer {
    int status;
    lyt_str content_type; /* empty: send none, and no body */
    lyt_str body;
    lyt_http_header extra; /* one more header; name empty for none */
} lyt_http_answer;

/* The value of the first header of that name, whatever the case of its letters; false: none. */
bool lyt_http_header_find(const lyt_http_request *request, const char *name, lyt_str *value);

/* Whether the Content-Type is that one ("application/json"), parameters aside. */
bool lyt_http_is_type(const lyt_http_request *request, const char *type);

/* base "https://feedback.example.dk" and target "/in/twilio?x=1" in one; {NULL, 0}: no memory. */
lyt_str lyt_http_url(lyt_arena *arena, lyt_str base, lyt_str target);

#endif
