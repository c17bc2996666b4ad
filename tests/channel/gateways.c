#include "gateways.h"

#include <string.h>

void gatebed_init(gatebed *bed, const char *kind, const char *secret)
{
    memset(bed, 0, sizeof *bed);
    cr_assert_eq(lyt_arena_new(&bed->arena, NULL, "gatebed", gatebed_arena_bytes), LYT_OK);
    bed->config.name = lyt_str_of(kind);
    bed->config.gateway = lyt_gateway_find(kind);
    cr_assert_not_null(bed->config.gateway, "%s", kind);
    bed->config.path = LYT_STR("/in");
    if (secret) {
        bed->config.secrets.n = 1;
        bed->config.secrets.keys[0] = lyt_str_of(secret);
    }
    bed->request.method = LYT_STR("POST");
    bed->request.url = LYT_STR("https://feedback.example.dk/in");
    bed->request.path = LYT_STR("/in");
    bed->request.headers = bed->headers;
    bed->request.now_us = 1795326000000000; /* 2026-11-22T05:40:00Z */
}

void gatebed_deinit(gatebed *bed)
{
    lyt_arena_free(bed->arena);
}

void gatebed_header(gatebed *bed, const char *name, const char *value)
{
    size_t at = 0;

    while (at < bed->request.n_headers && !lyt_str_equal(bed->headers[at].name, lyt_str_of(name)))
        at++;
    cr_assert_lt(at, (size_t)gatebed_headers_max);
    bed->headers[at] = (lyt_http_header){lyt_str_of(name), lyt_str_of(value)};
    if (at == bed->request.n_headers)
        bed->request.n_headers++;
}

void gatebed_form(gatebed *bed, const char *body)
{
    gatebed_header(bed, "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    bed->request.body = lyt_str_of(body);
}

void gatebed_json(gatebed *bed, const char *body)
{
    gatebed_header(bed, "Content-Type", "application/json");
    bed->request.body = lyt_str_of(body);
}

void gatebed_receive(gatebed *bed)
{
    lyt_arena_reset(bed->arena);
    memset(&bed->err, 0, sizeof bed->err);
    cr_assert_eq(lyt_gateway_receive(bed->config.gateway, &bed->config, &bed->request, bed->arena,
                                     &bed->got, &bed->err),
                 LYT_OK, "%s", bed->err.text);
}

const char *gatebed_written(gatebed *bed)
{
    lyt_buf out;
    lyt_jw jw;
    lyt_str kept;

    lyt_buf_init(&out, NULL);
    lyt_jw_init(&jw, &out);
    lyt_jw_object(&jw);
    lyt_jw_kint(&jw, "answer", bed->got.answer.status);
    lyt_jw_kstr(&jw, "body", bed->got.answer.body);
    if (bed->got.refusal)
        lyt_jw_kstr(&jw, "refusal", lyt_str_of(lyt_refusal_name(bed->got.refusal)));
    lyt_jw_key(&jw, "items");
    lyt_jw_array(&jw);
    for (size_t i = 0; i < bed->got.n_items; i++)
        lyt_inbound_write(&bed->got.items[i], true, &jw);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    cr_assert_eq(lyt_buf_status(&out), LYT_OK);
    kept = lyt_arena_copy(bed->arena, lyt_buf_str(&out));
    lyt_buf_deinit(&out);
    cr_assert_not_null(kept.ptr);
    return kept.ptr;
}
