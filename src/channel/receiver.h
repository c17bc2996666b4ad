/*
 * lyt_reception: what a receiver of one gateway works with; see inbound.h for the whole.
 * For files of this room only.
 *
 * A receiver checks the signature over the raw bytes first, then reads, and adds what it found.
 * Texts it sets may point into the request, the settings or the JSON tree: they are checked and
 * copied after it has returned. What it does not set is filled in: provider, id, channel, times,
 * normalised numbers, and all that numbers and keywords say.
 *
 * Threads   one at a time.
 */
#ifndef LYT_RECEIVER_H
#define LYT_RECEIVER_H

#include <math.h>

#include "clock.h"
#include "formdata.h"
#include "inbound.h"

enum { LYT_HTTP_GET = 1, LYT_HTTP_POST = 2, LYT_HTTP_HEAD = 4 };

typedef struct lyt_reception {
    const lyt_gateway_config *config;
    const lyt_http_request *request;
    lyt_arena *arena;
    lyt_received *out;
    lyt_error *err;
    lyt_json *json;     /* of the body, once lyt_reception_json() has read it */
    bool national_from; /* numbers may lack the country's prefix (a mapping says so) */
    lyt_status failed;  /* memory that was not there, where no status could be returned */
} lyt_reception;

struct lyt_gateway {
    const char *name;
    const char *channel; /* of its messages */
    unsigned methods;    /* LYT_HTTP_…; HEAD is answered 200 without asking the receiver */
    bool needs_secret;   /* unless the scheme is LYT_SCHEME_NONE */
    unsigned schemes;    /* which it knows, beside DEFAULT and NONE: bits 1 << LYT_SCHEME_… */
    /* More than that; NULL: nothing. As lyt_gateway_check(). */
    lyt_status (*check)(const lyt_gateway_config *config, lyt_error *err);
    /* LYT_OK also for a refusal. */
    lyt_status (*receive)(lyt_reception *in);
    lyt_http_answer thanks; /* sent when all is well, unless the receiver set another */
};

/* One row each; their files are receive_<name>.c. Sorted by name. */
#define LYT_GATEWAYS(X)                                                                            \
    X(elks46)                                                                                      \
    X(formbricks)                                                                                  \
    X(gatewayapi)                                                                                  \
    X(gatewayapi_mobile)                                                                           \
    X(generic)                                                                                     \
    X(mapping)                                                                                     \
    X(qualtrics)                                                                                   \
    X(surveymonkey)                                                                                \
    X(twilio)                                                                                      \
    X(typeform)                                                                                    \
    X(vonage)                                                                                      \
    X(vonage_messages)

#define X(name) extern const lyt_gateway lyt_gateway_##name;
LYT_GATEWAYS(X)
#undef X

/* The whole request is refused. Always LYT_OK, to be returned. */
lyt_status lyt_reception_refuse(lyt_reception *in, lyt_refusal refusal, const char *format, ...)
    LYT_PRINTF(3, 4);

/* A new one, zeroed but for score; NULL: no memory (return lyt_arena_status()). */
lyt_inbound *lyt_reception_add(lyt_reception *in, lyt_inbound_kind kind);

/* A field that has no place of its own; empty values are left out. */
lyt_status lyt_reception_meta(lyt_reception *in, lyt_inbound *inbound, lyt_str name, lyt_str value);

/*
 * All fields but the known ones (NULL ends them) as meta; what is nested as JSON text.
 */
lyt_status lyt_reception_rest(lyt_reception *in, lyt_inbound *inbound, const lyt_webform *form,
                              const char *const *known);
lyt_status lyt_reception_rest_json(lyt_reception *in, lyt_inbound *inbound, const lyt_json *object,
                                   const char *const *known);

/*
 * Reads the body as a JSON object into in->json. Refuses anything else; then false with LYT_OK,
 * and the receiver returns.
 */
bool lyt_reception_json(lyt_reception *in, lyt_status *status);

/*
 * Fields of a form body, or of the query when the method is GET. Refuses what is too much, or no
 * form: false.
 */
bool lyt_reception_form(lyt_reception *in, lyt_webform *out, lyt_status *status);

/* Text of a value: a string as it is, numbers and truth values as written; else empty. */
lyt_str lyt_reception_text(lyt_reception *in, const lyt_json *value);

/*
 * All texts of an inbound checked, cut to what the service takes, and copied into the arena;
 * numbers in one form; what the receiver left open filled in. settle.c
 */
lyt_status lyt_inbound_clean(lyt_inbound *inbound, bool national, const lyt_gateway_config *config,
                             lyt_arena *arena);

/*
 * "2018-07-13T13:57:23.741000", with or without Z or offset, "T" or a blank: UTC when it does
 * not say. 0 when it is no time.
 */
int64_t lyt_reception_time(lyt_str text);

#endif
