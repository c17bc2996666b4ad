/*
 * Twilio: form posts (SMS, WhatsApp, status callbacks) or JSON, signed by X-Twilio-Signature:
 * HMAC-SHA1 of the URL and, of a form, of all fields in byte order. Which of "with the port" and
 * "without" it signs is not the same everywhere, so that both count.
 */
#include <string.h>

#include "receiver.h"
#include "signing.h"

/* Where the port would begin and end in "https://user@host:port/…". False: no such URL. */
static bool find_port(lyt_str url, size_t *from, size_t *to, bool *is_https)
{
    size_t host, end, colon;

    *is_https = lyt_str_begins(url, LYT_STR("https://"));
    if (!*is_https && !lyt_str_begins(url, LYT_STR("http://")))
        return false;
    host = *is_https ? 8 : 7;
    for (end = host; end < url.len && !strchr("/?#", url.ptr[end]); end++)
        ;
    for (size_t i = host; i < end; i++)
        if (url.ptr[i] == '@')
            host = i + 1;
    colon = end;
    for (size_t i = host; i < end; i++) {
        if (url.ptr[i] == ':')
            colon = i;
        else if (url.ptr[i] == ']') /* of an IPv6 address */
            colon = end;
    }
    *from = colon;
    *to = end;
    return true;
}

/* The URL with that piece (":443" or nothing) for its port, then what is signed after it. */
static bool is_signed_with(lyt_reception *in, lyt_str port, lyt_str rest, lyt_str given)
{
    lyt_str url = in->request->url;
    size_t from, to;
    bool is_https, found = false;
    lyt_buf text;

    if (!find_port(url, &from, &to, &is_https))
        return false;
    lyt_buf_init(&text, NULL);
    lyt_buf_add(&text, lyt_str_slice(url, 0, from));
    lyt_buf_add(&text, port);
    lyt_buf_add(&text, lyt_str_slice(url, to, url.len));
    lyt_buf_add(&text, rest);
    if (lyt_buf_status(&text))
        in->failed = lyt_buf_status(&text);
    else
        found =
            lyt_is_signed_base64(&in->config->secrets, LYT_DIGEST_SHA1, lyt_buf_str(&text), given);
    lyt_buf_deinit(&text);
    return found;
}

static bool is_signed(lyt_reception *in, lyt_str rest, lyt_str given)
{
    lyt_str url = in->request->url, own;
    size_t from = 0, to = 0;
    bool is_https = false;

    if (!find_port(url, &from, &to, &is_https))
        return false;
    own = lyt_str_slice(url, from, to);
    if (!own.len)
        own = is_https ? LYT_STR(":443") : LYT_STR(":80");
    return is_signed_with(in, (lyt_str){"", 0}, rest, given) ||
           is_signed_with(in, own, rest, given);
}

/* Names and values run together; of a name that is there twice its different values. */
static lyt_status join_fields(lyt_reception *in, lyt_webform *form, lyt_str *out)
{
    size_t n = 0;
    char *text;

    lyt_webform_sort(form);
    for (size_t i = 0; i < form->n; i++)
        n += form->fields[i].name.len + form->fields[i].value.len;
    text = lyt_arena_room(in->arena, n + 1, 1);
    if (!text)
        return lyt_arena_status(in->arena);
    n = 0;
    for (size_t i = 0; i < form->n; i++) {
        const lyt_webform_field *field = &form->fields[i];
        bool again = i > 0 && lyt_str_equal(field[-1].name, field->name);

        if (again && lyt_str_equal(field[-1].value, field->value))
            continue;
        if (field->name.len)
            memcpy(text + n, field->name.ptr, field->name.len);
        n += field->name.len;
        if (field->value.len)
            memcpy(text + n, field->value.ptr, field->value.len);
        n += field->value.len;
    }
    *out = (lyt_str){text, n};
    return LYT_OK;
}

/* The hash of a JSON body stands in the signed URL. */
static bool is_body_signed(lyt_reception *in)
{
    lyt_signed hash = lyt_digest_of(LYT_DIGEST_SHA256, in->request->body);
    char text[lyt_signed_text_max];
    size_t mark = lyt_str_find(in->request->url, '?', 0);
    lyt_webform query;

    return hash.n &&
           !lyt_webform_parse(&query,
                              lyt_str_slice(in->request->url, mark + 1, in->request->url.len),
                              lyt_http_fields_max, in->arena) &&
           lyt_same_secret(lyt_hex(&hash, false, text), lyt_webform_get(&query, "bodySHA256"));
}

/* Reads the fields, too. False: refused. */
static bool verify(lyt_reception *in, lyt_webform *form, lyt_status *status)
{
    bool is_json = lyt_http_is_type(in->request, "application/json");
    bool is_get = lyt_str_equal(in->request->method, LYT_STR("GET"));
    lyt_str given, rest = {"", 0};

    *status = LYT_OK;
    *form = (lyt_webform){NULL, 0};
    if (!is_json && !lyt_reception_form(in, form, status))
        return false;
    if (in->config->scheme == LYT_SCHEME_NONE)
        return true;
    if (!lyt_http_header_find(in->request, "x-twilio-signature", &given)) {
        *status =
            lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE, "there is no X-Twilio-Signature");
        return false;
    }
    if (!is_json && !is_get)
        *status = join_fields(in, form, &rest);
    if (!*status && ((is_json && !is_body_signed(in)) || !is_signed(in, rest, given)))
        *status = lyt_reception_refuse(
            in, LYT_REFUSAL_BAD_SIGNATURE,
            "X-Twilio-Signature does not fit: is the secret the account's AuthToken, and "
            "public_url what Twilio calls?");
    return !*status && in->out->refusal == LYT_REFUSAL_NONE;
}

static lyt_report_state state_of(lyt_str status)
{
    static const struct {
        const char *word;
        lyt_report_state state;
    } rows[] = {
        {"accepted", LYT_REPORT_UNDERWAY}, {"scheduled", LYT_REPORT_UNDERWAY},
        {"queued", LYT_REPORT_UNDERWAY},   {"sending", LYT_REPORT_UNDERWAY},
        {"sent", LYT_REPORT_UNDERWAY},     {"delivered", LYT_REPORT_DELIVERED},
        {"read", LYT_REPORT_DELIVERED},    {"undelivered", LYT_REPORT_FAILED},
        {"failed", LYT_REPORT_FAILED},     {"canceled", LYT_REPORT_FAILED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(status, lyt_str_of(rows[i].word)))
            return rows[i].state;
    return LYT_REPORT_UNKNOWN;
}

/* "whatsapp:+45…" names the way it came before the number. */
static lyt_str number_of(lyt_str address, lyt_str *way)
{
    size_t colon = lyt_str_find(address, ':', 0);

    if (colon == address.len)
        return address;
    *way = lyt_str_slice(address, 0, colon);
    return lyt_str_slice(address, colon + 1, address.len);
}

static const char *const known[] = {
    "Body",          "From",       "To",        "MessageSid",    "SmsSid",
    "SmsMessageSid", "AccountSid", "ErrorCode", "MessageStatus", NULL};

static lyt_status read_report(lyt_reception *in, const lyt_webform *form, lyt_str status)
{
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_REPORT);
    lyt_str way = {"", 0};

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_webform_get(form, "MessageSid");
    item->from = number_of(lyt_webform_get(form, "To"), &way);
    item->to = number_of(lyt_webform_get(form, "From"), &way);
    item->status = status;
    item->report = state_of(status);
    item->error = lyt_webform_get(form, "ErrorCode");
    /* "attempt to send to unsubscribed recipient": Twilio heard the STOP and kept it */
    item->opted_out = lyt_str_equal(item->error, LYT_STR("21610"));
    return lyt_reception_rest(in, item, form, known);
}

/* A picture without words is said in words, or nobody would hear of it. */
static lyt_status name_media(lyt_reception *in, lyt_inbound *item, const lyt_webform *form)
{
    lyt_str type = lyt_webform_get(form, "MediaContentType0");
    lyt_buf text;

    if (item->text.len || !type.len)
        return LYT_OK;
    lyt_buf_init(&text, NULL);
    lyt_buf_addf(&text, "[%.*s]", (int)(type.len < 80 ? type.len : 80), type.ptr);
    if (lyt_buf_status(&text))
        in->failed = lyt_buf_status(&text);
    item->text = lyt_arena_copy(in->arena, lyt_buf_str(&text));
    lyt_buf_deinit(&text);
    return lyt_arena_status(in->arena);
}

static lyt_status read_message(lyt_reception *in, const lyt_webform *form)
{
    lyt_str opt = lyt_webform_get(form, "OptOutType"), way = {"", 0};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    lyt_status status;

    if (!item)
        return lyt_arena_status(in->arena);
    if (lyt_str_equal(opt, LYT_STR("STOP")))
        item->kind = LYT_INBOUND_OPT_OUT;
    else if (lyt_str_equal(opt, LYT_STR("START")))
        item->kind = LYT_INBOUND_OPT_IN;
    /* whoever tells us what the word meant has answered it */
    item->is_confirmed = item->kind != LYT_INBOUND_FEEDBACK;
    item->provider_id = lyt_webform_get(form, "MessageSid");
    item->from = number_of(lyt_webform_get(form, "From"), &way);
    item->to = number_of(lyt_webform_get(form, "To"), &way);
    item->channel = way;
    item->text = lyt_webform_get(form, "Body");
    status = name_media(in, item, form);
    return status ? status : lyt_reception_rest(in, item, form, known);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_str status_word, account;
    lyt_status status;
    lyt_webform form;

    if (!verify(in, &form, &status))
        return status;
    if (lyt_http_is_type(in->request, "application/json"))
        /* Twilio's events in JSON are about calls and accounts; none is a message */
        return LYT_OK;
    account = lyt_webform_get(&form, "AccountSid");
    if (in->config->account.len && !lyt_str_equal(account, in->config->account))
        return lyt_reception_refuse(in, LYT_REFUSAL_WRONG_ACCOUNT,
                                    "AccountSid is not the one in the settings");
    status_word = lyt_webform_get(&form, "MessageStatus");
    if (!lyt_webform_get(&form, "MessageSid").len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no MessageSid");
    if (status_word.len && !lyt_webform_has(&form, "Body"))
        return read_report(in, &form, status_word);
    if (!lyt_webform_get(&form, "From").len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no From");
    return read_message(in, &form);
}

const lyt_gateway lyt_gateway_twilio = {
    .name = "twilio",
    .channel = "sms",
    .methods = LYT_HTTP_GET | LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_SHA1,
    .receive = receive,
    /* anything else is texted to the guest */
    .thanks = {.status = 200, .content_type = {"text/xml", 8}, .body = {"<Response/>", 11}},
};
