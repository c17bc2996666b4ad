#include <math.h>
#include <string.h>

#include "order.h"
#include "submission.h"
#include "testing.h"

LYT_SUITE(submission);

Test(submission, reads_every_field)
{
    lyt_submission s, again;
    lyt_buf wire;
    lyt_error err = {.text = ""};
    const lyt_str json = LYT_STR(
        "{\"type\":\"feedback\",\"id\":\"7\",\"channel\":\"sms\",\"property\":\"Nyhavn-2\","
        "\"place\":\"214\",\"from\":\"g1\",\"text\":\"koldt æøå\",\"lang\":\"da\",\"score\":"
        "2,\"scale\":5,\"sent_at\":\"2026-11-22T05:40:00Z\",\"author\":\"mette\",\"partial\":true,"
        "\"tap\":{\"uid\":\"04DE5F1EACC040\",\"counter\":61},\"extra\":[{}]}");

    cr_assert_eq(lyt_submission_parse(&s, json, &err), LYT_OK, "%s", err.text);
    s.feedback.received_us = 12;
    lyt_buf_init(&wire, NULL);
    lyt_order_put(&wire, &s);
    cr_assert_eq(lyt_order_get(&again, lyt_buf_str(&wire)), LYT_OK);
    cr_expect_eq(again.kind, LYT_SUBMIT_FEEDBACK);
    cr_expect(lyt_str_equal(again.feedback.source_id, LYT_STR("7")));
    cr_expect(lyt_str_equal(again.feedback.channel, LYT_STR("sms")));
    cr_expect(lyt_str_equal(again.feedback.property, LYT_STR("nyhavn-2")));
    cr_expect(lyt_str_equal(again.feedback.place, LYT_STR("214")));
    cr_expect(lyt_str_equal(again.feedback.sender, LYT_STR("g1")));
    cr_expect(lyt_str_equal(again.feedback.text, LYT_STR("koldt æøå")));
    cr_expect(lyt_str_equal(again.feedback.language, LYT_STR("da")));
    cr_expect(again.feedback.score > 1.99 && again.feedback.score < 2.01);
    cr_expect(again.feedback.scale > 4.99 && again.feedback.scale < 5.01);
    cr_expect_eq(again.feedback.sent_us, 1795326000000000);
    cr_expect_eq(again.feedback.received_us, 12);
    cr_expect(lyt_str_equal(again.feedback.author, LYT_STR("mette")));
    cr_expect(lyt_str_equal(again.feedback.mark, LYT_STR(LYT_MARK_PARTIAL)));
    cr_expect(lyt_str_equal(again.tap, LYT_STR("04DE5F1EACC040")) && again.tap_counter == 61);
    /* cut anywhere it is no order */
    for (size_t n = 0; n < wire.len; n++)
        cr_expect_eq(lyt_order_get(&again, lyt_str_slice(lyt_buf_str(&wire), 0, n)), LYT_EFORMAT,
                     "cut at %zu", n);
    lyt_submission_deinit(&s);
    lyt_buf_deinit(&wire);
}

Test(submission, fills_in_what_is_missing)
{
    lyt_submission s;
    lyt_error err;

    cr_assert_eq(lyt_submission_parse(&s, LYT_STR("{\"text\":\"a\",\"score\":null}"), &err),
                 LYT_OK);
    cr_expect(lyt_str_equal(s.feedback.property, LYT_STR("default")));
    cr_expect(lyt_str_equal(s.feedback.channel, LYT_STR("generic")));
    cr_expect(isnan(s.feedback.score));
    cr_expect_eq(s.feedback.source_id.len, 0);
    lyt_submission_deinit(&s);
}

#define X32 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

Test(submission, refuses_with_field_and_advice)
{
    static const struct {
        int line;
        lyt_str json;
        const char *id, *error;
    } rows[] = {
#define ROW(json, id, error) {__LINE__, {json, sizeof(json) - 1}, id, error}
        ROW("", "", "json: "),
        ROW("[]", "", "json: must be an object"),
        ROW("{\"text\":\"a\"", "", "json: "),
        ROW("{\"text\":\"a\"} x", "", "json: "),
        ROW("{\"id\":\"1\",\"id\":\"2\",\"text\":\"a\"}", "", "json: "),
        ROW("{\"id\":\"i\",\"text\":\"\xff\"}", "", "json: "),
        ROW("{\"id\":\"i\",\"text\":\"a\\u0000b\"}", "", "json: "),
        ROW("{\"id\":\"i\",\"text\":\"a\0b\"}", "", "json: "),
        ROW("{\"id\":\"i\"}", "i", "text: give a text or a score"),
        ROW("{\"id\":\"i\",\"text\":\"\"}", "i", "text: give a text or a score"),
        ROW("{\"id\":\"i\",\"text\":7}", "i", "text: must be a text, not a whole number"),
        ROW("{\"id\":7,\"text\":\"a\"}", "", "id: must be a text"),
        ROW("{\"id\":\"" X32 X32 "x\",\"text\":\"a\"}", "", "id: at most 64 bytes"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"property\":\"a.b\"}", "i", "property: may hold only"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"property\":\"h\xc3\xb8j\"}", "i", "property: may hold"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"property\":\"" X32 X32 "\"}", "i", "property: at most"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"place\":\"" X32 X32 "\"}", "i", "place: at most"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"place\":214}", "i", "place: must be a text"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"channel\":\"" X32 X32 "x\"}", "i", "channel: at most"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"score\":\"5\"}", "i", "score: must be a number"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"score\":6,\"scale\":5}", "i", "score: must lie"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"score\":6,\"scale\":0}", "i", "scale: must be above"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"lang\":\"d4\"}", "i", "lang: must be"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"sent_at\":\"now\"}", "i", "sent_at: must be a time"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"author\":7}", "i", "author: must be a text"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"tap\":{}}", "i", "tap: must have uid"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"tap\":{\"uid\":\"04DE5F1EACC04\",\"counter\":1}}", "i",
            "tap: must have uid"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"tap\":{\"uid\":\"04de5f1eacc040\",\"counter\":1}}", "i",
            "tap: must have uid"),
        ROW("{\"id\":\"i\",\"text\":\"a\",\"tap\":{\"uid\":\"04DE5F1EACC040\",\"counter\":-1}}", "i",
            "tap: must have uid"),
        ROW("{\"id\":\"i\",\"type\":\"joke\"}", "i", "type: must be feedback"),
        ROW("{\"id\":\"i\",\"type\":\"incident.ack\"}", "i", "incident: must be the number"),
        ROW("{\"id\":\"i\",\"type\":\"incident.ack\",\"incident\":-1}", "i", "incident: must"),
        ROW("{\"id\":\"i\",\"type\":\"incident.ack\",\"incident\":1}", "i", "by: must name"),
        ROW("{\"type\":\"incident.resolve\",\"incident\":1,\"by\":\"a\"}", "", "note: must say"),
        ROW("{\"type\":\"incident.move\",\"incident\":1,\"by\":\"a\"}", "", "to: must be"),
        ROW("{\"id\":\"i\",\"type\":\"feedback.correct\"}", "i", "feedback: must be the number"),
        ROW("{\"type\":\"feedback.correct\",\"feedback\":0}", "", "feedback: must be the number"),
        ROW("{\"type\":\"feedback.correct\",\"feedback\":1}", "", "by: must name"),
        ROW("{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"a\"}", "",
            "scenarios: must be a list"),
        ROW("{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"a\",\"scenarios\":[1]}", "",
            "scenarios: must be names"),
        ROW("{\"type\":\"feedback.correct\",\"feedback\":1,\"by\":\"a\",\"scenarios\":[\"\"]}", "",
            "scenarios: must be names"),
        ROW("{\"type\":\"feedback.uncorrect\",\"feedback\":1}", "", "by: must name"),
        ROW("{\"type\":\"staff.answer\",\"text\":\"a\"}", "", "who: must name"),
        ROW("{\"type\":\"staff.answer\",\"who\":\"a\"}", "", "text: must be"),
        ROW("{\"type\":\"staff.answer\",\"who\":\"" X32 X32 "\",\"text\":\"a\"}", "",
            "who: at most 48 bytes"),
        ROW("{\"type\":\"staff.answer\",\"who\":\"a\",\"text\":\"a\",\"reply_to\":{}}", "",
            "reply_to: needs sealed"),
        ROW("{\"type\":\"staff.answer\",\"who\":\"a\",\"text\":\"a\",\"property\":\"a.b\"}", "",
            "property: may hold only"),
#undef ROW
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_submission s;
        lyt_error err = {.text = ""};

        cr_expect_neq(lyt_submission_parse(&s, rows[i].json, &err), LYT_OK, "row at line %d",
                      rows[i].line);
        cr_expect_eq(strncmp(err.text, rows[i].error, strlen(rows[i].error)), 0,
                     "row at line %d: %s", rows[i].line, err.text);
        cr_expect(lyt_str_equal(s.feedback.source_id, lyt_str_of(rows[i].id)), "row at line %d",
                  rows[i].line);
        lyt_submission_deinit(&s);
    }
}

Test(submission, bounds_size_and_depth)
{
    static const size_t texts[] = {lyt_text_max, lyt_text_max + 1, lyt_submission_max};
    lyt_submission s;
    lyt_buf json;
    lyt_error err = {.text = ""};

    lyt_buf_init(&json, NULL);
    for (size_t i = 0; i < 3; i++) {
        lyt_buf_reset(&json);
        lyt_buf_add_text(&json, "{\"text\":\"");
        for (size_t n = 0; n < texts[i]; n++)
            lyt_buf_add_char(&json, 'x');
        lyt_buf_add_text(&json, "\"}");
        cr_expect_eq(lyt_submission_parse(&s, lyt_buf_str(&json), &err), i ? LYT_ELIMIT : LYT_OK);
        lyt_submission_deinit(&s);
    }
    cr_expect_not_null(strstr(err.text, "json: "), "%s", err.text);
    lyt_buf_reset(&json);
    for (int i = 0; i < 10000; i++)
        lyt_buf_add_char(&json, '[');
    cr_expect_eq(lyt_submission_parse(&s, lyt_buf_str(&json), &err), LYT_ELIMIT);
    lyt_submission_deinit(&s);
    lyt_buf_deinit(&json);
}
