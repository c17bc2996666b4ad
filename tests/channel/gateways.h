/*
 * A bed for gateways: an arena, a settings row and one request at a time.
 */
#ifndef LYT_TEST_GATEWAYS_H
#define LYT_TEST_GATEWAYS_H

#include "inbound.h"
#include "testing.h"

enum { gatebed_headers_max = 8, gatebed_arena_bytes = 4 << 20 };

typedef struct gatebed {
    lyt_arena *arena;
    lyt_gateway_config config;
    lyt_http_header headers[gatebed_headers_max];
    lyt_http_request request;
    lyt_received got;
    lyt_error err;
} gatebed;

/* A POST of that kind of gateway, at a fixed time; secret NULL: none. */
void gatebed_init(gatebed *bed, const char *kind, const char *secret);
void gatebed_deinit(gatebed *bed);

/* All texts are borrowed. */
void gatebed_header(gatebed *bed, const char *name, const char *value);
void gatebed_form(gatebed *bed, const char *body);
void gatebed_json(gatebed *bed, const char *body);

/* Into bed->got; fails the test when memory ran out. Forgets the arena of the call before. */
void gatebed_receive(gatebed *bed);

/* What came of it as one line of JSON, owned by the arena: kinds, items, refusal, answer. */
const char *gatebed_written(gatebed *bed);

#endif
