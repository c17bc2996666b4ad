#include <stdio.h>
#include <string.h>

#include "httptext.h"
#include "mapping.h"
#include "receiver.h"

static void add_number(lyt_buf *out, unsigned number)
{
    if (number)
        lyt_buf_addf(out, "%u", number);
}

static void add_time(lyt_buf *out, int64_t at_us)
{
    if (at_us)
        lyt_clock_format(out, at_us);
}

/* Text of a field as the mapping file names it. False: no such field. */
static bool shown(const lyt_inbound *item, lyt_str name, lyt_buf *out)
{
    const struct {
        const char *name;
        lyt_str text;
    } texts[] = {
        {"id", item->provider_id},  {"kind", lyt_str_of(lyt_inbound_kind_name(item->kind))},
        {"channel", item->channel}, {"from", item->from},
        {"to", item->to},           {"text", item->text},
        {"lang", item->lang_hint},  {"property", item->property},
        {"place", item->place},     {"encoding", item->encoding},
        {"status", item->status},   {"report", lyt_str_of(lyt_report_state_name(item->report))},
        {"error", item->error},     {"reference", item->reference_text},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!lyt_str_equal(name, lyt_str_of(texts[i].name)))
            continue;
        lyt_buf_add(out, texts[i].text);
        return true;
    }
    if (lyt_str_equal(name, LYT_STR("score")) && !isnan(item->score))
        lyt_buf_add_real(out, item->score, 6);
    else if (lyt_str_equal(name, LYT_STR("scale")))
        lyt_buf_add_real(out, item->scale, 6);
    else if (lyt_str_equal(name, LYT_STR("part")))
        add_number(out, item->part);
    else if (lyt_str_equal(name, LYT_STR("parts")))
        add_number(out, item->parts);
    else if (lyt_str_equal(name, LYT_STR("part_of")))
        lyt_buf_addf(out, "%u", item->reference);
    else if (lyt_str_equal(name, LYT_STR("sent_at")))
        add_time(out, item->sent_us);
    else
        return lyt_str_equal(name, LYT_STR("score"));
    return true;
}

/* Times are compared as times: "2026-11-22T05:40:00Z" is what has six zeros, too. */
static bool is_same(lyt_str got, lyt_str wanted)
{
    int64_t a, b;

    return lyt_str_equal(got, wanted) ||
           (!lyt_clock_parse(&a, got) && !lyt_clock_parse(&b, wanted) && a == b);
}

static lyt_status compare(const lyt_inbound *item, const lyt_map_expected *expected, lyt_error *err)
{
    lyt_status status = LYT_OK;
    lyt_buf got;

    lyt_buf_init(&got, NULL);
    if (!shown(item, expected->field, &got))
        status =
            lyt_error_at(err, LYT_EINVAL, NULL, expected->field_line, expected->field_column,
                         "\"%.*s\" is no field that can be expected", LYT_STR_ARG(expected->field));
    else if (lyt_buf_status(&got))
        status = lyt_error_set(err, lyt_buf_status(&got), "out of memory");
    else if (!is_same(lyt_buf_str(&got), expected->value))
        status = lyt_error_at(err, LYT_EINVAL, NULL, expected->line, expected->column,
                              "%.*s became \"%.80s\", not \"%.80s\"", LYT_STR_ARG(expected->field),
                              got.data ? got.data : "", expected->value.ptr);
    lyt_buf_deinit(&got);
    return status;
}

/* A secret of one line, not to be given back. */
static void lend_secret(lyt_secrets *secrets, lyt_str secret)
{
    if (!secret.len)
        return;
    secrets->n = 1;
    secrets->keys[0] = secret;
}

lyt_status lyt_mapping_try(const lyt_mapping *mapping, const lyt_map_test *test, lyt_arena *arena,
                           lyt_error *err)
{
    lyt_channelbook book = {.country = test->country};
    lyt_gateway_config config = {.name = mapping->name,
                                 .gateway = &lyt_gateway_mapping,
                                 .path = LYT_STR("/"),
                                 .mapping = mapping,
                                 .book = &book};
    lyt_http_request request = {.now_us = test->at_us};
    lyt_received got;
    lyt_status status;

    lend_secret(&config.secrets, test->secret);
    status = lyt_http_parse(&request, test->request, arena, err);
    if (status) {
        if (err && err->line) /* within the text, which has places of its own */
            return lyt_error_at(err, status, NULL, test->line, test->column,
                                "the test's request, line %u, is no HTTP", err->line);
        return status;
    }
    request.url = lyt_http_url(arena, LYT_STR("https://lyt.example"), lyt_http_target(&request));
    status = lyt_gateway_receive(config.gateway, &config, &request, arena, &got, err);
    if (status)
        return status;
    if (got.refusal != LYT_REFUSAL_NONE) {
        char why[sizeof err->text];

        snprintf(why, sizeof why, "%s", err ? err->text : "");
        return lyt_error_at(err, LYT_EINVAL, NULL, test->line, test->column,
                            "the test's request is refused (%s): %.180s",
                            lyt_refusal_name(got.refusal), why);
    }
    if (!got.n_items)
        return lyt_error_at(err, LYT_EINVAL, NULL, test->line, test->column,
                            "the test's request became no message");
    for (size_t i = 0; i < test->n_expected && !status; i++)
        status = compare(&got.items[0], &test->expected[i], err);
    return status;
}
