#include "testing.h"
#include "wrap.h"

LYT_SUITE(wrap);

Test(wrap, paragraphs_set_to_a_width)
{
    static const struct {
        int line;
        const char *text;
        size_t indent, width;
        const char *set;
    } rows[] = {
        {__LINE__, "one two three", 0, 7, "one two\nthree\n"},
        {__LINE__, "one two three", 2, 9, "  one two\n  three\n"},
        {__LINE__, "one\ntwo", 0, 20, "one two\n"},
        {__LINE__, "one\n\ntwo", 0, 20, "one\n\ntwo\n"},
        {__LINE__, "one\n  as it   is\ntwo", 0, 20, "one\n  as it   is\ntwo\n"},
        {__LINE__, "unbreakable", 0, 4, "unbreakable\n"},
        {__LINE__, "æøå æøå", 0, 7, "æøå æøå\n"},
        {__LINE__, "", 0, 7, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_wrap(&out, lyt_str_of(rows[i].text), rows[i].indent, rows[i].width);
        cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(rows[i].set)), "line %d: %s",
                  rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}
