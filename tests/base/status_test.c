#include <string.h>

#include "testing.h"

LYT_SUITE(status);

Test(status, errors_read_like_a_compiler)
{
    char line[256];
    lyt_error err;

    cr_expect_eq(lyt_error_at(&err, LYT_EFORMAT, "pack.yaml", 3, 7, "no key '%s'", "naem"),
                 LYT_EFORMAT);
    cr_expect_str_eq(lyt_error_format(&err, line, sizeof line), "pack.yaml:3:7: no key 'naem'");
    (void)lyt_error_at(&err, LYT_EIO, "x.db", 0, 0, "gone");
    cr_expect_str_eq(lyt_error_format(&err, line, sizeof line), "x.db: gone");
    (void)lyt_error_set(&err, LYT_ENOMEM, "%s", "");
    cr_expect_str_eq(lyt_error_format(&err, line, sizeof line), "out of memory");
    cr_expect_eq(lyt_error_set(NULL, LYT_EEND, "nobody listens"), LYT_EEND);
}

Test(status, a_long_text_is_cut_between_characters)
{
    char many[600];
    lyt_error err;
    size_t len;

    for (size_t shift = 0; shift < 4; shift++) {
        memset(many, 'x', sizeof many);
        for (size_t i = shift; i + 2 < sizeof many; i += 2)
            memcpy(many + i, "\xc3\xa6", 2);
        many[sizeof many - 1] = '\0';
        (void)lyt_error_set(&err, LYT_EFORMAT, "%s", many);
        len = strlen(err.text);
        cr_expect_lt(len, sizeof err.text);
        cr_expect_neq((unsigned char)err.text[len - 1], 0xC3, "cut inside a character");
    }
}

/* It goes into JSON: what the service says of itself, an answer, a log. */
Test(status, what_it_says_is_utf8_whatever_it_was_given)
{
    static const struct {
        int line;
        const char *given, *says;
    } rows[] = {
        {__LINE__, "gr\xc3\xb8n", "'gr\xc3\xb8n' is"},
        {__LINE__, "gr\xc3", "'gr?' is"},
        {__LINE__, "gr\xf8n", "'gr?n' is"},
        {__LINE__, "\xe2\x82\xac", "'\xe2\x82\xac' is"},
        {__LINE__, "\xe2\x82",
         "'?"
         "?' is"},
        {__LINE__, "\xed\xa0\x80",
         "'?"
         "?"
         "?' is"},
        {__LINE__, "\xf0\x9f\x98\x80", "'\xf0\x9f\x98\x80' is"},
        {__LINE__, "\xc0\xaf",
         "'?"
         "?' is"},
    };
    lyt_error err;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)lyt_error_set(&err, LYT_EFORMAT, "'%s' is", rows[i].given);
        cr_expect_str_eq(err.text, rows[i].says, "row at line %d: %s", rows[i].line, err.text);
    }
    (void)lyt_error_at(&err, LYT_EFORMAT, "/srv/s\xf8.yaml", 1, 1, "x");
    cr_expect_str_eq(err.file, "/srv/s?.yaml");
}

Test(status, every_status_has_name_and_text)
{
    for (int i = LYT_OK; i <= LYT_EEND; i++) {
        cr_expect_eq(strncmp(lyt_status_name((lyt_status)i), "LYT_", 4), 0);
        cr_expect_str_neq(lyt_status_text((lyt_status)i), "unknown status");
    }
    cr_expect_str_eq(lyt_status_name((lyt_status)9999), "LYT_UNKNOWN");
}
