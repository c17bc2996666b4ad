#include "testing.h"
#include "topic.h"
#include "wire.h"

LYT_SUITE(wire);

Test(wire, what_is_put_is_read)
{
    lyt_buf out;
    lyt_wire in;

    lyt_buf_init(&out, NULL);
    lyt_wire_put_u8(&out, 255);
    lyt_wire_put_u32(&out, 0x01020304);
    lyt_wire_put_u64(&out, UINT64_MAX);
    lyt_wire_put_i64(&out, INT64_MIN);
    lyt_wire_put_real(&out, -0.5);
    lyt_wire_put_text(&out, LYT_STR("abc"));
    cr_expect_eq(out.data[1], 4);
    for (size_t n = 0; n <= out.len; n++) {
        lyt_status status;

        in = lyt_wire_of(lyt_str_slice(lyt_buf_str(&out), 0, n));
        (void)lyt_wire_u8(&in);
        (void)lyt_wire_u32(&in);
        (void)lyt_wire_u64(&in);
        (void)lyt_wire_i64(&in);
        (void)lyt_wire_real(&in);
        (void)lyt_wire_bytes(&in, 3);
        status = lyt_wire_end(&in);
        cr_expect_eq(status, n == out.len ? LYT_OK : LYT_EFORMAT, "cut at %zu", n);
    }
    in = lyt_wire_of(lyt_buf_str(&out));
    cr_expect_eq(lyt_wire_u8(&in), 255);
    cr_expect_eq(lyt_wire_u32(&in), 0x01020304);
    cr_expect_eq(lyt_wire_u64(&in), UINT64_MAX);
    cr_expect_eq(lyt_wire_i64(&in), INT64_MIN);
    cr_expect(lyt_wire_real(&in) < -0.49);
    /* one more than may be */
    (void)lyt_wire_bytes(&in, 2);
    cr_expect_eq(lyt_wire_end(&in), LYT_EFORMAT);
    lyt_buf_deinit(&out);
}

Test(wire, a_length_beyond_the_frame_is_refused)
{
    static const char huge[] = "\xff\xff\xff\xff"
                               "abc";
    lyt_wire in = lyt_wire_of((lyt_str){huge, 7});

    cr_expect_eq(lyt_wire_bytes(&in, SIZE_MAX).len, 0);
    cr_expect_eq(lyt_wire_end(&in), LYT_EFORMAT);
}

Test(wire, BU_01_topics)
{
    static const struct {
        int line;
        const char *part;
        lyt_status status;
        const char *lower, *added;
    } rows[] = {
        {__LINE__, "Nyhavn-2", LYT_OK, "nyhavn-2", ".nyhavn-2"},
        {__LINE__, "", LYT_OK, "", ".none"},
        {__LINE__, "a.b", LYT_EFORMAT, "?", ".a-b"},
        {__LINE__, "a b", LYT_EFORMAT, "?", ".a-b"},
        {__LINE__, "bl\xc3\xa5", LYT_EFORMAT, "?", ".bl--"},
        {__LINE__, "12345678", LYT_OK, "12345678", ".12345678"},
        {__LINE__, "123456789", LYT_ELIMIT, "?", ".123456789"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char lower[9] = "?";
        lyt_buf topic;

        lyt_buf_init(&topic, NULL);
        cr_expect_eq(lyt_topic_part(lyt_str_of(rows[i].part), lower, sizeof lower), rows[i].status,
                     "row at line %d", rows[i].line);
        cr_expect_str_eq(lower, rows[i].lower, "row at line %d", rows[i].line);
        lyt_topic_add(&topic, lyt_str_of(rows[i].part));
        cr_expect_str_eq(topic.data, rows[i].added, "row at line %d", rows[i].line);
        lyt_buf_deinit(&topic);
    }
    cr_expect(lyt_topic_is_valid(LYT_STR("alarm.a.b-2.3.x")));
    cr_expect_not(lyt_topic_is_valid(LYT_STR("alarm..b")));
    cr_expect_not(lyt_topic_is_valid(LYT_STR(".a")));
    cr_expect_not(lyt_topic_is_valid(LYT_STR("a.")));
    cr_expect_not(lyt_topic_is_valid(LYT_STR("A")));
    cr_expect_not(lyt_topic_is_valid(LYT_STR("")));
}
