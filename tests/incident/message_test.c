#include <string.h>

#include "message.h"
#include "testing.h"

LYT_SUITE(message);

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
        /* as it goes out: the dashes are made plain, the letter is not */
        {__LINE__, "9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9–9", 1,
         LYT_OK, "9–9"},
        {__LINE__, "9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9ж9", 1,
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
