#include "staffanswer.h"

#include "receiver.h"

static lyt_str escaped(lyt_arena *arena, lyt_str text)
{
    lyt_buf out;
    lyt_str copy;

    lyt_buf_init(&out, NULL);
    lyt_buf_add_text(&out, "<Response><Message>");
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '<')
            lyt_buf_add_text(&out, "&lt;");
        else if (text.ptr[i] == '&')
            lyt_buf_add_text(&out, "&amp;");
        else
            lyt_buf_add_char(&out, text.ptr[i]);
    }
    lyt_buf_add_text(&out, "</Message></Response>");
    copy = lyt_buf_status(&out) ? (lyt_str){NULL, 0} : lyt_arena_copy(arena, lyt_buf_str(&out));
    lyt_buf_deinit(&out);
    return copy;
}

bool lyt_staff_can_answer(const lyt_gateway_config *gate)
{
    return gate->gateway == &lyt_gateway_twilio || gate->gateway == &lyt_gateway_elks46;
}

bool lyt_staff_answer(const lyt_gateway_config *gate, lyt_str text, lyt_arena *arena,
                      lyt_http_answer *out)
{
    lyt_http_answer answer = {.status = 200};

    if (!lyt_staff_can_answer(gate))
        return false;
    if (gate->gateway == &lyt_gateway_twilio) {
        answer.content_type = LYT_STR("text/xml");
        answer.body = escaped(arena, text);
    } else {
        answer.content_type = LYT_STR("text/plain; charset=utf-8");
        answer.body = lyt_arena_copy(arena, text);
    }
    if (!answer.body.ptr || lyt_arena_status(arena))
        return false;
    *out = answer;
    return true;
}
