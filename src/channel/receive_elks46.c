/* 46elks: form posts without a signature. The body of an answer becomes an SMS to the guest. */
#include "receiver.h"

static lyt_report_state state_of(lyt_str status)
{
    if (lyt_str_equal(status, LYT_STR("delivered")))
        return LYT_REPORT_DELIVERED;
    if (lyt_str_equal(status, LYT_STR("failed")))
        return LYT_REPORT_FAILED;
    if (lyt_str_equal(status, LYT_STR("created")) || lyt_str_equal(status, LYT_STR("sent")))
        return LYT_REPORT_UNDERWAY;
    return LYT_REPORT_UNKNOWN;
}

static const char *const known[] = {"id",        "from",   "to",        "message", "created",
                                    "delivered", "status", "direction", NULL};

static lyt_status receive(lyt_reception *in)
{
    lyt_webform form;
    lyt_status status;
    lyt_inbound *item;
    bool is_report;

    if (!lyt_reception_form(in, &form, &status))
        return status;
    is_report = lyt_webform_has(&form, "status") && !lyt_webform_has(&form, "message");
    if (!is_report && (!lyt_webform_has(&form, "message") || !lyt_webform_get(&form, "from").len))
        return lyt_reception_refuse(in, LYT_REFUSAL_MISSING_FIELD,
                                    "neither message and from, nor status of a message sent");
    item = lyt_reception_add(in, is_report ? LYT_INBOUND_REPORT : LYT_INBOUND_FEEDBACK);
    if (!item)
        return lyt_arena_status(in->arena);
    item->provider_id = lyt_webform_get(&form, "id");
    item->sent_us = lyt_reception_time(lyt_webform_get(&form, is_report ? "delivered" : "created"));
    item->from = lyt_webform_get(&form, is_report ? "to" : "from");
    item->to = lyt_webform_get(&form, is_report ? "from" : "to");
    item->text = lyt_webform_get(&form, "message");
    if (is_report) {
        item->status = lyt_webform_get(&form, "status");
        item->report = state_of(item->status);
    }
    return lyt_reception_rest(in, item, &form, known);
}

const lyt_gateway lyt_gateway_elks46 = {
    .name = "46elks",
    .channel = "sms",
    .methods = LYT_HTTP_POST,
    .receive = receive,
    .thanks = {.status = 204},
};
