/*
 * GatewayAPI's classic REST: JSON, signed by a JWT in X-Gwapi-Signature whose payload is the whole
 * message, so that the body must say the same, field by field. Messages and what became of
 * ours come to the same address.
 */
#include "jwt.h"
#include "receiver.h"
#include "smstext.h"

static lyt_digest digest_of(lyt_scheme scheme)
{
    return scheme == LYT_SCHEME_SHA384   ? LYT_DIGEST_SHA384
           : scheme == LYT_SCHEME_SHA512 ? LYT_DIGEST_SHA512
                                         : LYT_DIGEST_SHA256;
}

static lyt_status refuse_token(lyt_reception *in, lyt_jwt_fault fault)
{
    static const char *const why[] = {
        [LYT_JWT_FINE] = "",
        [LYT_JWT_MALFORMED] = "X-Gwapi-Signature is no JSON web token",
        [LYT_JWT_ALGORITHM] = "X-Gwapi-Signature is signed in another way than the settings say",
        [LYT_JWT_SIGNATURE] = "X-Gwapi-Signature does not fit: is the secret the webhook's token?",
    };

    return lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE, "%s", why[fault]);
}

/* Reads the body, too. False: refused. */
static bool verify(lyt_reception *in, lyt_status *status)
{
    lyt_json *claims = NULL;
    lyt_jwt_fault fault;
    lyt_str token;

    *status = LYT_OK;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return lyt_reception_json(in, status);
    if (!lyt_http_header_find(in->request, "x-gwapi-signature", &token)) {
        *status =
            lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE, "there is no X-Gwapi-Signature");
        return false;
    }
    *status = lyt_jwt_read(&claims, &fault, token, &in->config->secrets,
                           digest_of(in->config->scheme), in->arena);
    if (!*status && fault != LYT_JWT_FINE)
        *status = refuse_token(in, fault);
    else if (!*status && (!lyt_reception_json(in, status) || !lyt_json_same(claims, in->json)) &&
             !*status)
        *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                       "the body is not what X-Gwapi-Signature was made for");
    lyt_json_free(claims);
    return !*status && in->out->refusal == LYT_REFUSAL_NONE;
}

static lyt_report_state state_of(lyt_str status)
{
    static const struct {
        const char *word;
        lyt_report_state state;
    } rows[] = {
        {"DELIVERED", LYT_REPORT_DELIVERED},  {"UNDELIVERED", LYT_REPORT_FAILED},
        {"UNDELIVERABLE", LYT_REPORT_FAILED}, {"EXPIRED", LYT_REPORT_FAILED},
        {"REJECTED", LYT_REPORT_FAILED},      {"DELETED", LYT_REPORT_FAILED},
        {"SKIPPED", LYT_REPORT_FAILED},       {"SCHEDULED", LYT_REPORT_UNDERWAY},
        {"BUFFERED", LYT_REPORT_UNDERWAY},    {"ENROUTE", LYT_REPORT_UNDERWAY},
        {"ACCEPTED", LYT_REPORT_UNDERWAY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(status, lyt_str_of(rows[i].word)))
            return rows[i].state;
    return LYT_REPORT_UNKNOWN;
}

static int64_t seconds_of(const lyt_json *object, const char *key)
{
    int64_t at = lyt_json_number(object, key);

    return at > 0 && at < INT64_MAX / 1000000 ? at * 1000000 : 0;
}

static lyt_status read_report(lyt_reception *in, const lyt_json *body)
{
    static const char *const known[] = {"id",    "msisdn", "time",    "status",
                                        "error", "code",   "userref", NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_REPORT);

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_reception_text(in, lyt_json_get(body, "id"));
    item->from = lyt_reception_text(in, lyt_json_get(body, "msisdn"));
    item->sent_us = seconds_of(body, "time");
    item->status = lyt_reception_text(in, lyt_json_get(body, "status"));
    item->report = state_of(item->status);
    item->error = lyt_reception_text(in, lyt_json_get(body, "error"));
    if (!item->error.len)
        item->error = lyt_reception_text(in, lyt_json_get(body, "code"));
    item->reference_text = lyt_reception_text(in, lyt_json_get(body, "userref"));
    return lyt_reception_rest_json(in, item, body, known);
}

static lyt_status read_message(lyt_reception *in, const lyt_json *body)
{
    static const char *const known[] = {"id",       "msisdn",   "receiver", "message",
                                        "senttime", "encoding", "udh",      NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    lyt_str header;
    lyt_udh udh;

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_reception_text(in, lyt_json_get(body, "id"));
    item->from = lyt_reception_text(in, lyt_json_get(body, "msisdn"));
    item->to = lyt_reception_text(in, lyt_json_get(body, "receiver"));
    item->text = lyt_reception_text(in, lyt_json_get(body, "message"));
    item->encoding = lyt_reception_text(in, lyt_json_get(body, "encoding"));
    item->sent_us = seconds_of(body, "senttime");
    if (!lyt_hex_read(&header, lyt_json_text(body, "udh"), in->arena) && header.len &&
        lyt_udh_parse(&udh, header) && udh.is_part) {
        item->kind = LYT_INBOUND_PART;
        item->parts = udh.parts;
        item->part = udh.part;
        item->reference = udh.reference;
    }
    return lyt_reception_rest_json(in, item, body, known);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_status status;

    if (!verify(in, &status))
        return status;
    if (lyt_json_typeof(lyt_json_get(in->json, "message")) == LYT_JSON_STRING) {
        if (!lyt_json_number(in->json, "msisdn"))
            return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no msisdn");
        return read_message(in, in->json);
    }
    if (lyt_json_get(in->json, "status"))
        return read_report(in, in->json);
    return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                "neither a message nor the status of one");
}

const lyt_gateway lyt_gateway_gatewayapi = {
    .name = "gatewayapi",
    .channel = "sms",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256 | 1u << LYT_SCHEME_SHA384 | 1u << LYT_SCHEME_SHA512,
    .receive = receive,
    .thanks = {.status = 204},
};
