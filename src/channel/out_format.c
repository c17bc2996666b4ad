#include "out_format.h"

#include "clock.h"
#include "out_inner.h"
#include "out_sign.h"

static const struct {
    lyt_out_writer write;
    lyt_str url;
    const char *needs; /* what the secret is; NULL: it needs none */
} rows[LYT_OUT_KIND_COUNT] = {
    [LYT_OUT_WEBHOOK] = {lyt_out_webhook, {"", 0}, "whsec_ and a key in base64"},
    [LYT_OUT_MAIL] = {lyt_out_mail, {"", 0}, NULL},
    [LYT_OUT_GATEWAYAPI] = {lyt_out_gatewayapi,
                            {"https://gatewayapi.com/rest/mtsms", 33},
                            "the API token"},
    [LYT_OUT_TWILIO] = {lyt_out_twilio, {"https://api.twilio.com", 22}, "AccountSid:AuthToken"},
    [LYT_OUT_46ELKS] = {lyt_out_46elks, {"https://api.46elks.com/a1/sms", 29}, "username:password"},
    [LYT_OUT_SLACK] = {lyt_out_slack, {"", 0}, NULL},
    [LYT_OUT_TEAMS] = {lyt_out_teams, {"", 0}, NULL},
    [LYT_OUT_ALERTMANAGER] = {lyt_out_alertmanager, {"", 0}, NULL},
    [LYT_OUT_PAGERDUTY] = {lyt_out_pagerduty,
                           {"https://events.pagerduty.com/v2/enqueue", 39},
                           "the routing key"},
    [LYT_OUT_MEWS] = {lyt_out_mews,
                      {"https://api.mews.com/api/connector/v1/serviceOrderNotes/add", 59},
                      "ClientToken:AccessToken"},
};

lyt_str lyt_out_default_url(lyt_out_kind kind)
{
    return rows[kind].url;
}

lyt_str lyt_out_base_url(const lyt_out_way *way)
{
    lyt_str url = way->url.len ? way->url : rows[way->kind].url;

    /* of these two the URL in the settings is as secret as a password, and may stand with those */
    if (!url.len && (way->kind == LYT_OUT_SLACK || way->kind == LYT_OUT_TEAMS))
        url = way->secret;
    if (lyt_str_ends(url, LYT_STR("/")))
        url.len--;
    return url;
}

static bool is_one_line(lyt_str secret)
{
    for (size_t i = 0; i < secret.len; i++)
        if ((unsigned char)secret.ptr[i] <= ' ' || secret.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool are_secrets(lyt_str lines)
{
    for (size_t at = 0; at < lines.len;) {
        size_t end = lyt_str_find(lines, '\n', at);
        lyt_str line = lyt_str_trim(lyt_str_slice(lines, at, end));

        if (line.len && !lyt_out_is_secret(line))
            return false;
        at = end + 1;
    }
    return lines.len > 0;
}

static bool has_form(lyt_out_kind kind, lyt_str secret)
{
    size_t colon = lyt_str_find(secret, ':', 0);
    bool is_login = colon > 0 && colon + 1 < secret.len;

    switch (kind) {
    case LYT_OUT_WEBHOOK:
        return are_secrets(secret);
    case LYT_OUT_TWILIO:
    case LYT_OUT_46ELKS:
    case LYT_OUT_MEWS:
        return is_one_line(secret) && is_login;
    case LYT_OUT_MAIL:
    case LYT_OUT_ALERTMANAGER:
        return !secret.len || (is_login && lyt_str_find(secret, '\n', 0) == secret.len);
    case LYT_OUT_GATEWAYAPI:
    case LYT_OUT_PAGERDUTY:
        return is_one_line(secret) && secret.len;
    case LYT_OUT_SLACK:
    case LYT_OUT_TEAMS:
    case LYT_OUT_KIND_COUNT:
        break;
    }
    return is_one_line(secret);
}

lyt_status lyt_out_check_secret(lyt_out_kind kind, lyt_str secret, lyt_error *err)
{
    const char *needs = rows[kind].needs;

    if (has_form(kind, secret))
        return LYT_OK;
    return lyt_error_set(err, LYT_EINVAL, "the secret must be %s, in one line%s",
                         needs                                            ? needs
                         : kind == LYT_OUT_SLACK || kind == LYT_OUT_TEAMS ? "the URL"
                                                                          : "user:password",
                         kind == LYT_OUT_WEBHOOK ? " each" : "");
}

void lyt_out_header(lyt_out_request *out, const char *name, lyt_str value)
{
    lyt_buf_addf(&out->headers, "%s: ", name);
    for (size_t i = 0; i < value.len; i++)
        lyt_buf_add_char(&out->headers, (unsigned char)value.ptr[i] < ' ' ? ' ' : value.ptr[i]);
    lyt_buf_add_char(&out->headers, '\n');
}

void lyt_out_ktime(lyt_jw *jw, const char *key, int64_t at_us)
{
    lyt_jw_key(jw, key);
    lyt_jw_raw(jw, LYT_STR("\""));
    lyt_clock_format(jw->out, at_us);
    lyt_buf_add_char(jw->out, '"');
}

lyt_status lyt_out_write(lyt_out_request *request, const lyt_out_way *way, const lyt_out_note *note,
                         lyt_error *err)
{
    lyt_status status;

    lyt_out_request_reset(request);
    status = lyt_out_check_secret(way->kind, way->secret, err);
    if (status)
        return status;
    if (!lyt_out_base_url(way).len)
        return lyt_error_set(err, LYT_EINVAL, "no URL is known");
    request->is_mail = way->kind == LYT_OUT_MAIL;
    if (!request->is_mail) {
        lyt_out_header(request, "User-Agent", LYT_STR("Lyt"));
        lyt_out_header(request, "Idempotency-Key", note->key);
    }
    status = rows[way->kind].write(request, way, note, err);
    if (!status && lyt_out_request_status(request))
        status = lyt_error_set(err, lyt_out_request_status(request), "no memory for a message");
    return status;
}
