#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lexis_read.h"
#include "place.h"
#include "rule.h"
#include "testing.h"

LYT_SUITE(rule);

typedef struct bench {
    lyt_lexis *lexis;
    lyt_textspace *space;
    lyt_arena *arena;
} bench;

static void bench_init(bench *b)
{
    char path[512];
    lyt_error err = {0};

    snprintf(path, sizeof path, "%s/golden/minilex", testing_tests());
    cr_assert_eq(
        lyt_lexis_read(&b->lexis, NULL, lyt_fs_system(), path, lyt_usual_languages, 2, &err),
        LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_textspace_new(&b->space, &(lyt_textspace_options){.lexis = b->lexis}, &err),
                 LYT_OK);
    cr_assert_eq(lyt_arena_new(&b->arena, NULL, "test", 256 << 20), LYT_OK);
}

static void bench_deinit(bench *b)
{
    lyt_arena_free(b->arena);
    lyt_textspace_free(b->space);
    lyt_lexis_free(b->lexis);
}

static lyt_text analyze(bench *b, const char *language, lyt_str text)
{
    lyt_language hint = language ? lyt_lexis_find(b->lexis, lyt_str_of(language)) : -1;
    lyt_text out;

    lyt_arena_reset(b->arena);
    cr_assert_eq(lyt_text_analyze(b->space, NULL, text, hint, b->arena, &out), LYT_OK);
    return out;
}

static size_t fires(bench *b, lyt_rule_kind kind, const char *language, const char *pattern,
                    const char *text, lyt_str *where)
{
    lyt_rule rule = {.kind = kind, .language = lyt_lexis_find(b->lexis, lyt_str_of(language))};
    lyt_text taken = analyze(b, language, lyt_str_of(text));
    const lyt_rule_hit *hits = NULL;
    lyt_rules *rules = NULL;
    lyt_error err = {0};
    size_t n = 0;

    cr_assert_eq(lyt_rules_new(&rules, NULL, b->lexis), LYT_OK);
    cr_assert_eq(lyt_rules_add(rules, b->space, &rule, lyt_str_of(pattern), NULL, &err), LYT_OK,
                 "%s: %s", pattern, err.text);
    cr_assert_eq(lyt_rules_seal(rules), LYT_OK);
    cr_assert_eq(lyt_rules_match(rules, &taken, b->arena, &hits, &n), LYT_OK);
    if (n)
        *where = lyt_str_slice(taken.original, taken.tokens[hits[0].first].start,
                               taken.tokens[hits[0].end - 1].end);
    lyt_rules_free(rules);
    return n;
}

Test(rule, NL_21_where_patterns_fire)
{
    static const struct {
        int row;
        const char *language, *pattern, *text, *where; /* NULL: nowhere */
    } rows[] = {
        {__LINE__, "en", "clean", "They CLEANED it", "CLEANED"},
        {__LINE__, "en", "clean", "cleaning is fine", "cleaning"},
        {__LINE__, "en", "=clean", "cleaning is fine", NULL},
        {__LINE__, "en", "=clean", "Clean", "Clean"},
        {__LINE__, "en", "clean*", "the cleaner came", "cleaner"},
        {__LINE__, "en", "clean*", "unclean", NULL},
        {__LINE__, "en", "*noise", "streetnoise", "streetnoise"},
        {__LINE__, "en", "*noise", "noises", NULL},
        {__LINE__, "en", "fire alarm", "the fire \"alarm\" rang", "fire \"alarm"},
        {__LINE__, "en", "fire alarm", "alarm fire", NULL},
        {__LINE__, "en", "fire alarm", "fire loud alarm", NULL},
        {__LINE__, "en", "dirty ~2 room", "the room is so dirty", "room is so dirty"},
        {__LINE__, "en", "dirty ~2 room", "dirty big old room", "dirty big old room"},
        {__LINE__, "en", "dirty ~2 room", "dirty big old small room", NULL},
        {__LINE__, "en", "dirty ~9 room", "dirty. The room is big", NULL},
        {__LINE__, "en", "dirty ~9 room", "dirty but the room is big", NULL},
        {__LINE__, "en", "a ~1 b ~1 c", "c b a", "c b a"},
        {__LINE__, "en", "a ~1 b ~1 c", "b c x a", NULL},
        {__LINE__, "en", "bad ~3 bad", "bad", NULL},
        {__LINE__, "en", "bad ~3 bad", "bad very bad", "bad very bad"},
        {__LINE__, "en", "locked out ~3 room", "out my room is locked", NULL},
        {__LINE__, "en", "locked out ~3 room", "my room I am locked out", "room I am locked out"},
        {__LINE__, "en", "cold ~3 room !beer", "cold room", "cold room"},
        {__LINE__, "en", "cold ~3 room !beer", "cold beer in the room", NULL},
        {__LINE__, "en", "cold ~3 room !beer", "cold room. The beer is warm", "cold room"},
        {__LINE__, "en", "dirty towel", "no dirty towels here", NULL},
        {__LINE__, "en", "no|not ~2 towel", "no clean towels here", "no clean towels"},
        {__LINE__, "en", "air-con", "the air-con hums", "air-con"},
        {__LINE__, "en", "air-con", "the air con hums", "air con"},
        {__LINE__, "en", "isn't clean", "It isn't clean", "isn't clean"},
        {__LINE__, "da", "ikke ~3 rent", "Der er ikke gjort rent", "ikke gjort rent"},
        {__LINE__, "da", "v\xc3\xa6relse*", "V\xc3\x86RELSET", "V\xc3\x86RELSET"},
        {__LINE__, "da", "ikke|aldrig ~2 rent !\xc3\xb8l", "rent ikke", "rent ikke"},
        {__LINE__, "da", "rent", "", NULL},
        {__LINE__, "da", "rent", "!!! ...", NULL},
    };
    bench b;

    bench_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_str where = {NULL, 0};
        size_t n =
            fires(&b, LYT_RULE_FAILURE, rows[i].language, rows[i].pattern, rows[i].text, &where);

        cr_expect_eq(n, rows[i].where ? 1 : 0, "row at line %d: %zu hits", rows[i].row, n);
        if (n && rows[i].where)
            cr_expect(lyt_str_equal(where, lyt_str_of(rows[i].where)), "row at line %d: '%.*s'",
                      rows[i].row, LYT_STR_ARG(where));
    }
    bench_deinit(&b);
}

Test(rule, a_topic_is_named_even_when_negated_and_once_a_clause)
{
    lyt_str where;
    bench b;

    bench_init(&b);
    cr_expect_eq(fires(&b, LYT_RULE_TOPIC, "en", "towel", "no towels", &where), 1);
    cr_expect_eq(fires(&b, LYT_RULE_FAILURE, "en", "towel", "no towels", &where), 0);
    cr_expect_eq(fires(&b, LYT_RULE_TOPIC, "en", "towel", "towels and towels towels", &where), 1);
    cr_expect_eq(fires(&b, LYT_RULE_TOPIC, "en", "towel", "Towels! More towels.", &where), 2);
    cr_expect_eq(fires(&b, LYT_RULE_AGAINST, "en", "spotless", "not spotless", &where), 0);
    bench_deinit(&b);
}

Test(rule, cues_are_numbered_and_the_hash_sees_everything)
{
    static const lyt_rule_kind kinds[] = {LYT_RULE_FAILURE, LYT_RULE_TOPIC, LYT_RULE_RAISE,
                                          LYT_RULE_AGAINST};
    static const uint32_t cues[] = {0, 3, 7, 7};
    uint64_t before = 0;
    lyt_rules *rules = NULL;
    bench b;

    bench_init(&b);
    cr_assert_eq(lyt_rules_new(&rules, NULL, b.lexis), LYT_OK);
    for (size_t i = 0; i < 4; i++) {
        lyt_rule rule = {.kind = kinds[i], .weight = 4};

        cr_assert_eq(lyt_rules_add(rules, b.space, &rule, LYT_STR("word"), NULL, NULL), LYT_OK);
        cr_expect_eq(lyt_rules_at(rules, i)->cue, cues[i]);
        cr_expect_str_eq(lyt_rules_at(rules, i)->name.ptr, "rule:word");
        cr_expect_neq(lyt_rules_hash(rules), before);
        before = lyt_rules_hash(rules);
    }
    cr_expect_eq(lyt_rules_cues(rules), 8);
    cr_expect_eq(lyt_rules_size(rules), 4);
    lyt_rules_free(rules);
    bench_deinit(&b);
}

/* One clause of 8000 words that all begin a chain which never ends. */
Test(rule, a_text_of_many_beginnings_is_searched_in_no_time)
{
    lyt_rule rule = {.kind = LYT_RULE_FAILURE, .language = 0};
    const lyt_rule_hit *hits = NULL;
    lyt_rules *rules = NULL;
    size_t n = 0;
    lyt_text text;
    lyt_buf words;
    bench b;

    bench_init(&b);
    lyt_buf_init(&words, NULL);
    rule.language = lyt_lexis_find(b.lexis, LYT_STR("en"));
    for (int i = 0; i < 8000; i++)
        lyt_buf_add_text(&words, "ab ");
    cr_assert_eq(lyt_rules_new(&rules, NULL, b.lexis), LYT_OK);
    for (int i = 0; i < 50; i++)
        cr_assert_eq(lyt_rules_add(rules, b.space, &rule,
                                   LYT_STR("ab ~20 ab ~20 ab ~20 ab ~20 ab ~20 ab ~20 never"), NULL,
                                   NULL),
                     LYT_OK);
    /* the anchor is the rare word; these have none */
    cr_assert_eq(lyt_rules_add(rules, b.space, &rule,
                               LYT_STR("ab ~20 ab ~20 ab ~20 ab ~20 xx|ab|yy zz"), NULL, NULL),
                 LYT_OK);
    cr_assert_eq(lyt_rules_seal(rules), LYT_OK);
    text = analyze(&b, "en", lyt_buf_str(&words));
    cr_expect_eq(lyt_rules_match(rules, &text, b.arena, &hits, &n), LYT_OK);
    cr_expect_eq(n, 0);
    lyt_rules_free(rules);
    lyt_buf_deinit(&words);
    bench_deinit(&b);
}

Test(rule, memory_that_ends_leaves_nothing)
{
    testing_alloc failing = {0};
    bench b;

    bench_init(&b);
    for (long n = 1; testing_each_failure(&failing, &n);) {
        lyt_rule rule = {.kind = LYT_RULE_TOPIC};
        lyt_rules *rules = NULL;

        if (lyt_rules_new(&rules, &failing.alloc, b.lexis))
            continue;
        if (lyt_rules_add(rules, b.space, &rule, LYT_STR("air-con|heat* ~2 off !x"), NULL, NULL) ==
            LYT_OK)
            cr_expect(lyt_rules_seal(rules) == LYT_OK || failing.fail_at);
        lyt_rules_free(rules);
    }
    bench_deinit(&b);
}

Test(rule, NL_22_which_numbers_are_places)
{
    static const struct {
        int row;
        const char *language, *text, *place;
    } rows[] = {
        {__LINE__, "en", "214", "214"},
        {__LINE__, "en", "room 214 is cold", "214"},
        {__LINE__, "en", "ROOM 12 please", "12"},
        {__LINE__, "en", "Room #214", "214"},
        {__LINE__, "en", "rm214", "214"},
        {__LINE__, "en", "rm 214B", "214B"},
        {__LINE__, "en", "The heating is broken in 214 and it is freezing", "214"},
        {__LINE__, "en", "in 1204 no heat", "1204"},
        {__LINE__, "en", "in 2019 all was better", ""},
        {__LINE__, "en", "at 1430 we came", ""},
        {__LINE__, "en", "I paid 214 kr", ""},
        {__LINE__, "en", "214\xe2\x82\xac for that", ""},
        {__LINE__, "en", "no later than 214", ""},
        {__LINE__, "en", "call 112", ""},
        {__LINE__, "en", "call +45 204 51 233", ""},
        {__LINE__, "en", "call 555-3218", ""},
        {__LINE__, "en", "call 555-3218 for room 305", "305"},
        {__LINE__, "en", "2 days", ""},
        {__LINE__, "en", "120 hours", ""},
        {__LINE__, "en", "my bill is 450.00", ""},
        {__LINE__, "en", "at 10:30", ""},
        {__LINE__, "en", "21:30 and 12/11", ""},
        {__LINE__, "en", "a code like 555-123", ""},
        {__LINE__, "en", "", ""},
        {__LINE__, "da", "v\xc3\xa6r. 214", "214"},
        {__LINE__, "da", "p\xc3\xa5 214'eren er der koldt", "214"},
        {__LINE__, "da",
         "p\xc3\xa5 214\xe2\x80\x99"
         "eren er der koldt",
         "214"},
        {__LINE__, "da", "214eren", "214"},
        {__LINE__, "da", "V\xc3\xa6relse nr. 7", "7"},
        {__LINE__, "da", "room 214", "214"},
        {__LINE__, "da", "kl. 21", ""},
        {__LINE__, "da", "kl. 214", ""},
        {__LINE__, "da", "fra kl 700", ""},
        {__LINE__, "da", "2 dage", ""},
        {__LINE__, "da", "214 kr", ""},
        {__LINE__, "da", "214,- for en \xc3\xb8l", ""},
        {__LINE__, "da", "21. november", ""},
        {__LINE__, "da", "ring 20 45 12 33", ""},
        {__LINE__, "da", "vi er 4 p\xc3\xa5 305", "305"},
        {__LINE__, "da", "214 dage senere, v\xc3\xa6relse 305", "305"},
        {__LINE__, "da", "305 st\xc3\xb8jer, vi bor p\xc3\xa5 v\xc3\xa6relse 214", "214"},
        {__LINE__, "da", "99999999999999999999", ""},
    };
    bench b;

    bench_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_text text = analyze(&b, rows[i].language, lyt_str_of(rows[i].text));
        lyt_str place = lyt_place_find(b.lexis, &text);

        cr_expect(lyt_str_equal(place, lyt_str_of(rows[i].place)), "row at line %d: '%.*s'",
                  rows[i].row, LYT_STR_ARG(place));
    }
    bench_deinit(&b);
}

/* A pack of rules that differ in their words, and a message that begins some of them. */
Test(rule, NL_21_ten_thousand_rules_are_no_too_many)
{
    enum { n_rules = 10000, rounds = 50 };
    static const char message[] = "the word7 and the word11 came with the word4242 to room 214";
    lyt_rule rule = {.kind = LYT_RULE_FAILURE};
    const lyt_rule_hit *hits = NULL;
    lyt_rules *rules = NULL;
    clock_t began;
    lyt_text text;
    size_t n = 0;
    bench b;

    bench_init(&b);
    rule.language = lyt_lexis_find(b.lexis, LYT_STR("en"));
    cr_assert_eq(lyt_rules_new(&rules, NULL, b.lexis), LYT_OK);
    for (int i = 0; i < n_rules; i++) {
        char pattern[96];

        snprintf(pattern, sizeof pattern, "the|so|came ~8 word%d|thing%d !room%d", i, i, i);
        cr_assert_eq(lyt_rules_add(rules, b.space, &rule, lyt_str_of(pattern), NULL, NULL), LYT_OK);
    }
    cr_assert_eq(lyt_rules_seal(rules), LYT_OK);
    text = analyze(&b, "en", lyt_str_of(message));
    began = clock();
    for (int i = 0; i < rounds; i++)
        cr_assert_eq(lyt_rules_match(rules, &text, b.arena, &hits, &n), LYT_OK);
    cr_expect_geq(n, 3, "%zu hits", n);
    /* how fast is for a quiet machine to say: shown with --verbose */
    cr_log_info("%.3f ms a message", 1e3 * (double)(clock() - began) / CLOCKS_PER_SEC / rounds);
    lyt_rules_free(rules);
    bench_deinit(&b);
}
