#include "order.h"

#include <string.h>

void lyt_order_put(lyt_buf *out, const lyt_submission *s)
{
    const lyt_feedback *f = &s->feedback;

    lyt_wire_put_u8(out, (uint8_t)s->kind);
    lyt_wire_put_u8(out, s->urgent);
    lyt_wire_put_text(out, f->source_id);
    if (s->kind != LYT_SUBMIT_FEEDBACK) {
        lyt_wire_put_i64(out, s->incident);
        lyt_wire_put_u8(out, (uint8_t)s->to);
        lyt_wire_put_text(out, s->by);
        lyt_wire_put_text(out, s->note);
        lyt_wire_put_text(out, s->within);
        lyt_wire_put_text(out, s->raw);
        return;
    }
    lyt_wire_put_text(out, f->channel);
    lyt_wire_put_text(out, f->property);
    lyt_wire_put_text(out, f->place);
    lyt_wire_put_text(out, f->sender);
    lyt_wire_put_text(out, f->language);
    lyt_wire_put_text(out, f->text);
    lyt_wire_put_real(out, f->score);
    lyt_wire_put_real(out, f->scale);
    lyt_wire_put_i64(out, f->sent_us);
    lyt_wire_put_i64(out, f->received_us);
    lyt_wire_put_text(out, f->author);
    lyt_wire_put_text(out, f->mark);
    lyt_wire_put_text(out, s->tap);
    lyt_wire_put_i64(out, s->tap_counter);
    lyt_wire_put_text(out, s->reply_to.sealed);
    if (!s->reply_to.sealed.len)
        return;
    lyt_wire_put_text(out, s->reply_to.kind);
    lyt_wire_put_text(out, s->reply_to.language);
    lyt_wire_put_u8(out, s->reply_to.is_typed);
}

lyt_status lyt_order_get(lyt_submission *out, lyt_str frame)
{
    lyt_wire in = lyt_wire_of(frame);
    lyt_feedback *f = &out->feedback;

    memset(out, 0, sizeof *out);
    out->kind = (lyt_submission_kind)lyt_wire_u8(&in);
    out->urgent = lyt_wire_u8(&in) != 0;
    f->source_id = lyt_wire_bytes(&in, lyt_id_max);
    if (out->kind != LYT_SUBMIT_FEEDBACK) {
        out->incident = lyt_wire_i64(&in);
        out->to = (lyt_incident_state)lyt_wire_u8(&in);
        out->by = lyt_wire_bytes(&in, lyt_place_max);
        out->note = lyt_wire_bytes(&in, lyt_incident_note_max);
        out->within = lyt_wire_bytes(&in, lyt_place_max);
        out->raw = lyt_wire_bytes(&in, lyt_command_max);
        return lyt_wire_end(&in);
    }
    f->channel = lyt_wire_bytes(&in, lyt_id_max);
    f->property = lyt_wire_bytes(&in, lyt_place_max);
    f->place = lyt_wire_bytes(&in, lyt_place_max);
    f->sender = lyt_wire_bytes(&in, lyt_id_max);
    f->language = lyt_wire_bytes(&in, lyt_id_max);
    f->text = lyt_wire_bytes(&in, lyt_text_max);
    f->score = lyt_wire_real(&in);
    f->scale = lyt_wire_real(&in);
    f->sent_us = lyt_wire_i64(&in);
    f->received_us = lyt_wire_i64(&in);
    f->author = lyt_wire_bytes(&in, lyt_id_max);
    f->mark = lyt_wire_bytes(&in, lyt_id_max);
    out->tap = lyt_wire_bytes(&in, lyt_tap_digits);
    out->tap_counter = lyt_wire_i64(&in);
    out->reply_to.sealed = lyt_wire_bytes(&in, lyt_sealed_max);
    if (out->reply_to.sealed.len) {
        out->reply_to.kind = lyt_wire_bytes(&in, lyt_id_max);
        out->reply_to.language = lyt_wire_bytes(&in, lyt_id_max);
        out->reply_to.is_typed = lyt_wire_u8(&in) != 0;
    }
    return lyt_wire_end(&in);
}

void lyt_slip_put(lyt_buf *out, const lyt_feedback *f, uint64_t ahead)
{
    lyt_wire_put_i64(out, f->id);
    lyt_wire_put_u64(out, ahead);
    lyt_wire_put_i64(out, f->received_us);
    lyt_wire_put_u32(out, (uint32_t)f->text.len);
    lyt_wire_put_text(out, f->source_id);
    lyt_wire_put_text(out, f->channel);
    lyt_wire_put_text(out, f->property);
    lyt_wire_put_text(out, f->place);
    lyt_wire_put_text(out, f->sender);
    lyt_wire_put_text(out, f->mark);
}

lyt_status lyt_slip_get(lyt_slip *out, lyt_str frame)
{
    lyt_wire in = lyt_wire_of(frame);

    out->feedback = lyt_wire_i64(&in);
    out->ahead = lyt_wire_u64(&in);
    out->received_us = lyt_wire_i64(&in);
    out->text_bytes = lyt_wire_u32(&in);
    out->source_id = lyt_wire_bytes(&in, lyt_id_max);
    out->channel = lyt_wire_bytes(&in, lyt_id_max);
    out->property = lyt_wire_bytes(&in, lyt_place_max);
    out->place = lyt_wire_bytes(&in, lyt_place_max);
    out->sender = lyt_wire_bytes(&in, lyt_id_max);
    out->mark = lyt_wire_bytes(&in, lyt_id_max);
    return lyt_wire_end(&in);
}

enum { cursor_topics_max = 64 * 1024, cursor_reason_max = 1000 };

void lyt_cursor_order_put(lyt_buf *out, const lyt_cursor_order *order)
{
    lyt_wire_put_u8(out, (uint8_t)order->op);
    lyt_wire_put_text(out, order->row.name);
    lyt_wire_put_text(out, order->row.topics);
    lyt_wire_put_text(out, order->row.owner);
    lyt_wire_put_i64(out, order->row.floor);
    lyt_wire_put_i64(out, order->row.wait_ms);
    lyt_wire_put_i64(out, order->row.most);
    lyt_wire_put_i64(out, order->dead.seq);
    lyt_wire_put_i64(out, order->dead.deliveries);
    lyt_wire_put_i64(out, order->dead.at_us);
    lyt_wire_put_text(out, order->dead.reason);
}

lyt_status lyt_cursor_order_get(lyt_cursor_order *out, lyt_str frame)
{
    lyt_wire in = lyt_wire_of(frame);

    out->op = (lyt_cursor_op)lyt_wire_u8(&in);
    out->row.name = lyt_wire_bytes(&in, lyt_id_max);
    out->row.topics = lyt_wire_bytes(&in, cursor_topics_max);
    out->row.owner = lyt_wire_bytes(&in, lyt_id_max);
    out->row.floor = lyt_wire_i64(&in);
    out->row.wait_ms = lyt_wire_i64(&in);
    out->row.most = lyt_wire_i64(&in);
    out->dead.seq = lyt_wire_i64(&in);
    out->dead.deliveries = lyt_wire_i64(&in);
    out->dead.at_us = lyt_wire_i64(&in);
    out->dead.reason = lyt_wire_bytes(&in, cursor_reason_max);
    return lyt_wire_end(&in);
}
