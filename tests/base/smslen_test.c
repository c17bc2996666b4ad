#include "smslen.h"

#include <string.h>

#include "testing.h"

LYT_SUITE(smslen);

Test(smslen, alphabet_units_and_parts)
{
    static const struct {
        int line;
        const char *text;
        int repeat;
        bool is_ucs2;
        size_t units, parts;
    } rows[] = {
        {__LINE__, "", 1, false, 0, 1},
        {__LINE__, "Værelset er ikke rengjort", 1, false, 25, 1},
        {__LINE__, "Vi beklager - vi sender nogen med det samme", 1, false, 43, 1},
        {__LINE__, "Vi beklager – vi sender nogen med det samme", 1, true, 43, 1},
        {__LINE__, "200 € på vej", 1, false, 13, 1},
        {__LINE__, "a", 160, false, 160, 1},
        {__LINE__, "a", 161, false, 161, 2},
        {__LINE__, "æ", 153, false, 153, 1},
        {__LINE__, "a", 306, false, 306, 2},
        {__LINE__, "a", 307, false, 307, 3},
        {__LINE__, "😀", 35, true, 70, 1},
        {__LINE__, "😀", 36, true, 72, 2},
        /* 67 is odd: the 34th emoji does not fit the rest of a part */
        {__LINE__, "😀", 67, true, 134, 3},
        {__LINE__, "^{}\\[]~|€", 1, false, 18, 1},
        {__LINE__, "{", 80, false, 160, 1},
        /* 153 is odd: the 77th pair goes to the next part */
        {__LINE__, "[", 153, false, 306, 3},
        {__LINE__, "Café crème brûlée", 1, true, 17, 1},
        {__LINE__, "ÆØÅæøåéÉäÄöÖüÜßàèìòùñÑ¿¡£¥§ΔΩ", 1, false, 29, 1},
        {__LINE__, "ç", 1, true, 1, 1},
        {__LINE__, "Ç", 1, false, 1, 1},
        {__LINE__, "it’s", 1, true, 4, 1},
        {__LINE__, "a`b", 1, true, 3, 1},
        {__LINE__, "a\tb", 1, true, 3, 1},
        {__LINE__, "two\nlines", 1, false, 9, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sms got;
        lyt_buf text;

        lyt_buf_init(&text, NULL);
        for (int n = 0; n < rows[i].repeat; n++)
            lyt_buf_add_text(&text, rows[i].text);
        got = lyt_sms_length(lyt_buf_str(&text));
        cr_expect(got.is_ucs2 == rows[i].is_ucs2 && got.units == rows[i].units &&
                      got.parts == rows[i].parts,
                  "line %d: ucs2 %d, %zu units, %zu parts", rows[i].line, got.is_ucs2, got.units,
                  got.parts);
        lyt_buf_deinit(&text);
    }
}

/* Section 5: made plain when that takes fewer parts, never æ, ø or å. */
Test(smslen, PR_09_what_goes_out_is_what_is_counted)
{
    static const struct {
        int line;
        const char *text;
        int repeat;
        const char *begins;
        size_t units, parts;
    } rows[] = {
        {__LINE__, "Vi er på vej – “nu”", 1, "Vi er på vej – “nu”", 19, 1},
        {__LINE__, "På vej – ", 17, "På vej - På", 153, 1},
        {__LINE__, "“Café crème brûlée” … ", 6, "\"Café crème brulée\" ... ", 144, 1},
        {__LINE__, "200 € – ", 17, "200 € - 200", 153, 1},
        {__LINE__, "blåbærgrød ", 20, "blåbærgrød blåbærgrød", 220, 2},
        {__LINE__, "ж– ", 50, "ж– ж– ", 150, 3},
        {__LINE__, "", 1, "", 0, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf text, sent;
        lyt_sms got;

        lyt_buf_init(&text, NULL);
        lyt_buf_init(&sent, NULL);
        for (int n = 0; n < rows[i].repeat; n++)
            lyt_buf_add_text(&text, rows[i].text);
        lyt_sms_write(&sent, lyt_buf_str(&text));
        got = lyt_sms_sent(lyt_buf_str(&text));
        cr_expect(got.units == rows[i].units && got.parts == rows[i].parts,
                  "line %d: %zu units, %zu parts", rows[i].line, got.units, got.parts);
        cr_expect_eq(lyt_sms_length(lyt_buf_str(&sent)).parts, got.parts, "line %d", rows[i].line);
        cr_expect(lyt_str_begins(lyt_buf_str(&sent), lyt_str_of(rows[i].begins)), "line %d: %s",
                  rows[i].line, lyt_buf_str(&sent).ptr);
        lyt_buf_deinit(&sent);
        lyt_buf_deinit(&text);
    }
}

Test(smslen, what_makes_it_ucs2)
{
    cr_expect_eq(lyt_sms_length(LYT_STR("Café brûlée")).first_other, 8);
}
