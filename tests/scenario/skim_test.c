#include <stdio.h>
#include <string.h>

#include "json.h"
#include "minipack.h"
#include "testing.h"
#include "verdict_skim.h"

LYT_SUITE(skim);

enum { most = 8 };

Test(skim, what_is_written_as_a_verdict_is_read_and_nothing_else)
{
    static const struct {
        int line;
        const char *json;
        int n; /* -1: it is no such one */
    } rows[] = {
        {__LINE__, "{\"failures\":[]}", 0},
        {__LINE__,
         "{\"text\":\"a \\\"}],{\",\"kind\":\"praise\",\"failures\":[],\"x\":{\"y\":[1,{}]}}", 0},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\"}]}", 1},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\",\"severity\":4},{\"scenario\":\"b\"}]}", 2},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\",\"severity\":12}]}", -1},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\",\"severity\":-1}]}", -1},
        {__LINE__, "{\"failures\":[{\"scenario\":\"\"}]}", -1},
        {__LINE__, "{\"failures\":[{\"severity\":1}]}", -1},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\\u0062\"}]}", -1},
        {__LINE__, "{\"failures\":[],\"failures\":[]}", -1},
        {__LINE__, "{\"failures\":{}}", -1},
        {__LINE__, "{\"failures\":[]", -1},
        {__LINE__, "{\"failures\":[]}x", -1},
        {__LINE__, "{\"failures\":[{\"scenario\":\"a\"}", -1},
        {__LINE__, "{\"kind\":\"praise\"}", -1},
        {__LINE__, "{\"text\":\"a", -1},
        {__LINE__, "{ \"failures\": [] }", -1},
        {__LINE__, "[]", -1},
        {__LINE__, "", -1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_skimmed out[most];
        lyt_str kind;
        size_t n = 0;
        bool is_one = lyt_verdict_skim(lyt_str_of(rows[i].json), &kind, out, most, &n);

        cr_expect_eq(is_one, rows[i].n >= 0, "row at line %d", rows[i].line);
        cr_expect(!is_one || n == (size_t)rows[i].n, "row at line %d: %zu", rows[i].line, n);
    }
}

static const char *const texts[] = {
    "My room was not cleaned today, and loud music from the bar all night",
    "There is blood on the floor and nobody cleaned it",
    "No blood, but the room is dirty",
    "the heater is on fire and the room is freezing",
    "Is the bar on fire?",
    "Loud \"music\" from the bar }],{ all night\\",
    "Lovely stay",
    "stop",
    "",
};

/* What is skimmed is what is parsed; what is judged bare is what is judged in full. */
Test(skim, SC_06_less_is_looked_at_and_the_same_found)
{
    size_t n_dangerous = 0;
    minijudge judge;

    minijudge_init(&judge);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const lyt_message message = {.text = lyt_str_of(texts[i]),
                                     .property = i % 2 ? "havnen" : NULL,
                                     .score = 3,
                                     .scale = 10};
        const lyt_verdict *verdict = NULL;
        lyt_skimmed full[most];
        lyt_str json, kind, copy = {NULL, 0};
        lyt_kind full_kind;
        lyt_arena *arena = NULL;
        size_t n = 0;

        cr_assert_eq(lyt_arena_new(&arena, NULL, "copy", 1 << 20), LYT_OK);
        cr_assert_eq(lyt_classify(judge.session, &message, &verdict, NULL), LYT_OK);
        full_kind = verdict->kind;
        cr_assert_eq(lyt_verdict_json(judge.session, verdict, &json, NULL), LYT_OK);
        copy = lyt_arena_copy(arena, json);
        cr_assert(lyt_verdict_skim(copy, &kind, full, most, &n), "%s", copy.ptr);
        cr_assert_eq(lyt_classify_bare(judge.session, &message, &verdict, NULL), LYT_OK);
        cr_expect_eq(verdict->kind, full_kind, "%s", texts[i]);
        cr_assert_eq(verdict->n_failures, n, "%s", texts[i]);
        for (size_t k = 0; k < n; k++) {
            const lyt_failure *f = &verdict->failures[k];

            cr_expect(lyt_str_equal(full[k].scenario, lyt_str_of(f->scenario)) &&
                          lyt_str_equal(full[k].team, lyt_str_of(f->team)) &&
                          full[k].severity == f->severity && full[k].shadow == f->shadow,
                      "%s: %s", texts[i], f->scenario);
            cr_expect_eq(f->n_evidence, (size_t)0);
            n_dangerous += f->severity == 4;
        }
        lyt_arena_free(arena);
    }
    cr_expect_geq(n_dangerous, (size_t)1, "danger was among them");
    minijudge_deinit(&judge);
}
