#include "outbox_report.h"

#include "submission.h"

enum { reason_max = 400 };

void lyt_outbox_report_put(lyt_buf *out, const lyt_outbox_report *report)
{
    lyt_wire_put_u8(out, (uint8_t)report->op);
    lyt_wire_put_i64(out, report->row);
    lyt_wire_put_i64(out, report->attempts);
    lyt_wire_put_i64(out, report->at_us);
    lyt_wire_put_i64(out, report->due_us);
    lyt_wire_put_text(out, report->way);
    lyt_wire_put_text(out, lyt_str_slice(report->reason, 0, reason_max));
}

lyt_status lyt_outbox_report_get(lyt_outbox_report *out, lyt_str frame)
{
    lyt_wire in = lyt_wire_of(frame);
    uint8_t op = lyt_wire_u8(&in);

    if (op > LYT_OUTBOX_OP_NO_WAY)
        return LYT_EFORMAT;
    out->op = (lyt_outbox_op)op;
    out->row = lyt_wire_i64(&in);
    out->attempts = lyt_wire_i64(&in);
    out->at_us = lyt_wire_i64(&in);
    out->due_us = lyt_wire_i64(&in);
    out->way = lyt_wire_bytes(&in, lyt_place_max);
    out->reason = lyt_wire_bytes(&in, reason_max);
    return lyt_wire_end(&in);
}

static lyt_status text_of(const lyt_json *json, const char *key, lyt_str *out, lyt_error *err)
{
    const lyt_json *value = lyt_json_get(json, key);

    *out = (lyt_str){"", 0};
    if (!value)
        return LYT_OK;
    if (!lyt_json_str(value, out) || !out->len || out->len > lyt_place_max)
        return lyt_error_set(err, LYT_EINVAL, "%s: must be a text of at most %d bytes", key,
                             lyt_place_max);
    return LYT_OK;
}

lyt_status lyt_outbox_order_read(lyt_outbox_order *out, const lyt_json *json, lyt_error *err)
{
    const lyt_json *row = lyt_json_get(json, "row");
    lyt_status status = text_of(json, "way", &out->way, err);

    if (!status)
        status = text_of(json, "by", &out->by, err);
    if (status)
        return status;
    out->drops = lyt_str_equal(lyt_json_text(json, "type"), LYT_STR("outbox.drop"));
    out->row = 0;
    if (row && (!lyt_json_int(row, &out->row) || out->row < 1))
        return lyt_error_set(err, LYT_EINVAL, "row: must be the number of a row of the outbox");
    if (!row == !out->way.len)
        return lyt_error_set(err, LYT_EINVAL, "row: give the number of a row, or a way");
    if (!out->by.len)
        return lyt_error_set(err, LYT_EINVAL, "by: must name who does it");
    return LYT_OK;
}
