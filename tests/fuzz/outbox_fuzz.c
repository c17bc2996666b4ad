/* What the outbox reads: the sender's reports, staff's orders, and templates. A template that was
 * let through never leaves a brace behind that it was not given; what goes out stays well formed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "out_format.h"
#include "outbox_report.h"
#include "utf8.h"
#include "waytext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_report(lyt_str bytes)
{
    lyt_outbox_report report;
    lyt_buf again;

    if (lyt_outbox_report_get(&report, bytes))
        return;
    lyt_buf_init(&again, NULL);
    lyt_outbox_report_put(&again, &report);
    if (!lyt_str_equal(lyt_buf_str(&again), bytes))
        abort();
    lyt_buf_deinit(&again);
}

static void check_order(lyt_str bytes)
{
    lyt_json *tree = NULL;
    lyt_outbox_order order;
    lyt_error err = {0};

    if (!lyt_json_parse(&tree, bytes, 8192, NULL)) {
        if (lyt_outbox_order_read(&order, tree, &err)) {
            if (!err.text[0])
                abort();
        } else if (!order.row == !order.way.len || !order.by.len) {
            abort();
        }
    }
    lyt_json_free(tree);
}

/* Every kind takes any text there is. */
static void check_formats(lyt_str text)
{
    static const char *const secrets[LYT_OUT_KIND_COUNT] = {
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", "t", "a:b", "a:b", "", "", "", "k", "a:b"};
    lyt_out_request request;

    lyt_out_request_init(&request, NULL);
    for (int kind = 0; kind < LYT_OUT_KIND_COUNT; kind++) {
        lyt_out_way way = {.kind = (lyt_out_kind)kind,
                           .url = LYT_STR("https://example.com"),
                           .from = LYT_STR("a@b"),
                           .secret = lyt_str_of(secrets[kind])};
        lyt_out_note note = {.key = LYT_STR("k"),
                             .thread = LYT_STR("t"),
                             .event = LYT_STR("alarm"),
                             .text = text,
                             .subject = text,
                             .place = text,
                             .data = LYT_STR("{\"stay\":\"s\"}"),
                             .to = kind == LYT_OUT_MAIL ? LYT_STR("c@d") : LYT_STR("+4540404422")};
        lyt_json *tree = NULL;

        if (lyt_out_write(&request, &way, &note, NULL))
            abort();
        if (kind == LYT_OUT_MAIL && strstr(request.body.data, "\r\n.\r\n"))
            abort();
        if (lyt_buf_str(&request.body).ptr[0] == '{' &&
            lyt_json_parse(&tree, lyt_buf_str(&request.body), 1 << 24, NULL))
            abort();
        lyt_json_free(tree);
    }
    lyt_out_request_deinit(&request);
}

static void check_template(lyt_str text)
{
    lyt_str values[LYT_WAY_FIELD_COUNT] = {{NULL, 0}};
    lyt_buf out;

    if (lyt_waytext_check(text, true, NULL))
        return;
    for (size_t i = 0; i < LYT_WAY_FIELD_COUNT; i += 2)
        values[i] = LYT_STR("value");
    lyt_buf_init(&out, NULL);
    lyt_waytext_fill(&out, text, values);
    if (lyt_buf_status(&out))
        abort();
    lyt_buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_str bytes = {(const char *)data, size};

    check_report(bytes);
    check_order(bytes);
    check_template(bytes);
    if (!lyt_utf8_check(bytes, NULL))
        check_formats(bytes);
    return 0;
}
