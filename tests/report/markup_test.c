#include <math.h>

#include "csvout.h"
#include "markup.h"
#include "testing.h"

LYT_SUITE(markup);

/* as an initializer */
#define BYTES(literal)                                                                             \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static void expect(lyt_buf *out, const char *want, int line)
{
    cr_expect_eq(lyt_buf_status(out), LYT_OK);
    cr_expect_str_eq(out->data ? out->data : "", want, "line %d: %s", line, out->data);
    lyt_buf_deinit(out);
}

Test(markup, text_cannot_become_markup)
{
    static const struct {
        int line;
        lyt_str text;
        const char *html, *plain;
    } rows[] = {
        {__LINE__, BYTES(""), "", ""},
        {__LINE__, BYTES("koldt på 214"), "koldt på 214", "koldt på 214"},
        {__LINE__, BYTES("<script>alert('x')&\"</script>"),
         "&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;&lt;/script&gt;",
         "<script>alert('x')&\"</script>"},
        {__LINE__, BYTES("a\x1B[31mb\x7F\tc\n\rd"),
         "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD\tc\n\xEF\xBF\xBD"
         "d",
         "a [31mb  c  d"},
        {__LINE__, BYTES("x\xC2\x9Bz\xC2\xA0\xF0\x9F\x98\x80"),
         "x\xC2\x9Bz\xC2\xA0\xF0\x9F\x98\x80", "x z\xC2\xA0\xF0\x9F\x98\x80"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_markup_add(&out, rows[i].text);
        expect(&out, rows[i].html, rows[i].line);
        lyt_buf_init(&out, NULL);
        lyt_plain_add(&out, rows[i].text);
        expect(&out, rows[i].plain, rows[i].line);
    }
}

Test(markup, numbers)
{
    static const struct {
        int line;
        double value;
        int decimals;
        const char *en, *da;
    } rows[] = {
        {__LINE__, 0, 0, "0", "0"},
        {__LINE__, .5, 2, "0.50", "0,50"},
        {__LINE__, -1.005, 1, "-1.0", "-1,0"},
        {__LINE__, -.001, 2, "0.00", "0,00"},
        {__LINE__, 1234567.891, 3, "1234567.891", "1234567,891"},
        {__LINE__, .9999, 2, "1.00", "1,00"},
        {__LINE__, 3.14159265, 9, "3.141593", "3,141593"},
        {__LINE__, NAN, 2, "–", "–"},
        {__LINE__, INFINITY, 0, "–", "–"},
        {__LINE__, 1e300, 0, "–", "–"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_number_add(&out, rows[i].value, rows[i].decimals, LYT_PAGE_EN);
        expect(&out, rows[i].en, rows[i].line);
        lyt_buf_init(&out, NULL);
        lyt_number_add(&out, rows[i].value, rows[i].decimals, LYT_PAGE_DA);
        expect(&out, rows[i].da, rows[i].line);
    }
}

Test(markup, shares_and_times)
{
    static const struct {
        int line;
        double value;
        const char *share, *minutes;
    } rows[] = {
        {__LINE__, 0, "0.0 %", "0 s"},
        {__LINE__, .625, "62.5 %", "38 s"},
        {__LINE__, 1, "100.0 %", "1 min"},
        {__LINE__, 85.2, "8520.0 %", "85 min"},
        {__LINE__, 119.9, "11990.0 %", "120 min"},
        {__LINE__, 200, "20000.0 %", "3 h 20 min"},
        {__LINE__, 3120, "312000.0 %", "2 d 4 h"},
        {__LINE__, NAN, "–", "–"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_share_add(&out, rows[i].value, LYT_PAGE_EN);
        expect(&out, rows[i].share, rows[i].line);
        lyt_buf_init(&out, NULL);
        lyt_minutes_add(&out, rows[i].value);
        expect(&out, rows[i].minutes, rows[i].line);
    }
}

Test(markup, long_texts_are_cut_between_letters)
{
    static const struct {
        int line;
        const char *text;
        size_t letters, width;
        const char *cut;
    } rows[] = {
        {__LINE__, "", 3, 0, ""},        {__LINE__, "støj", 4, 4, "støj"},
        {__LINE__, "støj", 3, 4, "st…"}, {__LINE__, "støjer", 4, 6, "stø…"},
        {__LINE__, "støjer", 1, 6, "…"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect_eq(lyt_markup_width(lyt_str_of(rows[i].text)), rows[i].width);
        lyt_markup_cut(&out, lyt_str_of(rows[i].text), rows[i].letters);
        expect(&out, rows[i].cut, rows[i].line);
    }
}

Test(markup, comma_separated_values)
{
    static const struct {
        int line;
        lyt_str text;
        const char *csv;
    } rows[] = {
        {__LINE__, BYTES(""), ",1\r\n"},
        {__LINE__, BYTES("room 214"), "room 214,1\r\n"},
        {__LINE__, BYTES("a,b"), "\"a,b\",1\r\n"},
        {__LINE__, BYTES("say \"hi\""), "\"say \"\"hi\"\"\",1\r\n"},
        {__LINE__, BYTES("two\nlines"), "\"two\nlines\",1\r\n"},
        {__LINE__, BYTES("=1+1"), "'=1+1,1\r\n"},
        {__LINE__, BYTES("+45 12"), "'+45 12,1\r\n"},
        {__LINE__, BYTES("-, or @"), "\"'-, or @\",1\r\n"},
        {__LINE__, BYTES("@SUM(A1)"), "'@SUM(A1),1\r\n"},
        {__LINE__, BYTES("\tx"), "'\tx,1\r\n"},
        {__LINE__, BYTES("\rx"), "\"'\rx\",1\r\n"},
        {__LINE__, BYTES("a=b-c"), "a=b-c,1\r\n"},
    };
    lyt_buf out;
    lyt_csvout csv;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf_init(&out, NULL);
        lyt_csvout_init(&csv, &out);
        lyt_csvout_text(&csv, rows[i].text);
        lyt_csvout_number(&csv, 1, 3);
        lyt_csvout_end(&csv);
        expect(&out, rows[i].csv, rows[i].line);
    }
    lyt_buf_init(&out, NULL);
    lyt_csvout_init(&csv, &out);
    lyt_csvout_number(&csv, -.25, 4);
    lyt_csvout_number(&csv, NAN, 4);
    lyt_csvout_end(&csv);
    lyt_csvout_number(&csv, INFINITY, 0);
    lyt_csvout_end(&csv);
    expect(&out, "-0.25,\r\n\r\n", __LINE__);
}
