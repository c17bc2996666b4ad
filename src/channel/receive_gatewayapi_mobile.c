/*
 * GatewayAPI's newer Mobile Messaging API: an envelope around an event, signed over the raw body
 * by "Signature: v1=<hex>". It tells what became of our messages; no event is documented that
 * brings one in.
 */
#include "receiver.h"
#include "signing.h"

static bool verify(lyt_reception *in, lyt_status *status)
{
    lyt_str given;

    *status = LYT_OK;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "signature", &given)) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE, "there is no Signature");
        return false;
    }
    if (lyt_str_begins(given, LYT_STR("v1=")) &&
        lyt_is_signed_hex(&in->config->secrets, LYT_DIGEST_SHA256, in->request->body,
                          lyt_str_slice(given, 3, given.len)))
        return true;
    *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                   "Signature does not fit: is the secret the webhook's key?");
    return false;
}

static lyt_report_state state_of(lyt_str status)
{
    static const struct {
        const char *word;
        lyt_report_state state;
    } rows[] = {
        {"delivered", LYT_REPORT_DELIVERED},  {"undelivered", LYT_REPORT_FAILED},
        {"undeliverable", LYT_REPORT_FAILED}, {"expired", LYT_REPORT_FAILED},
        {"rejected", LYT_REPORT_FAILED},      {"failed", LYT_REPORT_FAILED},
        {"accepted", LYT_REPORT_UNDERWAY},    {"buffered", LYT_REPORT_UNDERWAY},
        {"enroute", LYT_REPORT_UNDERWAY},     {"scheduled", LYT_REPORT_UNDERWAY},
        {"sent", LYT_REPORT_UNDERWAY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(status, lyt_str_of(rows[i].word)))
            return rows[i].state;
    return LYT_REPORT_UNKNOWN;
}

static lyt_status read_status(lyt_reception *in, const lyt_json *event)
{
    static const char *const known[] = {"msg_id",    "recipient", "reference", "status",
                                        "status_at", "error",     NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_REPORT);

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_reception_text(in, lyt_json_get(event, "msg_id"));
    item->from = lyt_reception_text(in, lyt_json_get(event, "recipient"));
    item->reference_text = lyt_reception_text(in, lyt_json_get(event, "reference"));
    item->status = lyt_reception_text(in, lyt_json_get(event, "status"));
    item->report = state_of(item->status);
    item->sent_us = lyt_reception_time(lyt_json_text(event, "status_at"));
    item->error = lyt_reception_text(in, lyt_json_get(event, "error"));
    return lyt_reception_rest_json(in, item, event, known);
}

static lyt_status receive(lyt_reception *in)
{
    const lyt_json *event;
    lyt_status status;

    if (!verify(in, &status) || !lyt_reception_json(in, &status))
        return status;
    event = lyt_json_get(in->json, "event");
    if (!lyt_json_text(in->json, "event_type").len || lyt_json_typeof(event) != LYT_JSON_OBJECT)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "there is no event_type or no event");
    if (lyt_str_equal(lyt_json_text(in->json, "event_type"), LYT_STR("message.status.sms")))
        return read_status(in, event);
    /* events of another kind are none of ours, and would be sent again if refused */
    return LYT_OK;
}

const lyt_gateway lyt_gateway_gatewayapi_mobile = {
    .name = "gatewayapi-mobile",
    .channel = "sms",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256,
    .receive = receive,
    .thanks = {.status = 204},
};
