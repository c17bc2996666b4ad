/* SMS by gateway: GatewayAPI, Twilio and 46elks. */
#include "out_inner.h"

#include <string.h>

#include "smslen.h"

enum { digits_max = 15 };

/* "+4512345678": a plus and up to 15 digits (E.164). */
static bool is_number(lyt_str to)
{
    if (to.len < 6 || to.len > digits_max + 1 || to.ptr[0] != '+' || to.ptr[1] == '0')
        return false;
    for (size_t i = 1; i < to.len; i++)
        if (to.ptr[i] < '0' || to.ptr[i] > '9')
            return false;
    return true;
}

static lyt_status check_number(const lyt_out_note *note, lyt_error *err)
{
    return is_number(note->to) ? LYT_OK
                               : lyt_error_set(err, LYT_EINVAL,
                                               "the receiver's number must be written as "
                                               "+4512345678");
}

lyt_status lyt_out_gatewayapi(lyt_out_request *out, const lyt_out_way *way,
                              const lyt_out_note *note, lyt_error *err)
{
    lyt_status status = check_number(note, err);
    lyt_buf text;
    lyt_jw jw;

    if (status)
        return status;
    lyt_buf_init(&text, out->body.alloc);
    lyt_sms_write(&text, note->text);
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    /* the token is the user, the password stays empty */
    lyt_buf_add(&out->login, way->secret);
    lyt_buf_add_char(&out->login, ':');
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_jw_init(&jw, &out->body);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "sender", way->from);
    lyt_jw_kstr(&jw, "message", lyt_buf_str(&text));
    if (lyt_sms_length(lyt_buf_str(&text)).is_ucs2)
        lyt_jw_kstr(&jw, "encoding", LYT_STR("UCS2"));
    lyt_jw_kstr(&jw, "userref", note->key);
    lyt_jw_key(&jw, "recipients");
    lyt_jw_array(&jw);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "msisdn");
    lyt_jw_raw(&jw, lyt_str_slice(note->to, 1, note->to.len));
    lyt_jw_object_end(&jw);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    status = lyt_buf_status(&text);
    lyt_buf_deinit(&text);
    return status ? lyt_error_set(err, status, "no memory for an SMS") : LYT_OK;
}

/* One field of a form (application/x-www-form-urlencoded). */
static void field(lyt_buf *out, const char *name, lyt_str value)
{
    static const char hex[] = "0123456789ABCDEF";

    if (out->len)
        lyt_buf_add_char(out, '&');
    lyt_buf_addf(out, "%s=", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';

        if (is_plain) {
            lyt_buf_add_char(out, (char)c);
        } else {
            lyt_buf_add_char(out, '%');
            lyt_buf_add_char(out, hex[c >> 4]);
            lyt_buf_add_char(out, hex[c & 15]);
        }
    }
}

static lyt_status write_form(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                             const char *const names[3], lyt_error *err)
{
    lyt_status status = check_number(note, err);
    lyt_buf text;

    if (status)
        return status;
    lyt_buf_init(&text, out->body.alloc);
    lyt_sms_write(&text, note->text);
    lyt_buf_add(&out->login, way->secret);
    lyt_out_header(out, "Content-Type", LYT_STR("application/x-www-form-urlencoded"));
    field(&out->body, names[0], way->from);
    field(&out->body, names[1], note->to);
    field(&out->body, names[2], lyt_buf_str(&text));
    status = lyt_buf_status(&text);
    lyt_buf_deinit(&text);
    return status ? lyt_error_set(err, status, "no memory for an SMS") : LYT_OK;
}

lyt_status lyt_out_twilio(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                          lyt_error *err)
{
    /* "MG…" is a service of several numbers */
    bool is_service = way->from.len == 34 && lyt_str_begins(way->from, LYT_STR("MG"));
    const char *const names[] = {is_service ? "MessagingServiceSid" : "From", "To", "Body"};
    lyt_str account = lyt_str_slice(way->secret, 0, lyt_str_find(way->secret, ':', 0));

    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_buf_addf(&out->url, "/2010-04-01/Accounts/%.*s/Messages.json", LYT_STR_ARG(account));
    return write_form(out, way, note, names, err);
}

lyt_status lyt_out_46elks(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                          lyt_error *err)
{
    static const char *const names[] = {"from", "to", "message"};

    lyt_buf_add(&out->url, lyt_out_base_url(way));
    return write_form(out, way, note, names, err);
}
