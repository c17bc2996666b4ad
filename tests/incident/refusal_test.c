#include <stdio.h>
#include <string.h>

#include "refusal.h"
#include "testing.h"

LYT_SUITE(refusal);

Test(refusal, OP_10_is_said_in_danish_with_what_stands_in_it)
{
    static const struct {
        int line;
        const char *english, *danish; /* NULL: it is not known, and stays */
    } rows[] = {
        {__LINE__, "there is no incident 7", "der er ingen sag 7"},
        {__LINE__, "incident: there is no incident 7", "incident: der er ingen sag 7"},
        {__LINE__, "incident 7 is closed: there is nothing yet that a guest could confirm",
         "sag 7 er lukket: der er endnu ikke noget, en gæst kan bekræfte"},
        {__LINE__, "incident 7 is closed; reopen it first", "sag 7 er lukket; genåbn den først"},
        {__LINE__, "incident 7 is remedied", "sag 7 er udbedret"},
        {__LINE__, "incident 7 is with mette already", "sag 7 er allerede hos mette"},
        {__LINE__, "incident 7 is with mette already; ask for it to be assigned to you",
         "sag 7 er allerede hos mette; bed om at få den givet videre til dig"},
        {__LINE__, "incident 12 has no cause and no action taken written down; write it before closing",
         "sag 12 mangler årsag og hvad der blev gjort; skriv det, før den lukkes"},
        {__LINE__, "nothing is sent: this guest wants no messages, since 2026-11-22",
         "der er ikke sendt noget: denne gæst vil ikke have beskeder, siden 2026-11-22"},
        {__LINE__, "limit: must be a whole number from 1 to 500",
         "limit: skal være et helt tal fra 1 til 500"},
        {__LINE__, "the role viewer may not do this", "rollen viewer må ikke gøre det"},
        {__LINE__, "json: unexpected token near '}' (line 3, column 9)",
         "json: unexpected token near '}' (linje 3, kolonne 9)"},
        {__LINE__, "ambiguous: this guest has more than one room now: 305, 306; ask which",
         "flere værelser: denne gæst har mere end ét lige nu: 305, 306; spørg hvilket"},
        {__LINE__, "no memory for an event", "der er ikke hukommelse nok lige nu; prøv igen om lidt"},
        {__LINE__, "quite another thing", NULL},
        {__LINE__, "there is no incident", NULL},
        {__LINE__, "a guest wrote: there is no incident 7", NULL},
        {__LINE__, "", NULL},
        {__LINE__, ":", NULL},
        {__LINE__, "text: ", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wanted = rows[i].danish ? rows[i].danish : rows[i].english;
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        lyt_buf_add_text(&out, "");
        cr_expect_eq(lyt_refusal_say(&out, lyt_str_of(rows[i].english)), rows[i].danish != NULL,
                     "line %d", rows[i].line);
        cr_expect(lyt_str_equal(lyt_buf_str(&out), lyt_str_of(wanted)), "line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(lyt_buf_str(&out)));
        lyt_buf_deinit(&out);
    }
}

Test(refusal, OP_10_who_reads_danish)
{
    static const struct {
        int line;
        const char *header;
        bool is_danish;
    } rows[] = {
        {__LINE__, "da", true},
        {__LINE__, "da-DK,da;q=0.9,en;q=0.8", true},
        {__LINE__, "DA", true},
        {__LINE__, "sv, da;q=0.5", true},
        {__LINE__, "en;q=0.4, da;q=0.5", true},
        {__LINE__, "da;q=0.5,en", false},
        {__LINE__, "en,da", false},
        {__LINE__, "en-GB,en;q=0.9,da;q=0.8", false},
        {__LINE__, "da;q=0", false},
        {__LINE__, "dav", false},
        {__LINE__, "de", false},
        {__LINE__, "*", false},
        {__LINE__, "", false},
        {__LINE__, ",,;q=,=;", false},
        {__LINE__, "da;q=x", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(lyt_refusal_is_danish(lyt_str_of(rows[i].header)), rows[i].is_danish,
                     "line %d", rows[i].line);
}

/* The states that a case may go to stand in one hole; a list of anything else stays as it is. */
Test(refusal, IN_01_lists_of_states)
{
    static const struct {
        int line;
        const char *english, *danish;
    } rows[] = {
        {__LINE__, "incident 7 is new and cannot become closed; it may become acknowledged, in-work, void",
         "sag 7 er ny og kan ikke blive lukket; den kan blive taget, i arbejde, annulleret"},
        {__LINE__, "incident 7 is closed and cannot become new; it may become reopened",
         "sag 7 er lukket og kan ikke blive ny; den kan blive genåbnet"},
        {__LINE__, "incident 7 is with new, sent already", "sag 7 er allerede hos new, sent"},
        {__LINE__, "incident 7 is with closed,  already", "sag 7 er allerede hos closed, "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_buf out;

        lyt_buf_init(&out, NULL);
        cr_expect(lyt_refusal_say(&out, lyt_str_of(rows[i].english)));
        cr_expect_str_eq(out.data, rows[i].danish, "line %d: %s", rows[i].line, out.data);
        lyt_buf_deinit(&out);
    }
}

/* Hostile: many holes, and words that begin like a form again and again. */
Test(refusal, a_long_text_costs_little)
{
    static char text[1 << 16];
    lyt_buf out;

    for (size_t i = 0; i + 16 < sizeof text; i += 16)
        memcpy(text + i, "incident 1 is ; ", 16);
    lyt_buf_init(&out, NULL);
    cr_expect_eq(lyt_refusal_say(&out, lyt_str_of(text)), true);
    cr_expect_lt(out.len, 2 * sizeof text);
    lyt_buf_deinit(&out);
}

/* When memory ends the buffer says so, and nothing is lost. */
Test(refusal, without_memory)
{
    testing_alloc failing = {.fail_at = 0};

    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_buf out;

        lyt_buf_init(&out, &failing.alloc);
        (void)lyt_refusal_say(&out, LYT_STR("incident 7 is with mette already"));
        cr_expect(lyt_buf_status(&out) == LYT_ENOMEM ||
                  lyt_str_equal(lyt_buf_str(&out), LYT_STR("sag 7 er allerede hos mette")));
        lyt_buf_deinit(&out);
    }
}
