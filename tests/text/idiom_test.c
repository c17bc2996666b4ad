#include "textbed.h"

LYT_SUITE(idiom);

enum { values_max = 8 };

typedef struct idiombed {
    lyt_lexis *lexis;
    lyt_textspace *space;
    lyt_arena *arena;
} idiombed;

static lyt_lexis *idioms(void)
{
    static const struct {
        const char *row;
        int value;
    } rows[] = {
        {"rip", -1},
        {"rip off", -3},
        {"off", -1},
        {"hot", -1},
        {"hot water", 0},
        {"hot water bottle", 2},
        {"don't bother", -3},
        {"bother", -1},
        {"could not be better", 3},
        {"better", 1},
        {"nice", 2},
        {"let down", -2},
        {"so it isn't nice", -3},
    };
    lyt_lexis *lexis;
    lyt_language en;

    cr_assert_eq(lyt_lexis_new(&lexis, NULL), LYT_OK);
    cr_assert_eq(
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), (lyt_str){NULL, 0}, &en),
        LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_NEGATOR, LYT_STR("not")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_NEGATOR, LYT_STR("n't")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_BREAKER, LYT_STR("but")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_word(lexis, en, LYT_WORD_TIME, LYT_STR("let it be")), LYT_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_eq(lyt_lexis_add_polarity(lexis, en, lyt_str_of(rows[i].row), rows[i].value),
                     LYT_OK);
    cr_assert_eq(lyt_lexis_add_concept(lexis, en, LYT_STR("bath"), LYT_STR("hot water")), LYT_OK);
    cr_assert_eq(lyt_lexis_add_concept(lexis, en, LYT_STR("staff"), LYT_STR("front desk")), LYT_OK);
    cr_assert_eq(lyt_lexis_seal(lexis), LYT_OK);
    return lexis;
}

static void idioms_open(idiombed *bed)
{
    lyt_error err = {.code = LYT_OK};

    bed->lexis = idioms();
    cr_assert_eq(lyt_textspace_new(&bed->space,
                                   &(lyt_textspace_options){.lexis = bed->lexis, .seed = 42}, &err),
                 LYT_OK, "%s", err.text);
    cr_assert_eq(lyt_arena_new(&bed->arena, NULL, "message", 64 << 20), LYT_OK);
}

static void idioms_close(idiombed *bed)
{
    lyt_textspace_free(bed->space);
    lyt_lexis_free(bed->lexis);
    lyt_arena_free(bed->arena);
}

static lyt_text idioms_read(idiombed *bed, const char *message)
{
    lyt_text text;

    lyt_arena_reset(bed->arena);
    cr_assert_eq(lyt_text_analyze(bed->space, NULL, lyt_str_of(message), 0, bed->arena, &text),
                 LYT_OK, "%s", message);
    return text;
}

Test(idiom, a_row_of_words_has_the_value_of_the_row)
{
    static const struct {
        int line;
        const char *message;
        size_t n;
        int values[values_max];
    } rows[] = {
        {__LINE__, "Rip off", 2, {-3, 0}},
        {__LINE__, "rip", 1, {-1}},
        {__LINE__, "rip, off", 3, {-1, 0, -1}},
        {__LINE__, "rip but off", 3, {-1, 0, -1}},
        {__LINE__, "nice rip off", 3, {2, -3, 0}},
        {__LINE__, "rip rip off off", 4, {-1, -3, 0, -1}},
        {__LINE__, "not rip off", 3, {0, 3, 0}},
        {__LINE__, "hot", 1, {-1}},
        {__LINE__, "hot water", 2, {0, 0}},
        {__LINE__, "hot water bottle", 3, {2, 0, 0}},
        {__LINE__, "don't bother", 3, {-3, 0, 0}},
        {__LINE__, "so it isn't nice", 5, {-3, 0, 0, 0, 0}},
        {__LINE__, "so it is nice", 4, {0, 0, 0, 2}},
        {__LINE__, "could not be better", 4, {3, 0, 0, 0}},
        {__LINE__, "could not be nice", 4, {0, 0, 0, -2}},
        {__LINE__, "let it be", 3, {0, 0, 0}},
        {__LINE__, "let", 1, {0}},
        {__LINE__, "front desk nice", 3, {0, 0, 2}},
    };
    idiombed bed;

    idioms_open(&bed);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_text text = idioms_read(&bed, rows[i].message);

        cr_assert_eq(text.n_tokens, rows[i].n, "line %d: %zu", rows[i].line, text.n_tokens);
        for (size_t k = 0; k < text.n_tokens; k++)
            cr_expect_eq(text.tokens[k].polarity, rows[i].values[k], "line %d, token %zu: %d",
                         rows[i].line, k, text.tokens[k].polarity);
    }
    idioms_close(&bed);
}

Test(idiom, the_first_word_speaks_of_what_the_row_speaks_of)
{
    static const struct {
        int line;
        const char *message;
        const char *first; /* concept of the first word, NULL for none */
    } rows[] = {
        {__LINE__, "hot water", "bath"},   {__LINE__, "hot", NULL},
        {__LINE__, "hot, water", NULL},    {__LINE__, "hot water bottle", NULL},
        {__LINE__, "front desk", "staff"}, {__LINE__, "front of the desk", NULL},
    };
    idiombed bed;

    idioms_open(&bed);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lyt_text text = idioms_read(&bed, rows[i].message);
        uint64_t expected = 0;

        for (size_t c = 0; c < lyt_lexis_concepts(bed.lexis); c++)
            if (rows[i].first && !strcmp(rows[i].first, lyt_lexis_concept_name(bed.lexis, c)))
                expected = (uint64_t)1 << c;
        cr_expect_eq(text.tokens[0].concepts, expected, "line %d", rows[i].line);
        for (size_t k = 1; k < text.n_tokens; k++)
            cr_expect_eq(text.tokens[k].concepts, 0, "line %d", rows[i].line);
    }
    idioms_close(&bed);
}

Test(idiom, a_row_too_long_for_any_lexicon_is_no_trouble)
{
    enum { words = 200 };
    char message[words * 4 + 1];
    idiombed bed;
    lyt_text text;

    for (size_t i = 0; i < words; i++)
        memcpy(message + 4 * i, "hot ", 4);
    message[words * 4] = '\0';
    idioms_open(&bed);
    text = idioms_read(&bed, message);
    cr_expect_eq(text.n_tokens, words);
    cr_expect_eq(text.clauses[0].polarity, -words);
    idioms_close(&bed);
}
