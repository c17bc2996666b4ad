/* Our own form, signed as the Standard Webhooks specification says; and chats. */
#include "htmltext.h"
#include "out_inner.h"
#include "out_sign.h"

static void write_payload(lyt_buf *out, const lyt_out_note *note)
{
    bool is_health = lyt_str_equal(note->event, LYT_STR("health"));
    lyt_jw jw;

    lyt_jw_init(&jw, out);
    lyt_jw_object(&jw);
    lyt_jw_key(&jw, "type");
    lyt_jw_raw(&jw, is_health ? LYT_STR("\"") : LYT_STR("\"notice."));
    lyt_buf_add(out, note->event);
    lyt_buf_add_char(out, '"');
    lyt_out_ktime(&jw, "timestamp", note->at_us);
    lyt_jw_kstr(&jw, "text", note->text);
    lyt_jw_key(&jw, "data");
    lyt_jw_raw(&jw, note->data.len ? note->data : LYT_STR("{}"));
    lyt_jw_object_end(&jw);
}

lyt_status lyt_out_webhook(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                           lyt_error *err)
{
    int64_t time_s = note->now_us / 1000000;
    lyt_buf signature;
    lyt_status status;

    lyt_buf_init(&signature, out->body.alloc);
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    write_payload(&out->body, note);
    status = lyt_buf_status(&out->body);
    if (!status)
        status = lyt_out_sign(&signature, way->secret, note->key, time_s, lyt_buf_str(&out->body));
    if (status == LYT_EFORMAT || status == LYT_ELIMIT)
        status = lyt_error_set(err, LYT_EINVAL, "the secret must be one to four lines whsec_…");
    else if (status)
        status = lyt_error_set(err, status, "no memory for a signature");
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_out_header(out, "webhook-id", note->key);
    lyt_buf_addf(&out->headers, "webhook-timestamp: %lld\n", (long long)time_s);
    lyt_out_header(out, "webhook-signature", lyt_buf_str(&signature));
    lyt_buf_deinit(&signature);
    return status;
}

lyt_status lyt_out_slack(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                         lyt_error *err)
{
    lyt_buf text;
    lyt_jw jw;
    lyt_status status;

    lyt_buf_init(&text, out->body.alloc);
    /* Slack reads & < > as its own; nothing in a text may become a link or a mention */
    lyt_html_escape(&text, note->text);
    status = lyt_buf_status(&text);
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_jw_init(&jw, &out->body);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "text", lyt_buf_str(&text));
    lyt_jw_object_end(&jw);
    lyt_buf_deinit(&text);
    return status ? lyt_error_set(err, status, "no memory for a message") : LYT_OK;
}

static void add_block(lyt_jw *jw, lyt_str text, bool is_title)
{
    lyt_jw_object(jw);
    lyt_jw_kstr(jw, "type", LYT_STR("TextBlock"));
    lyt_jw_kstr(jw, "text", text);
    if (is_title)
        lyt_jw_kstr(jw, "weight", LYT_STR("Bolder"));
    lyt_jw_kbool(jw, "wrap", true);
    lyt_jw_object_end(jw);
}

lyt_status lyt_out_teams(lyt_out_request *out, const lyt_out_way *way, const lyt_out_note *note,
                         lyt_error *err)
{
    lyt_jw jw;

    (void)err;
    lyt_buf_add(&out->url, lyt_out_base_url(way));
    lyt_out_header(out, "Content-Type", LYT_STR("application/json"));
    lyt_jw_init(&jw, &out->body);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "type", LYT_STR("message"));
    lyt_jw_key(&jw, "attachments");
    lyt_jw_array(&jw);
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "contentType", LYT_STR("application/vnd.microsoft.card.adaptive"));
    lyt_jw_key(&jw, "contentUrl");
    lyt_jw_null(&jw);
    lyt_jw_key(&jw, "content");
    lyt_jw_object(&jw);
    lyt_jw_kstr(&jw, "$schema", LYT_STR("http://adaptivecards.io/schemas/adaptive-card.json"));
    lyt_jw_kstr(&jw, "type", LYT_STR("AdaptiveCard"));
    lyt_jw_kstr(&jw, "version", LYT_STR("1.2"));
    lyt_jw_key(&jw, "body");
    lyt_jw_array(&jw);
    add_block(&jw, note->subject, true);
    add_block(&jw, note->text, false);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_jw_object_end(&jw);
    lyt_jw_array_end(&jw);
    lyt_jw_object_end(&jw);
    return LYT_OK;
}
