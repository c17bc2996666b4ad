/*
 * The input as a signed request: up to the first line feed the signature's header, then the
 * body. Nobody without the secret gets in, whatever the gateway.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "inbound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const kinds[] = {"twilio", "gatewayapi", "gatewayapi-mobile", "vonage",
                                    "vonage-messages"};
static const char *const names[] = {"X-Twilio-Signature", "X-Gwapi-Signature", "Signature", "None",
                                    "Authorization"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t which = size ? data[0] % 5 : 0, way = size ? data[0] >> 7 : 0;
    lyt_str input = {(const char *)data + 1, size ? size - 1 : 0};
    size_t line = lyt_str_find(input, '\n', 0);
    lyt_http_header headers[] = {
        {lyt_str_of(names[which]), lyt_str_slice(input, 0, line)},
        {LYT_STR("Content-Type"),
         way ? LYT_STR("application/json") : LYT_STR("application/x-www-form-urlencoded")},
    };
    /* a secret that no corpus has */
    lyt_gateway_config config = {.name = LYT_STR("any"),
                                 .gateway = lyt_gateway_find(kinds[which]),
                                 .secrets = {.keys = {{"7b1e0f3c-not-in-any-corpus", 26}}, .n = 1}};
    lyt_http_request request = {.method = LYT_STR("POST"),
                                .url = LYT_STR("https://lyt.example/in"),
                                .headers = headers,
                                .n_headers = 2,
                                .body = lyt_str_slice(input, line + 1, input.len),
                                .now_us = 1795326000000000};
    static lyt_arena *arena;
    lyt_received got;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 16 << 20))
        abort();
    if (!size)
        return 0;
    lyt_arena_reset(arena);
    if (lyt_gateway_receive(config.gateway, &config, &request, arena, &got, NULL) == LYT_OK &&
        (got.refusal == LYT_REFUSAL_NONE || got.n_items))
        abort();
    return 0;
}
