#include <string.h>

#include "guestlinks.h"
#include "testing.h"

/* Links in messages to guests: found as a guest's phone finds them, and of a form that leads on. */
LYT_SUITE(guestlinks);

Test(guestlinks, RE_11_links_are_found_in_a_text)
{
    static const struct {
        int line;
        const char *text, *links; /* a space after each */
    } rows[] = {
        {__LINE__, "Call 9.", ""},
        {__LINE__, "See https://havnen.dk/hjælp.", "https://havnen.dk/hjælp "},
        {__LINE__, "(https://havnen.dk) or http://x.dk, www.y.dk!", "https://havnen.dk http://x.dk www.y.dk "},
        {__LINE__, "https://havnen.dk/a?b=c&d=1#e; call 9", "https://havnen.dk/a?b=c&d=1#e "},
        {__LINE__, "https://", "https:// "},
        {__LINE__, "mail us at help@havnen.dk", ""},
        {__LINE__, "a\nhttps://a.dk\nhttps://b.dk", "https://a.dk https://b.dk "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str text = lyt_str_of(rows[i].text), link;
        lyt_buf found;

        lyt_buf_init(&found, NULL);
        lyt_buf_add_text(&found, "");
        for (size_t at = 0; (link = lyt_guestlinks_next(text, &at)).len;) {
            lyt_buf_add(&found, link);
            lyt_buf_add_char(&found, ' ');
        }
        lyt_buf_add_char(&found, '\0');
        cr_expect_str_eq(found.data, rows[i].links, "row at line %d: %s", rows[i].line, found.data);
        lyt_buf_deinit(&found);
    }
}

Test(guestlinks, RE_11_a_link_that_leads_nowhere_is_named)
{
    static const struct {
        int line;
        const char *link, *fault; /* NULL: none */
    } rows[] = {
        {__LINE__, "https://havnen.dk", NULL},
        {__LINE__, "https://www.havnen.dk/help?case=1", NULL},
        {__LINE__, "http://havnen.dk", "https://"},
        {__LINE__, "www.havnen.dk", "https://"},
        {__LINE__, "https://", "no host"},
        {__LINE__, "https:///help", "no host"},
        {__LINE__, "https://havnen/help", "no host"},
        {__LINE__, "https://havnen.", "no host"},
        {__LINE__, "https://.dk", "no host"},
        {__LINE__, "https://havnen.dk/{incident}", "field in a link"},
        {__LINE__, "https://example.com/help", "an example's"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = lyt_guestlinks_fault(lyt_str_of(rows[i].link));

        cr_expect_eq(fault == NULL, rows[i].fault == NULL, "row at line %d: %s", rows[i].line,
                     fault ? fault : "no fault");
        if (fault && rows[i].fault)
            cr_expect(strstr(fault, rows[i].fault), "row at line %d: %s", rows[i].line, fault);
    }
}
