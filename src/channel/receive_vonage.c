/*
 * Vonage's SMS API (once Nexmo): the same fields as query, form or JSON, whichever the account
 * says. Signed, when Vonage has switched that on, by the field sig over all others. Parts of a
 * long SMS come one by one.
 */
#include <stdio.h>
#include <string.h>

#include "cleantext.h"
#include "receiver.h"
#include "signing.h"
#include "smstext.h"

enum { default_window_us = 300 * 1000000 };

/* Members of a JSON body like fields of a form. */
static lyt_status fields_of(lyt_reception *in, lyt_webform *out)
{
    const lyt_json *value;
    void *cursor = NULL;
    lyt_status status = LYT_OK;
    size_t cap = 0;
    lyt_str key;

    *out = (lyt_webform){NULL, 0};
    while (!status && lyt_json_each(in->json, &cursor, &key, &value)) {
        if (out->n == lyt_http_fields_max)
            return lyt_reception_refuse(in, LYT_REFUSAL_TOO_LARGE, "more than %d fields",
                                        lyt_http_fields_max);
        status = lyt_arena_grow(in->arena, &out->fields, &cap, out->n + 1, sizeof *out->fields);
        if (!status)
            out->fields[out->n++] = (lyt_webform_field){key, lyt_reception_text(in, value)};
    }
    return status ? status : lyt_arena_status(in->arena);
}

static bool read_fields(lyt_reception *in, lyt_webform *out, lyt_status *status)
{
    if (!lyt_str_equal(in->request->method, LYT_STR("GET")) &&
        lyt_http_is_type(in->request, "application/json")) {
        if (lyt_reception_json(in, status))
            *status = fields_of(in, out);
        else if (!*status && in->config->scheme != LYT_SCHEME_NONE)
            *status = lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                           "the body is no JSON, so nothing in it can be signed");
        return !*status && in->out->refusal == LYT_REFUSAL_NONE;
    }
    return lyt_reception_form(in, out, status);
}

/* "&name=value" of all but sig, in byte order; & and = within values are "_". */
static lyt_status join_fields(lyt_reception *in, const lyt_webform *form, lyt_str *out)
{
    size_t n = 0;
    char *text;

    for (size_t i = 0; i < form->n; i++)
        n += form->fields[i].name.len + form->fields[i].value.len + 2;
    text = lyt_arena_room(in->arena, n + 1, 1);
    if (!text)
        return lyt_arena_status(in->arena);
    n = 0;
    for (size_t i = 0; i < form->n; i++) {
        const lyt_webform_field *field = &form->fields[i];

        if (lyt_str_equal(field->name, LYT_STR("sig")))
            continue;
        text[n++] = '&';
        if (field->name.len)
            memcpy(text + n, field->name.ptr, field->name.len);
        n += field->name.len;
        text[n++] = '=';
        for (size_t k = 0; k < field->value.len; k++) {
            char c = field->value.ptr[k];

            text[n++] = (char)(c == '&' || c == '=' ? '_' : c);
        }
    }
    *out = (lyt_str){text, n};
    return LYT_OK;
}

static bool is_md5hash(lyt_reception *in, lyt_str text, lyt_str given)
{
    const lyt_secrets *secrets = &in->config->secrets;
    char hex[lyt_signed_text_max];
    bool found = false;
    lyt_buf whole;

    for (size_t i = 0; i < secrets->n; i++) {
        lyt_signed value = {.n = 0};

        lyt_buf_init(&whole, NULL);
        /* room for all at once: growing would leave copies of the secret behind */
        (void)lyt_buf_reserve(&whole, text.len + secrets->keys[i].len);
        lyt_buf_add(&whole, text);
        lyt_buf_add(&whole, secrets->keys[i]);
        if (lyt_buf_status(&whole))
            in->failed = lyt_buf_status(&whole);
        else
            value = lyt_digest_of(LYT_DIGEST_MD5, lyt_buf_str(&whole));
        lyt_signing_wipe(&whole);
        if (!value.n)
            continue;
        found |= lyt_same_secret(lyt_hex(&value, false, hex), given);
        found |= lyt_same_secret(lyt_hex(&value, true, hex), given);
    }
    return found;
}

static bool is_signed(lyt_reception *in, lyt_str text, lyt_str given)
{
    const lyt_gateway_config *config = in->config;

    switch (config->scheme) {
    case LYT_SCHEME_MD5:
        return lyt_is_signed_hex(&config->secrets, LYT_DIGEST_MD5, text, given);
    case LYT_SCHEME_SHA1:
        return lyt_is_signed_hex(&config->secrets, LYT_DIGEST_SHA1, text, given);
    case LYT_SCHEME_SHA256:
        return lyt_is_signed_hex(&config->secrets, LYT_DIGEST_SHA256, text, given);
    case LYT_SCHEME_SHA512:
        return lyt_is_signed_hex(&config->secrets, LYT_DIGEST_SHA512, text, given);
    case LYT_SCHEME_DEFAULT:
    case LYT_SCHEME_MD5HASH:
        return is_md5hash(in, text, given);
    case LYT_SCHEME_NONE:
    case LYT_SCHEME_SHA384:
        break;
    }
    return false;
}

static int64_t whole_number(lyt_str text)
{
    int64_t number = 0;

    if (!text.len || text.len > 12)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return -1;
        number = number * 10 + (text.ptr[i] - '0');
    }
    return number;
}

static lyt_status verify(lyt_reception *in, lyt_webform *form)
{
    lyt_str given = lyt_webform_get(form, "sig"), text = {"", 0};
    int64_t at_us, window_us = in->config->window_us ? in->config->window_us : default_window_us;
    lyt_status status;

    if (in->config->scheme == LYT_SCHEME_NONE)
        return LYT_OK;
    if (!given.len)
        return lyt_reception_refuse(in, LYT_REFUSAL_NO_SIGNATURE,
                                    "there is no sig: has Vonage switched signing on?");
    lyt_webform_sort(form);
    status = join_fields(in, form, &text);
    if (status)
        return status;
    if (!is_signed(in, text, given))
        return lyt_reception_refuse(in, LYT_REFUSAL_BAD_SIGNATURE,
                                    "sig does not fit: are the secret and the signature's method "
                                    "those of the account?");
    at_us = whole_number(lyt_webform_get(form, "timestamp")) * 1000000;
    if (at_us < in->request->now_us - window_us || at_us > in->request->now_us + window_us)
        return lyt_reception_refuse(in, LYT_REFUSAL_STALE,
                                    "the signed timestamp is missing, or too far from now");
    return LYT_OK;
}

static lyt_report_state state_of(lyt_str status)
{
    static const struct {
        const char *word;
        lyt_report_state state;
    } rows[] = {
        {"delivered", LYT_REPORT_DELIVERED}, {"expired", LYT_REPORT_FAILED},
        {"failed", LYT_REPORT_FAILED},       {"rejected", LYT_REPORT_FAILED},
        {"deleted", LYT_REPORT_FAILED},      {"undeliverable", LYT_REPORT_FAILED},
        {"accepted", LYT_REPORT_UNDERWAY},   {"buffered", LYT_REPORT_UNDERWAY},
        {"submitted", LYT_REPORT_UNDERWAY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(status, lyt_str_of(rows[i].word)))
            return rows[i].state;
    return LYT_REPORT_UNKNOWN;
}

static lyt_status read_report(lyt_reception *in, const lyt_webform *form)
{
    static const char *const known[] = {"api-key",   "sig",  "timestamp",  "nonce",
                                        "msisdn",    "to",   "messageId",  "status",
                                        "err-code",  "scts", "client-ref", "message-timestamp",
                                        "messageId", NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_REPORT);

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_webform_get(form, "messageId");
    item->from = lyt_webform_get(form, "msisdn");
    item->to = lyt_webform_get(form, "to");
    item->sent_us = lyt_reception_time(lyt_webform_get(form, "message-timestamp"));
    item->status = lyt_webform_get(form, "status");
    item->report = state_of(item->status);
    item->error = lyt_webform_get(form, "err-code");
    item->reference_text = lyt_webform_get(form, "client-ref");
    return lyt_reception_rest(in, item, form, known);
}

static void set_part(lyt_inbound *item, int64_t reference, int64_t parts, int64_t part)
{
    if (reference < 0 || reference > 65535 || parts < 2 || parts > 255 || part < 1 || part > parts)
        return;
    item->kind = LYT_INBOUND_PART;
    item->reference = (unsigned)reference;
    item->parts = (unsigned)parts;
    item->part = (unsigned)part;
}

static bool is_utf8(lyt_str text)
{
    size_t len;

    for (size_t at = 0; at < text.len; at += len)
        if (!(len = lyt_clean_char(text, at, NULL)) || !text.ptr[at])
            return false;
    return true;
}

/* Bytes of an unknown kind: UTF-8 if they are, else 16-bit units, else only told of. */
static lyt_status read_binary(lyt_reception *in, lyt_inbound *item, const lyt_webform *form)
{
    lyt_str header = {"", 0}, data = {"", 0};
    char told[48];
    lyt_udh udh;

    if (lyt_hex_read(&data, lyt_webform_get(form, "data"), in->arena) ||
        lyt_hex_read(&header, lyt_webform_get(form, "udh"), in->arena))
        return lyt_arena_status(in->arena)
                   ? lyt_arena_status(in->arena)
                   : lyt_reception_refuse(in, LYT_REFUSAL_MALFORMED, "data or udh is no hex");
    if (header.len && lyt_udh_parse(&udh, header) && udh.is_part)
        set_part(item, udh.reference, udh.parts, udh.part);
    if (is_utf8(data)) {
        item->text = data;
    } else if (data.len % 2 == 0) {
        item->text = lyt_ucs2_text(data, in->arena);
    } else {
        snprintf(told, sizeof told, "[%zu bytes]", data.len);
        item->text = lyt_arena_copy(in->arena, lyt_str_of(told));
    }
    return lyt_arena_status(in->arena);
}

static lyt_status read_message(lyt_reception *in, const lyt_webform *form)
{
    static const char *const known[] = {"api-key",     "sig",
                                        "timestamp",   "nonce",
                                        "msisdn",      "to",
                                        "messageId",   "text",
                                        "type",        "concat",
                                        "concat-ref",  "concat-total",
                                        "concat-part", "message-timestamp",
                                        "data",        "udh",
                                        NULL};
    lyt_inbound *item = lyt_reception_add(in, LYT_INBOUND_FEEDBACK);
    lyt_status status = LYT_OK;

    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_webform_get(form, "messageId");
    item->from = lyt_webform_get(form, "msisdn");
    item->to = lyt_webform_get(form, "to");
    item->text = lyt_webform_get(form, "text");
    item->encoding = lyt_webform_get(form, "type");
    item->sent_us = lyt_reception_time(lyt_webform_get(form, "message-timestamp"));
    if (lyt_str_equal(lyt_webform_get(form, "concat"), LYT_STR("true")))
        set_part(item, whole_number(lyt_webform_get(form, "concat-ref")),
                 whole_number(lyt_webform_get(form, "concat-total")),
                 whole_number(lyt_webform_get(form, "concat-part")));
    if (lyt_str_equal(item->encoding, LYT_STR("binary")))
        status = read_binary(in, item, form);
    if (status || in->out->refusal != LYT_REFUSAL_NONE)
        return status;
    return lyt_reception_rest(in, item, form, known);
}

static lyt_status receive(lyt_reception *in)
{
    lyt_status status;
    lyt_webform form;

    if (!read_fields(in, &form, &status))
        return status;
    status = verify(in, &form);
    if (status || in->out->refusal != LYT_REFUSAL_NONE)
        return status;
    if (in->config->account.len &&
        !lyt_str_equal(lyt_webform_get(&form, "api-key"), in->config->account))
        return lyt_reception_refuse(in, LYT_REFUSAL_WRONG_ACCOUNT,
                                    "api-key is not the one in the settings");
    if (!lyt_webform_get(&form, "messageId").len)
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no messageId");
    if (lyt_webform_has(&form, "text") || lyt_webform_has(&form, "data")) {
        if (!lyt_webform_get(&form, "msisdn").len)
            return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD, "there is no msisdn");
        return read_message(in, &form);
    }
    if (lyt_webform_has(&form, "status"))
        return read_report(in, &form);
    return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                "neither text, nor data, nor the status of a message sent");
}

const lyt_gateway lyt_gateway_vonage = {
    .name = "vonage",
    .channel = "sms",
    .methods = LYT_HTTP_GET | LYT_HTTP_POST,
    .needs_secret = true,
    .schemes = 1u << LYT_SCHEME_MD5HASH | 1u << LYT_SCHEME_MD5 | 1u << LYT_SCHEME_SHA1 |
               1u << LYT_SCHEME_SHA256 | 1u << LYT_SCHEME_SHA512,
    .receive = receive,
    .thanks = {.status = 204},
};
