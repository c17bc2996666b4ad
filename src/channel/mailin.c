#include "mailin.h"

#include <math.h>
#include <string.h>

#include "mailnew.h"
#include "mailpart.h"
#include "mailwords.h"
#include "receiver.h"

/* What is new, the subject of a new conversation above it; in the arena. */
static lyt_status find_text(lyt_str *out, const lyt_mail *mail, lyt_arena *arena)
{
    bool replies = mail->is_reply, forwards = false, has_subject;
    lyt_str subject = lyt_mail_subject(mail->subject, &replies, &forwards);
    lyt_buf text, whole;
    lyt_status status;

    lyt_buf_init(&text, NULL);
    lyt_buf_init(&whole, NULL);
    status = lyt_mail_new(&text, mail->text, forwards, arena);
    /* of an answer the subject was ours; of a new mail it may say all there is to say */
    has_subject = subject.len && !replies && !lyt_str_has(lyt_buf_str(&text), subject);
    if (has_subject) {
        lyt_buf_add(&whole, subject);
        if (text.len)
            lyt_buf_add_text(&whole, "\n\n");
    }
    lyt_buf_add(&whole, lyt_buf_str(&text));
    if (!status)
        status = lyt_buf_status(&whole);
    *out = (lyt_str){"", 0};
    if (!status && whole.len) {
        *out = lyt_arena_copy(arena, lyt_buf_str(&whole));
        status = lyt_arena_status(arena);
    }
    lyt_buf_deinit(&text);
    lyt_buf_deinit(&whole);
    return status;
}

static lyt_status fill(lyt_inbound *out, const lyt_mail *mail, const lyt_gateway_config *config,
                       lyt_arena *arena)
{
    lyt_reception in = {.config = config, .arena = arena};
    lyt_status status = find_text(&out->text, mail, arena);

    out->kind = LYT_INBOUND_FEEDBACK;
    out->score = (double)NAN;
    out->provider_id = mail->id;
    out->channel = config->channel.len ? config->channel : LYT_STR("email");
    out->from = mail->from;
    out->to = mail->to;
    out->lang_hint = mail->language;
    out->sent_us = mail->sent_us;
    if (!status)
        status = lyt_reception_meta(&in, out, LYT_STR("subject"), mail->subject);
    if (!status)
        status = lyt_inbound_clean(out, false, config, arena);
    return status ? status : lyt_inbound_settle(out, config, arena);
}

lyt_status lyt_mail_receive(lyt_inbound *out, lyt_str message, const lyt_gateway_config *config,
                            int64_t now_us, lyt_arena *arena, lyt_error *err)
{
    lyt_inbound item;
    lyt_mail mail;
    lyt_status status = lyt_mail_read(&mail, message, arena, err);

    if (status)
        return status;
    if (mail.is_automatic)
        return lyt_error_set(err, LYT_ESTATE,
                             "was sent by a machine (an automatic answer, a bounce or a list); "
                             "there is nobody to answer");
    memset(&item, 0, sizeof item);
    item.received_us = now_us;
    status = fill(&item, &mail, config, arena);
    if (status)
        return lyt_error_set(err, status, "reading the mail: %s", lyt_status_text(status));
    if (!item.text.len)
        return lyt_error_set(err, LYT_ENOTFOUND,
                             "holds nothing new: only quoted mails, a signature or attachments");
    *out = item;
    return LYT_OK;
}
