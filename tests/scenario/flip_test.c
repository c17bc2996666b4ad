#include "flip.h"

#include <stdio.h>
#include <string.h>

#include "minipack.h"
#include "testing.h"

LYT_SUITE(flip);

static bool is_reported(minijudge *b, lyt_str text, const char *scenario)
{
    const lyt_verdict *verdict;

    cr_assert_eq(lyt_classify(b->session, &(lyt_message){.text = text}, &verdict, NULL), LYT_OK);
    for (size_t i = 0; i < verdict->n_failures; i++)
        if (strcmp(verdict->failures[i].scenario, scenario) == 0)
            return true;
    return false;
}

/* The text with those bytes cut out, from behind, by other code than the one tested. */
static void cut(char *text, const lyt_flip *flip)
{
    for (size_t i = flip->n; i-- > 0;)
        memmove(text + flip->start[i], text + flip->end[i], strlen(text + flip->end[i]) + 1);
}

Test(flip, NL_16_without_the_words_it_is_another_verdict)
{
    static const struct {
        int line;
        const char *text, *scenario;
        size_t n; /* words; 0: not reported */
    } rows[] = {
        {__LINE__, "The heating is broken in our room", "room-too-cold", 3},
        {__LINE__, "our room is freezing cold, the heating is dead and it is cold", "room-too-cold",
         3},
        {__LINE__, "it is freezing in here", "room-too-cold", 1},
        {__LINE__, "a lovely stay, thank you", "room-too-cold", 0},
    };
    minijudge b;

    minijudge_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_message message = {.text = lyt_str_of(rows[i].text)};
        const bool before = is_reported(&b, message.text, rows[i].scenario);
        char text[256];
        lyt_flip flip;

        cr_assert_eq(lyt_flip_find(b.session, &message, rows[i].scenario, NULL, &flip, NULL),
                     LYT_OK);
        cr_expect_eq(before, rows[i].n > 0, "row at line %d", rows[i].line);
        cr_expect_leq(flip.n, rows[i].n, "row at line %d: %zu", rows[i].line, flip.n);
        if (!flip.n)
            continue;
        snprintf(text, sizeof text, "%s", rows[i].text);
        cut(text, &flip);
        cr_expect_not(is_reported(&b, lyt_str_of(text), rows[i].scenario), "row at line %d: %s",
                      rows[i].line, text);
        /* none of them is there for nothing */
        for (size_t w = 0; w < flip.n && flip.n > 1; w++) {
            lyt_flip fewer = flip;

            fewer.n = 0;
            for (size_t k = 0; k < flip.n; k++) {
                if (k == w)
                    continue;
                fewer.start[fewer.n] = flip.start[k];
                fewer.end[fewer.n++] = flip.end[k];
            }
            snprintf(text, sizeof text, "%s", rows[i].text);
            cut(text, &fewer);
            cr_expect(is_reported(&b, lyt_str_of(text), rows[i].scenario), "row at line %d: %s",
                      rows[i].line, text);
        }
    }
    minijudge_deinit(&b);
}

Test(flip, survives_every_failed_allocation)
{
    const lyt_message message = {.text = LYT_STR("it is freezing in here")};
    testing_alloc failing = {.fail_at = 0};
    minijudge b;

    minijudge_init(&b);
    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_flip flip;
        const lyt_status status =
            lyt_flip_find(b.session, &message, "room-too-cold", &failing.alloc, &flip, NULL);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
    minijudge_deinit(&b);
}
