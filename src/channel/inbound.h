/*
 * lyt_gateway: what each gateway sends, bytes in, lyt_inbound out. A row a kind of gateway;
 * to add one: write its receiver (receiver.h) in a file of its own and add a row to
 * LYT_GATEWAYS.
 *
 * Order of a call: method and size, address, basic authentication, signature over the raw
 * bytes in constant time, and only then parsing. Pure: no socket, no clock, no log.
 *
 *   const lyt_gateway_config *at = lyt_channels_at(channels, request.path);
 *   request.url = lyt_http_url(arena, channels->public_url, target);
 *   status = lyt_gateway_receive(at->gateway, at, &request, arena, &received, &err);
 *   for each of received.items: FEEDBACK and STAFF → lyt_inbound_submission() → service, wait
 *   until it has been written down, then send received.answer. PART → lyt_smsjoin_add().
 *   received.refusal ≠ NONE: count it under lyt_refusal_name(), send the answer, keep nothing.
 *
 * Lifetime  rows are constant. The result lives in the arena; request and config outlive it.
 * Threads   any number at once, each with an arena of its own.
 */
#ifndef LYT_INBOUND_H
#define LYT_INBOUND_H

#include "canonical.h"
#include "channelbook.h"
#include "httpmsg.h"
#include "secret.h"

/* why a request was not taken, its name in counters, the HTTP status */
#define LYT_REFUSALS(X)                                                                            \
    X(NONE, "none", 200)                                                                           \
    X(METHOD, "method", 405)                 /* GET where POST is due */                           \
    X(TOO_LARGE, "too-large", 413)           /* body, query or number of fields */                 \
    X(ADDRESS, "address", 403)               /* not one of the addresses allowed */                \
    X(UNAUTHORISED, "unauthorised", 401)     /* basic authentication missing or wrong */           \
    X(NO_SIGNATURE, "no-signature", 403)     /* the header or field is not there */                \
    X(BAD_SIGNATURE, "bad-signature", 403)   /* it is there, and wrong */                          \
    X(STALE, "stale", 403)                   /* signed too long ago, or in the future */           \
    X(CONTENT_TYPE, "content-type", 415)     /* neither form nor JSON where one is due */          \
    X(MALFORMED, "malformed", 400)           /* not form, not JSON, not UTF-8, wrong types */      \
    X(MISSING_FIELD, "missing-field", 400)   /* one without which there is no message */           \
    X(WRONG_ACCOUNT, "wrong-account", 403)   /* signed, but not of the account in the settings */  \
    X(RETRY, "retry", 503)                   /* known to come unsigned at times: sent again */     \
    X(NOT_CONFIGURED, "not-configured", 503) /* the settings lack what this needs */

typedef enum lyt_refusal {
#define X(name, text, status) LYT_REFUSAL_##name,
    LYT_REFUSALS(X)
#undef X
        LYT_N_REFUSALS
} lyt_refusal;

/* "bad-signature" … Static storage. */
const char *lyt_refusal_name(lyt_refusal refusal);
int lyt_refusal_http(lyt_refusal refusal);

typedef struct lyt_received {
    lyt_inbound *items;
    size_t n_items, items_cap; /* none: nothing to do but to answer */
    lyt_refusal refusal;       /* not NONE: items is empty */
    lyt_http_answer answer;    /* what this gateway wants; never words that a guest would get */
} lyt_received;

typedef struct lyt_gateway lyt_gateway;
typedef struct lyt_mapping lyt_mapping; /* mapping.h */

/*
 * How a signature is made, where a gateway has several ways; not every gateway knows every one.
 */
typedef enum lyt_scheme {
    LYT_SCHEME_DEFAULT, /* the gateway's own */
    LYT_SCHEME_NONE,    /* unsigned; address, path or basic authentication must do */
    LYT_SCHEME_MD5HASH, /* Vonage: MD5 of text and secret */
    LYT_SCHEME_MD5,     /* HMACs */
    LYT_SCHEME_SHA1,
    LYT_SCHEME_SHA256,
    LYT_SCHEME_SHA384,
    LYT_SCHEME_SHA512,
} lyt_scheme;

/* One address that we are reached at. Filled by whoever read the settings (cli/channelfile.h). */
typedef struct lyt_gateway_config {
    lyt_str name; /* in `provider` and counters; a to z, 0 to 9, "-"; at most 24 */
    const lyt_gateway *gateway;
    bool is_closed;      /* what it needs could not be read: everything is refused */
    lyt_str path;        /* "/in/twilio" */
    lyt_secrets secrets; /* for the signature: any one may have been used */
    lyt_secrets basic;   /* "user:password" for basic authentication; none: not asked for */
    lyt_str account;     /* AccountSid, api_key …; empty: any */
    lyt_scheme scheme;
    const lyt_str *addresses; /* "192.0.2.7" or "192.0.2.0/24"; none: any */
    size_t n_addresses;
    int64_t window_us;             /* how old a signed time may be; 0: 5 minutes */
    lyt_str channel;               /* instead of the gateway's own; empty: that */
    lyt_str property, place, lang; /* when neither number nor keyword says it */
    const lyt_mapping *mapping;    /* of the kind "mapping" */
    const lyt_channelbook *book;   /* numbers, keywords, staff, opt-out words; NULL: none */
    const char *fetch_token; /* file of the token that answers are fetched with; NULL: they are not */
    lyt_str fetch_api;       /* "https://fra1.qualtrics.com" */
} lyt_gateway_config;

/* All that we are reached at. */
typedef struct lyt_channels {
    lyt_str public_url; /* "https://feedback.example.dk": what gateways call us by */
    lyt_gateway_config *gateways;
    size_t n_gateways;
    lyt_channelbook book; /* what the gateways' `book` point at */
} lyt_channels;

/* Of that path, or of that name (`provider` of a message); NULL: none. */
const lyt_gateway_config *lyt_channels_at(const lyt_channels *channels, lyt_str path);
const lyt_gateway_config *lyt_channels_named(const lyt_channels *channels, lyt_str name);

/* The kinds there are, sorted by name. */
size_t lyt_gateways(void);
const lyt_gateway *lyt_gateway_at(size_t index);
/* "twilio"; NULL when there is none. */
const lyt_gateway *lyt_gateway_find(const char *name);
const char *lyt_gateway_name(const lyt_gateway *gateway);
/* "sms", "survey": what it brings unless the settings call it otherwise. */
const char *lyt_gateway_channel(const lyt_gateway *gateway);

/*
 * Whether the settings have what this gateway needs.
 * LYT_EINVAL: err->file is the field ("secret"), err->text what to do.
 */
LYT_MUST_USE lyt_status lyt_gateway_check(const lyt_gateway_config *config, lyt_error *err);

/*
 * err       may be NULL; on a refusal it says why, with no word of what the sender wrote.
 * LYT_OK    also for a refusal: out has it and the answer to send.
 * LYT_ENOMEM, LYT_ELIMIT: of the arena; out->answer is a 503, nothing was taken.
 */
LYT_MUST_USE lyt_status lyt_gateway_receive(const lyt_gateway *gateway,
                                            const lyt_gateway_config *config,
                                            const lyt_http_request *request, lyt_arena *arena,
                                            lyt_received *out, lyt_error *err);

/*
 * What lyt_gateway_receive() does with every message in the end, for one that the joiner put
 * together: staff number, keyword, property and place of the number, opt-out, pseudonym, id.
 */
LYT_MUST_USE lyt_status lyt_inbound_settle(lyt_inbound *inbound, const lyt_gateway_config *config,
                                           lyt_arena *arena);

#endif
