#include "flip.h"

#include <stdio.h>
#include <string.h>

#include "testing.h"

LYT_SUITE(flip);

typedef struct bench {
    lyt_pack *pack;
    lyt_classifier *classifier;
    lyt_session *session;
} bench;

static void bench_init(bench *b)
{
    char folder[256], lexicons[256];
    lyt_error err = {0};

    memset(b, 0, sizeof *b);
    snprintf(folder, sizeof folder, "%s/golden/minipack", testing_tests());
    snprintf(lexicons, sizeof lexicons, "%s/golden/minilex", testing_tests());
    cr_assert_eq(lyt_pack_load(
                     &b->pack, folder,
                     &(lyt_pack_options){.fs = lyt_fs_system(), .lexicons_folder = lexicons}, &err),
                 LYT_OK, "%s:%u %s", err.file, err.line, err.text);
    cr_assert_eq(lyt_classifier_of_pack(&b->classifier, b->pack, NULL, &err), LYT_OK);
    cr_assert_eq(lyt_session_new(&b->session, b->classifier, &err), LYT_OK);
}

static void bench_deinit(bench *b)
{
    lyt_session_free(b->session);
    lyt_classifier_close(b->classifier);
    lyt_pack_free(b->pack);
}

static bool is_reported(bench *b, lyt_str text, const char *scenario)
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
    bench b;

    bench_init(&b);
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
    bench_deinit(&b);
}

Test(flip, survives_every_failed_allocation)
{
    const lyt_message message = {.text = LYT_STR("it is freezing in here")};
    testing_alloc failing = {.fail_at = 0};
    bench b;

    bench_init(&b);
    for (long k = 1; testing_each_failure(&failing, &k);) {
        lyt_flip flip;
        const lyt_status status =
            lyt_flip_find(b.session, &message, "room-too-cold", &failing.alloc, &flip, NULL);

        cr_expect_eq(status, failing.fail_at <= failing.asked ? LYT_ENOMEM : LYT_OK);
    }
    bench_deinit(&b);
}
