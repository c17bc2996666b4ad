/*
 * The body of a survey's call, read by every kind of them as if it had been signed; the first byte
 * says JSON or form. And what SurveyMonkey and Qualtrics answer when asked.
 */
#include <stdint.h>
#include <stdlib.h>

#include "inbound.h"
#include "json.h"
#include "qualtricsdetails.h"
#include "surveydetails.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const lyt_inbound *item)
{
    lyt_json *json = NULL;
    lyt_error err;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    if (lyt_inbound_submission(item, &out) == LYT_OK && !lyt_buf_status(&out) &&
        lyt_json_parse(&json, lyt_buf_str(&out), out.len, &err) == LYT_EFORMAT)
        abort();
    lyt_json_free(json);
    lyt_buf_deinit(&out);
}

static void receive(const char *kind, lyt_str body, bool is_json, lyt_arena *arena)
{
    lyt_http_header type = {{"Content-Type", 12},
                            is_json ? LYT_STR("application/json")
                                    : LYT_STR("application/x-www-form-urlencoded")};
    lyt_http_request request = {.method = {"POST", 4},
                                .path = {"/in", 3},
                                .headers = &type,
                                .n_headers = 1,
                                .body = body,
                                .now_us = 1795326000000000};
    lyt_gateway_config config = {.gateway = lyt_gateway_find(kind), .scheme = LYT_SCHEME_NONE};
    lyt_received got;
    lyt_error err;

    config.name = lyt_str_of(kind);
    lyt_arena_reset(arena);
    if (lyt_gateway_receive(config.gateway, &config, &request, arena, &got, &err))
        return;
    if (got.refusal != LYT_REFUSAL_NONE && got.n_items)
        abort();
    for (size_t i = 0; i < got.n_items; i++)
        check(&got.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"formbricks", "generic", "qualtrics", "surveymonkey",
                                        "typeform"};
    lyt_gateway_config config = {.name = {"s", 1}, .gateway = lyt_gateway_find("surveymonkey")};
    static lyt_arena *arena;
    lyt_inbound item;
    lyt_str body;
    lyt_error err;

    if (!arena && lyt_arena_new(&arena, NULL, "fuzz", 16 << 20))
        abort();
    if (!size)
        return 0;
    body = (lyt_str){(const char *)data + 1, size - 1};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        receive(kinds[i], body, data[0] & 1, arena);
    lyt_arena_reset(arena);
    if (lyt_surveymonkey_details(&item, body, &config, 1, arena, &err) == LYT_OK)
        check(&item);
    lyt_arena_reset(arena);
    config.gateway = lyt_gateway_find("qualtrics");
    if (lyt_qualtrics_details(&item, body, &config, 1, arena, &err) == LYT_OK)
        check(&item);
    return 0;
}
