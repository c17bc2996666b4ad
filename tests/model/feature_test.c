#include <math.h>
#include <string.h>

#include "feature.h"
#include "testing.h"
#include "vector.h"

LYT_SUITE(feature);

enum { all_groups = (1 << LYT_GROUPS) - 1 };

static lyt_token word(const char *stem, unsigned flags, int polarity)
{
    return (lyt_token){
        .norm = lyt_str_of(stem),
        .stem = lyt_str_of(stem),
        .kind = LYT_TOKEN_WORD,
        .flags = (uint8_t)flags,
        .polarity = (int8_t)polarity,
    };
}

static size_t count(const lyt_features *f, lyt_group group)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++)
        n += f->items[i].group == group;
    return n;
}

static bool shares_hash(const lyt_features *a, const lyt_features *b, lyt_group group)
{
    for (size_t i = 0; i < a->n; i++) {
        for (size_t j = 0; a->items[i].group == group && j < b->n; j++) {
            if (b->items[j].group == group && a->items[i].hash == b->items[j].hash)
                return true;
        }
    }
    return false;
}

static void find(lyt_features *f, const lyt_token *tokens, size_t n, unsigned groups)
{
    const lyt_text text = {.tokens = tokens, .n_tokens = n};

    lyt_features_init(f, NULL);
    cr_assert_eq(lyt_features_find(f, &text, groups), LYT_OK);
}

static void expect_same(const lyt_features *a, const lyt_features *b)
{
    cr_assert_eq(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        cr_expect_eq(a->items[i].hash, b->items[i].hash);
}

Test(feature, negation_makes_another_stem)
{
    const lyt_token plain = word("clean", 0, 0), negated = word("clean", LYT_TOKEN_NEGATED, 0);
    lyt_features a, b;

    find(&a, &plain, 1, 1 << LYT_GROUP_STEM);
    find(&b, &negated, 1, 1 << LYT_GROUP_STEM);
    cr_assert_eq(a.n, 1);
    cr_expect_neq(a.items[0].hash, b.items[0].hash);
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);
}

Test(feature, bigrams_know_the_ends)
{
    const lyt_token tokens[] = {word("good", 0, 0), word("bed", 0, 0)};
    lyt_features f, none;

    find(&f, tokens, 2, 1 << LYT_GROUP_BIGRAM);
    cr_assert_eq(f.n, 3);
    cr_expect_eq(f.items[0].token, lyt_no_token);
    cr_expect_eq(f.items[0].other, 0);
    cr_expect_eq(f.items[2].token, 1);
    cr_expect_eq(f.items[2].other, lyt_no_token);
    find(&none, tokens, 0, 1 << LYT_GROUP_BIGRAM);
    cr_expect_eq(none.n, 0);
    lyt_features_deinit(&f);
    lyt_features_deinit(&none);
}

Test(feature, characters_are_whole_and_know_the_words_ends)
{
    static const struct {
        int line;
        const char *word;
        size_t grams;
    } rows[] = {
        /* with both ends n + 2 characters: n of 3, n - 1 of 4, n - 2 of 5 */
        {__LINE__, "a", 1},          {__LINE__, "ab", 3},
        {__LINE__, "abc", 6},        {__LINE__, "abcd", 9},
        {__LINE__, "r\xc3\xb8g", 6}, {__LINE__, "\xe6\x97\xa5\xe6\x9c\xac", 3},
    };
    const lyt_token warm = word("varme", 0, 0), warmth = word("varmen", 0, 0),
                    arm = word("arm", 0, 0);
    lyt_features a, b;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_token token = word(rows[i].word, 0, 0);
        lyt_features f;

        find(&f, &token, 1, 1 << LYT_GROUP_CHAR);
        cr_expect_eq(f.n, rows[i].grams, "row at line %d: %zu", rows[i].line, f.n);
        lyt_features_deinit(&f);
    }
    find(&a, &warm, 1, 1 << LYT_GROUP_CHAR);
    find(&b, &warmth, 1, 1 << LYT_GROUP_CHAR);
    cr_expect(shares_hash(&a, &b, LYT_GROUP_CHAR));
    lyt_features_deinit(&b);
    find(&b, &arm, 1, 1 << LYT_GROUP_CHAR);
    /* "arm" in the middle is "arm" as a whole, but no part of it at an end */
    cr_expect(shares_hash(&a, &b, LYT_GROUP_CHAR));
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);
}

Test(feature, another_keyboard_makes_no_other_word)
{
    lyt_token slip = word("støj", 0, 0), right = word("støj", 0, 0);
    lyt_features a, b;

    slip.norm = LYT_STR("stoej");
    slip.corrected = LYT_STR("støj");
    slip.flags = LYT_TOKEN_RESPELT;
    find(&a, &slip, 1, all_groups);
    find(&b, &right, 1, all_groups);
    expect_same(&a, &b);
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);
}

/* Parts and what was meant are added to the guest's own word, never put in its place. */
Test(feature, extras_come_on_top)
{
    static const lyt_extra parts[] = {{{"noise", 5}, LYT_EXTRA_PART, 0},
                                      {{"level", 5}, LYT_EXTRA_PART, 0}};
    static const lyt_extra meant[] = {{{"clean", 5}, LYT_EXTRA_MEANT, 0}};
    lyt_token compound = word("noiselevel", 0, 0), slip = word("claen", 0, 0);
    const lyt_token noise = word("noise", 0, 0), clean = word("clean", 0, 0);
    const lyt_token plain[] = {word("claen", 0, 0), noise}, mended[] = {clean, noise};
    lyt_token pair[] = {slip, noise};
    lyt_features a, b;

    compound.extras = parts;
    compound.n_extras = 2;
    find(&a, &compound, 1, 1 << LYT_GROUP_STEM);
    find(&b, &noise, 1, 1 << LYT_GROUP_STEM);
    cr_expect_eq(a.n, 3);
    cr_expect(shares_hash(&a, &b, LYT_GROUP_STEM));
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);

    pair[0].extras = meant;
    pair[0].n_extras = 1;
    find(&a, pair, 2, all_groups);
    find(&b, plain, 2, 1 << LYT_GROUP_STEM | 1 << LYT_GROUP_CHAR);
    for (size_t i = 0; i < b.n; i++) {
        size_t k = 0;

        while (k < a.n && (a.items[k].hash != b.items[i].hash || a.items[k].extra))
            k++;
        cr_expect_lt(k, a.n, "a feature of the word as written is gone");
    }
    lyt_features_deinit(&b);
    find(&b, mended, 2, 1 << LYT_GROUP_BIGRAM);
    cr_expect(shares_hash(&a, &b, LYT_GROUP_BIGRAM));
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);
}

Test(feature, polarity_is_counted)
{
    const lyt_token tokens[] = {word("cold", 0, -2), word("nice", 0, 1), word("bed", 0, 0)};
    lyt_features f, neutral;

    find(&f, tokens, 3, 1 << LYT_GROUP_POLARITY);
    /* two words; negative 1, 2; positive 1; which; net */
    cr_expect_eq(f.n, 2 + 2 + 1 + 1 + 1);
    cr_expect_eq(f.items[0].value, -2);
    find(&neutral, tokens + 2, 1, 1 << LYT_GROUP_POLARITY);
    cr_expect_eq(neutral.n, 2);
    cr_expect_not(shares_hash(&f, &neutral, LYT_GROUP_POLARITY));
    lyt_features_deinit(&f);
    lyt_features_deinit(&neutral);
}

Test(feature, groups_can_be_left_out)
{
    const lyt_token tokens[] = {word("cold", 0, -2), word("room", 0, 0)};
    lyt_features f;

    find(&f, tokens, 2, all_groups & ~(1 << LYT_GROUP_BIGRAM));
    cr_expect_eq(count(&f, LYT_GROUP_BIGRAM), 0);
    cr_expect_eq(count(&f, LYT_GROUP_STEM), 2);
    for (size_t i = 1; i < f.n; i++)
        cr_expect_leq(f.items[i - 1].group, f.items[i].group);
    lyt_features_deinit(&f);
}

Test(feature, names_say_what_they_are)
{
    static const lyt_extra extras[] = {{{"bed", 3}, LYT_EXTRA_PART, 0},
                                       {{"broom", 5}, LYT_EXTRA_MEANT, 0}};
    const lyt_token tokens[] = {
        word("not", LYT_TOKEN_NEGATOR, 0),
        word("clean", LYT_TOKEN_NEGATED, -2),
        {.norm = {"room", 4}, .stem = {"room", 4}, .extras = extras, .n_extras = 2}};
    const lyt_text text = {.tokens = tokens, .n_tokens = 3};
    static const struct {
        int line;
        lyt_feature feature;
        const char *want;
    } rows[] = {
        {__LINE__, {.token = 1, .other = lyt_no_token, .group = LYT_GROUP_STEM}, "stem:not clean"},
        {__LINE__, {.token = 0, .other = 1, .group = LYT_GROUP_BIGRAM}, "bigram:not+not clean"},
        {__LINE__, {.token = lyt_no_token, .other = 0, .group = LYT_GROUP_BIGRAM}, "bigram:^+not"},
        {__LINE__, {.token = 2, .other = lyt_no_token, .group = LYT_GROUP_BIGRAM}, "bigram:room+$"},
        {__LINE__, {.token = 1, .other = 2, .group = LYT_GROUP_CONCEPT}, "concept:not clean+room"},
        {__LINE__, {.token = 1, .other = lyt_no_token, .group = LYT_GROUP_CHAR}, "char"},
        {__LINE__,
         {.token = 1, .other = lyt_no_token, .group = LYT_GROUP_POLARITY, .value = -2},
         "polarity:-2"},
        {__LINE__,
         {.token = lyt_no_token, .other = lyt_no_token, .group = LYT_GROUP_POLARITY, .value = 1},
         "polarity"},
        {__LINE__,
         {.token = 2, .other = lyt_no_token, .group = LYT_GROUP_STEM, .extra = 1},
         "part:bed"},
        {__LINE__,
         {.token = 2, .other = lyt_no_token, .group = LYT_GROUP_STEM, .extra = 2},
         "stem:broom"},
    };
    lyt_arena *arena, *tight;

    cr_assert_eq(lyt_arena_new(&arena, NULL, "t", 4096), LYT_OK);
    cr_assert_eq(lyt_arena_new(&tight, NULL, "t", 4), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const lyt_str got = lyt_feature_name(&rows[i].feature, &text, arena);

        cr_expect(lyt_str_equal(got, lyt_str_of(rows[i].want)), "row at line %d: %.*s",
                  rows[i].line, LYT_STR_ARG(got));
    }
    cr_expect_null(lyt_feature_name(&rows[0].feature, &text, tight).ptr);
    lyt_arena_free(arena);
    lyt_arena_free(tight);
}

/* A key that a token brings along and one that is worked out are the same. */
Test(feature, a_key_that_is_known_is_the_one_worked_out)
{
    static const lyt_extra part[] = {{{"level", 5}, LYT_EXTRA_PART, 0}};
    lyt_extra known[] = {{{"level", 5}, LYT_EXTRA_PART, lyt_stem_key(LYT_STR("level"))}};
    lyt_token bare[] = {word("noise", LYT_TOKEN_NEGATED, 0), word("loud", 0, 0)}, with[2];
    lyt_features a, b;

    bare[0].extras = part;
    bare[0].n_extras = 1;
    memcpy(with, bare, sizeof with);
    with[0].extras = known;
    for (int i = 0; i < 2; i++)
        with[i].stem_key = lyt_stem_key(with[i].stem);
    find(&a, bare, 2, all_groups);
    find(&b, with, 2, all_groups);
    expect_same(&a, &b);
    lyt_features_deinit(&a);
    lyt_features_deinit(&b);
}

Test(feature, weighs_once_by_rarity_and_group_and_characters_each_time)
{
    static const float idf[256] = {0, 1, 2}, groups[LYT_GROUPS] = {1, 1, 1, .5f};
    static const uint8_t codes[5] = {1, 2, 0, 2, 1};
    static const struct {
        uint64_t key;
        unsigned group;
    } adds[] = {
        {0, LYT_GROUP_STEM},
        {1, LYT_GROUP_STEM},
        {2, LYT_GROUP_STEM},
        {1, LYT_GROUP_STEM},
        {3, LYT_GROUP_STEM | LYT_LIGHT},
        {4, LYT_GROUP_STEM | LYT_LIGHT},
        {4, LYT_GROUP_STEM},
        {0, LYT_GROUP_CHAR},
        {1, LYT_GROUP_CHAR},
        {1, LYT_GROUP_CHAR},
        {1, LYT_GROUP_POLARITY},
        {1, LYT_GROUP_POLARITY},
    };
    static const struct {
        uint64_t key;
        unsigned group;
        double x;
    } want[] = {
        /* of length sqrt(1 + 4 + 1 + 1) */
        {0, LYT_GROUP_STEM, 1 / 2.6457513111},
        {1, LYT_GROUP_STEM, 2 / 2.6457513111},
        {2, LYT_GROUP_STEM, 0},                /* a row that was never met counts nothing */
        {3, LYT_GROUP_STEM, 1 / 2.6457513111}, /* a part of a word alone counts half */
        {4, LYT_GROUP_STEM, 1 / 2.6457513111},
        /* of length sqrt(1 + 2 * 4) */
        {0, LYT_GROUP_CHAR, 1 / 3.0},
        {1, LYT_GROUP_CHAR, 4 / 3.0},
        /* no rarity in this group */
        {1, LYT_GROUP_POLARITY, .5},
    };
    lyt_vector v;

    lyt_vector_init(&v, NULL);
    cr_assert_eq(lyt_vector_begin(&v, sizeof adds / sizeof *adds), LYT_OK);
    for (size_t i = 0; i < sizeof adds / sizeof *adds; i++)
        lyt_vector_add(&v, adds[i].key, adds[i].group);
    lyt_vector_weigh(&v, &(lyt_weighing){codes, 1, idf, groups});
    cr_assert_eq(v.n, sizeof want / sizeof *want);
    for (size_t i = 0; i < v.n; i++) {
        cr_expect(v.items[i].key == want[i].key && v.items[i].group == want[i].group, "row %zu", i);
        cr_expect(fabs((double)v.items[i].x - want[i].x) < 1e-6, "row %zu: %g", i,
                  (double)v.items[i].x);
    }
    lyt_vector_deinit(&v);
}

/* What is counted has an end, and does not begin anew behind it. */
Test(feature, occurrences_without_end_are_counted_to_an_end)
{
    lyt_vector v;

    lyt_vector_init(&v, NULL);
    cr_assert_eq(lyt_vector_begin(&v, 1), LYT_OK);
    for (size_t i = 0; i < lyt_vector_most + 9u; i++)
        lyt_vector_add(&v, 7, LYT_GROUP_CHAR);
    cr_expect_eq(v.n, 1);
    cr_expect_eq(v.items[0].full, lyt_vector_most);
    lyt_vector_deinit(&v);
}

/* Who writes a word ever again says no more by it, in the text and in the clause. */
Test(feature, a_word_counts_where_it_was_not_yet)
{
    static const struct {
        const char *word;
        unsigned clause;
        int first;
    } rows[] = {
        {"no", 0, LYT_FIRST_OF_BOTH},
        {"heat", 0, LYT_FIRST_OF_BOTH},
        {"no", 0, 0},
        {"no", 1, LYT_FIRST_OF_CLAUSE},
        {"no", 1, 0},
        {"water", 1, LYT_FIRST_OF_BOTH},
        {"heat", 2, LYT_FIRST_OF_CLAUSE},
        {"on", 2, LYT_FIRST_OF_BOTH},
        {"no", 2, LYT_FIRST_OF_CLAUSE},
    };
    lyt_token tokens[sizeof rows / sizeof *rows];
    lyt_text text = {.tokens = tokens, .n_tokens = sizeof rows / sizeof *rows};
    lyt_had had = {0};

    for (size_t i = 0; i < text.n_tokens; i++) {
        tokens[i] = word(rows[i].word, 0, 0);
        tokens[i].clause = (uint16_t)rows[i].clause;
    }
    for (size_t i = 0; i < text.n_tokens; i++)
        cr_expect_eq(lyt_feature_first(&had, &text, i, tokens[i].norm), rows[i].first, "row %zu",
                     i);
}

/* Nobody counts back for ever: what was there before the last 256 tokens is new. */
Test(feature, a_word_is_forgotten_after_a_while)
{
    enum { between = 255, n = between + 2 };
    lyt_token tokens[n + 1];
    lyt_text text = {.tokens = tokens, .n_tokens = n + 1};

    for (int late = 0; late < 2; late++) {
        lyt_had had = {0};
        int first = -1;

        for (int i = 0; i < n + late; i++)
            tokens[i] = word(i == 0 || i == n + late - 1 ? "no" : "yes", 0, 0);
        for (int i = 0; i < n + late; i++)
            first = lyt_feature_first(&had, &text, (size_t)i, tokens[i].norm);
        cr_expect_eq(first, late ? LYT_FIRST_OF_BOTH : 0);
    }
}
