#include <math.h>
#include <string.h>

#include "shown.h"
#include "testing.h"

LYT_SUITE(shown);

Test(shown, fixed)
{
    static const struct {
        int line;
        double value;
        int decimals;
        const char *text, *with_sign; /* the latter 8 wide */
    } rows[] = {
        {__LINE__, 0, 2, "0.00", "   +0.00"},        {__LINE__, 0.9, 2, "0.90", "   +0.90"},
        {__LINE__, 0.995001, 2, "1.00", "   +1.00"}, {__LINE__, -1.25, 1, "-1.3", "    -1.3"},
        {__LINE__, -0.001, 2, "0.00", "   +0.00"},   {__LINE__, 12.05, 2, "12.05", "  +12.05"},
        {__LINE__, 3.7, 0, "4", "      +4"},         {__LINE__, (double)NAN, 2, "-", "       -"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_shown_fixed(&out, rows[i].value, rows[i].decimals);
        cr_expect_str_eq(out.data, rows[i].text, "line %d", rows[i].line);
        lyt_buf_reset(&out);
        lyt_shown_signed(&out, rows[i].value, rows[i].decimals, 8);
        cr_expect_str_eq(out.data, rows[i].with_sign, "line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}

Test(shown, words_cannot_move_the_cursor)
{
    static const struct {
        int line;
        const char *words, *shown;
    } rows[] = {
        {__LINE__, "ikke gjort rent", "\"ikke gjort rent\""},
        {__LINE__, "", "\"\""},
        {__LINE__, "a\tb\x1b[31mc\x7f", "\"a b [31mc \""},
        {__LINE__, "a\xC2\x9B z", "\"a  z\""},
        {__LINE__, "\xC2\xA0 æ", "\"\xC2\xA0 æ\""},
        {__LINE__, "say \"no\" \\ yes", "\"say \\\"no\\\" \\\\ yes\""},
    };
    lyt_console console;

    lyt_console_init(&console, &(lyt_console_options){.colour = true});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_shown_words(&console, &out, lyt_str_of(rows[i].words));
        cr_expect_str_eq(out.data, rows[i].shown, "line %d", rows[i].line);
        lyt_buf_deinit(&out);
    }
}

Test(shown, words_are_coloured_on_a_terminal)
{
    lyt_console_options options = {.out = {.is_terminal = true}, .colour = true};
    lyt_console console;
    lyt_buf out;

    lyt_buf_init(&out, NULL);
    lyt_console_init(&console, &options);
    lyt_shown_words(&console, &out, LYT_STR("cold"));
    cr_expect_str_eq(out.data, "\"\033[1;33mcold\033[0m\"");
    lyt_buf_deinit(&out);
}

Test(shown, size)
{
    static const struct {
        int line;
        size_t size_bytes;
        const char *text;
    } rows[] = {
        {__LINE__, 0, "0 bytes"},
        {__LINE__, 1023, "1023 bytes"},
        {__LINE__, 1536, "1.5 KiB"},
        {__LINE__, (size_t)5 << 20, "5.0 MiB"},
        {__LINE__, (size_t)3 << 40, "3072.0 GiB"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_shown_size(&out, rows[i].size_bytes);
        cr_expect_str_eq(out.data, rows[i].text, "line %d", rows[i].line);
        lyt_buf_deinit(&out);
    }
}
