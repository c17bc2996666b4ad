/*
 * Vonage's Messages API: JSON, with a JWT as bearer token that holds the hash of the body. Its
 * documentation says that a callback without one may come now and then; it is sent away so
 * that it comes again.
 */
#include "jwt.h"
#include "receiver.h"

enum { default_window_us = 300 * 1000000 };

static bool is_fresh(const lyt_reception *in, const lyt_json *claims)
{
    int64_t window_us = in->config->window_us ? in->config->window_us : default_window_us;
    int64_t at = lyt_json_number(claims, "iat"), now = in->request->now_us / 1000000;

    return at >= now - window_us / 1000000 && at <= now + window_us / 1000000;
}

static bool is_of_body(const lyt_reception *in, const lyt_json *claims)
{
    lyt_signed hash = lyt_digest_of(LYT_DIGEST_SHA256, in->request->body);
    char hex[lyt_signed_text_max];

    return hash.n &&
           lyt_same_secret(lyt_hex(&hash, false, hex), lyt_json_text(claims, "payload_hash"));
}

static void check_claims(lyt_reception *in, const lyt_json *claims)
{
    lyt_str account = in->config->account;

    if (!is_of_body(in, claims))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                   "the body is not the one that the token was made for");
    else if (account.len && !lyt_str_equal(lyt_json_text(claims, "api_key"), account))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_WRONG_ACCOUNT,
                                   "api_key is not the one in the settings");
    else if (!is_fresh(in, claims))
        (void)lyt_reception_refuse(in, LYT_REFUSAL_STALE,
                                   "the token's iat is missing, or too far from now");
}

/* False: refused. */
static bool verify(lyt_reception *in, lyt_status *status)
{
    lyt_json *claims = NULL;
    lyt_jwt_fault fault;
    lyt_str given;

    *status = LYT_OK;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "authorization", &given)) {
        *status = lyt_reception_refuse(in, LYT_REFUSAL_RETRY, "there is no Authorization");
        return false;
    }
    if (!lyt_str_begins(given, LYT_STR("Bearer "))) {
        *status =
            lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE, "Authorization is no bearer token");
        return false;
    }
    *status = lyt_jwt_read(&claims, &fault, lyt_str_slice(given, 7, given.len),
                           &in->config->secrets, LYT_DIGEST_SHA256, in->arena);
    if (!*status && fault != LYT_JWT_FINE)
        *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                       "the token is not signed by HS256 with the secret");
    else if (!*status)
        check_claims(in, claims);
    lyt_json_free(claims);
    return !*status && in->out->refusal == LYT_REFUSAL_NONE;
}

static lyt_report_state state_of(lyt_str status)
{
    static const struct {
        const char *word;
        lyt_report_state state;
    } rows[] = {
        {"submitted", LYT_REPORT_UNDERWAY},   {"delivered", LYT_REPORT_DELIVERED},
        {"read", LYT_REPORT_DELIVERED},       {"rejected", LYT_REPORT_FAILED},
        {"undeliverable", LYT_REPORT_FAILED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(status, lyt_str_of(rows[i].word)))
            return rows[i].state;
    return LYT_REPORT_UNKNOWN;
}

static lyt_status read_status(lyt_reception *in, const lyt_json *body)
{
    static const char *const known[] = {"message_uuid", "to",    "from",       "timestamp",
                                        "status",       "error", "client_ref", NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_REPORT);

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_json_text(body, "message_uuid");
    item->from = lyt_reception_text(in, lyt_json_get(body, "to"));
    item->to = lyt_reception_text(in, lyt_json_get(body, "from"));
    item->sent_us = lyt_reception_time(lyt_json_text(body, "timestamp"));
    item->status = lyt_json_text(body, "status");
    item->report = state_of(item->status);
    item->error = lyt_json_text(lyt_json_get(body, "error"), "title");
    item->reference_text = lyt_reception_text(in, lyt_json_get(body, "client_ref"));
    return lyt_reception_rest_json(in, item, body, known);
}

/* Text, or the words beside a picture, or that there is one. */
static lyt_status read_text(lyt_reception *in, lyt_inbound *item, const lyt_json *body)
{
    lyt_str type = lyt_json_text(body, "message_type"), caption;
    lyt_buf text;

    item->text = lyt_json_text(body, "text");
    if (item->text.len || !type.len || lyt_str_equal(type, LYT_STR("text")))
        return LYT_OK;
    caption = lyt_json_text(lyt_json_get(body, type.ptr), "caption");
    lyt_buf_init(&text, NULL);
    lyt_buf_addf(&text, "[%.*s]", (int)(type.len < 80 ? type.len : 80), type.ptr);
    if (caption.len) {
        lyt_buf_add_char(&text, ' ');
        lyt_buf_add(&text, caption);
    }
    if (lyt_buf_status(&text))
        in->failed = lyt_buf_status(&text);
    item->text = lyt_arena_copy(in->arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    return lyt_arena_status(in->arena);
}

static lyt_status read_message(lyt_reception *in, const lyt_json *body)
{
    static const char *const known[] = {"message_uuid", "to",   "from",    "timestamp",
                                        "message_type", "text", "channel", NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    lyt_status status;

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_json_text(body, "message_uuid");
    item->from = lyt_reception_text(in, lyt_json_get(body, "from"));
    item->to = lyt_reception_text(in, lyt_json_get(body, "to"));
    item->channel = lyt_json_text(body, "channel");
    item->encoding = lyt_json_text(body, "message_type");
    item->sent_us = lyt_reception_time(lyt_json_text(body, "timestamp"));
    status = read_text(in, item, body);
    return status ? status : lyt_reception_rest_json(in, item, body, known);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_status status;

    if (!verify(in, &status) || !lyt_reception_json(in, &status))
        return status;
    if (!lyt_json_text(in->json, "message_uuid").len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no message_uuid");
    if (lyt_json_get(in->json, "status") && !lyt_json_get(in->json, "message_type"))
        return read_status(in, in->json);
    if (!lyt_json_get(in->json, "from"))
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no from");
    return read_message(in, in->json);
}

const lyt_gateway lyt_gateway_vonage_messages = {
    .name = "vonage-messages",
    .channel = "sms",
    .methods = LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA256,
    .receive = receive,
    .thanks = {.status = 204},
};
