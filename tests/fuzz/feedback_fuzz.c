/* The input as a sender's JSON; what is taken keeps its promises to those behind it. */
#include <stdint.h>
#include <stdlib.h>

#include "order.h"
#include "submission.h"
#include "topic.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const lyt_submission *s)
{
    const lyt_feedback *f = &s->feedback;

    if (f->source_id.len > lyt_id_max || f->text.len > lyt_text_max ||
        f->place.len > lyt_place_max || lyt_utf8_check(f->text, NULL) ||
        lyt_utf8_check(f->place, NULL) || lyt_utf8_check(s->note, NULL))
        abort();
    if (s->kind == LYT_SUBMIT_FEEDBACK && !lyt_topic_is_valid(f->property))
        abort();
    if ((s->kind == LYT_SUBMIT_MOVE || s->kind == LYT_SUBMIT_RESOLVE ||
         s->kind == LYT_SUBMIT_CORRECT) &&
        s->incident < 1)
        abort();
    if (s->kind != LYT_SUBMIT_FEEDBACK && s->kind < LYT_SUBMIT_EVENT && !s->by.len)
        abort();
    if (s->kind >= LYT_SUBMIT_DO && (!s->raw.len || s->raw.len > lyt_command_max))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lyt_submission submission, again;
    lyt_error err = {.text = ""};
    lyt_buf wire;

    if (lyt_submission_parse(&submission, (lyt_str){(const char *)data, size}, &err)) {
        if (!err.text[0])
            abort();
    } else {
        check(&submission);
        lyt_buf_init(&wire, NULL);
        lyt_order_put(&wire, &submission);
        if (lyt_order_get(&again, lyt_buf_str(&wire)) || again.kind != submission.kind ||
            !lyt_str_equal(again.feedback.text, submission.feedback.text))
            abort();
        lyt_buf_deinit(&wire);
    }
    lyt_submission_deinit(&submission);
    return 0;
}
