#include <string.h>

#include "message.h"
#include "testing.h"

LYT_SUITE(message);

static char *repeat(const char *letter, size_t n, char out[4096])
{
    size_t len = strlen(letter);

    for (size_t i = 0; i < n; i++)
        memcpy(out + i * len, letter, len);
    out[n * len] = '\0';
    return out;
}

Test(message, RE_02_how_long_a_text_is_by_sms)
{
    static const struct {
        int line;
        const char *letter;
        size_t n;
        bool is_ucs2;
        size_t units, parts;
    } rows[] = {
        {__LINE__, "Værelset er ikke rengjort", 1, false, 25, 1},
        {__LINE__, "Vi beklager - vi sender nogen med det samme", 1, false, 43, 1},
        {__LINE__, "Vi beklager – vi sender nogen med det samme", 1, true, 43, 1},
        {__LINE__, "200 € på vej", 1, false, 13, 1},
        {__LINE__, "a", 160, false, 160, 1},
        {__LINE__, "a", 161, false, 161, 2},
        {__LINE__, "æ", 153, false, 153, 1},
        {__LINE__, "a", 306, false, 306, 2},
        {__LINE__, "a", 307, false, 307, 3},
        {__LINE__, "{", 80, false, 160, 1},
        /* an escaped letter does not fall apart: 76 fit into 153 */
        {__LINE__, "{", 153, false, 306, 3},
        {__LINE__, "😀", 35, true, 70, 1},
        {__LINE__, "😀", 36, true, 72, 2},
        {__LINE__, "😀", 67, true, 134, 3},
        {__LINE__, "Café crème brûlée", 1, true, 17, 1},
        {__LINE__, "ç", 1, true, 1, 1},
        {__LINE__, "Ç", 1, false, 1, 1},
        {__LINE__, "", 1, false, 0, 1},
    };
    char text[4096];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_sms_size got = lyt_sms_measure(lyt_str_of(repeat(rows[i].letter, rows[i].n, text)));

        cr_expect_eq(got.is_ucs2, rows[i].is_ucs2, "row at line %d", rows[i].line);
        cr_expect_eq(got.units, rows[i].units, "row at line %d: %zu", rows[i].line, got.units);
        cr_expect_eq(got.parts, rows[i].parts, "row at line %d: %zu", rows[i].line, got.parts);
    }
}

Test(message, RE_02_RE_11_what_is_wrong_stops_it_with_the_reason)
{
    static const char *const words[] = {"9", "reception"};
    static const struct {
        int line;
        const char *text;
        size_t parts;
        lyt_status want;
        const char *says; /* the text, or of the refusal */
    } rows[] = {
        {__LINE__, "Sorry about {room}. Call 9.", 1, LYT_OK, "Sorry about 214. Call 9."},
        {__LINE__, "Come to the reception", 1, LYT_OK, "Come to the reception"},
        {__LINE__, NULL, 1, LYT_EINVAL, "guest's language"},
        {__LINE__, "Sorry.", 1, LYT_EINVAL, "no way to reach a person"},
        {__LINE__, "Sorry {name}. Call 9.", 1, LYT_EINVAL, "{name}, which is not known"},
        {__LINE__, "Sorry {colour}. Call 9.", 1, LYT_EINVAL, "{colour}, which is not a name"},
        {__LINE__, "Sorry {room. Call 9.", 1, LYT_EINVAL, "{room. Call 9."},
        {__LINE__, "9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9", 1,
         LYT_ELIMIT, "takes 2 SMS"},
        {__LINE__, "9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9", 0,
         LYT_OK, "9–9"},
    };
    const lyt_message_value values[] = {{"room", LYT_STR("214")}, {"name", {"", 0}}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_message_rules rules = {{words, 2}, rows[i].parts};
        lyt_error err = {0};
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect_eq(lyt_message_write(&out, rows[i].text, values, 2, &rules, &err), rows[i].want,
                     "row at line %d: %s", rows[i].line, err.text);
        cr_expect(strstr(rows[i].want ? err.text : out.data, rows[i].says), "row at line %d: %s",
                  rows[i].line, rows[i].want ? err.text : out.data);
        lyt_buf_deinit(&out);
    }
}
