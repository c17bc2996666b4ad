/*
 * Any bytes: those that are not UTF-8 are left out at the border, the rest is taken
 * apart twice, warm and cold, and must come out the same and in order.
 */
#include <stdlib.h>

#include "text.h"
#include "valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lyt_lexis *make_lexis(void)
{
    lyt_lexis *lexis;
    lyt_language en, da;

    if (lyt_lexis_new(&lexis, NULL) ||
        lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"), (lyt_str){NULL, 0}, &en) ||
        lyt_lexis_add_language(lexis, LYT_STR("da"), LYT_STR("danish"), (lyt_str){NULL, 0}, &da) ||
        lyt_lexis_add_word(lexis, en, LYT_WORD_NEGATOR, LYT_STR("not")) ||
        lyt_lexis_add_word(lexis, da, LYT_WORD_BREAKER, LYT_STR("men")) ||
        lyt_lexis_add_word(lexis, da, LYT_WORD_PLACE_SUFFIX, LYT_STR("'eren")) ||
        lyt_lexis_add_lemma(lexis, da, LYT_STR("var"), LYT_STR("være")) ||
        lyt_lexis_add_abbreviation(lexis, en, LYT_STR("rm"), LYT_STR("room")) ||
        lyt_lexis_add_polarity(lexis, en, LYT_STR("bad"), -2) || lyt_lexis_seal(lexis))
        abort();
    return lexis;
}

static lyt_langid *make_langid(void)
{
    const lyt_langid_sample samples[] = {
        {.code = "en", .text = LYT_STR("the room is not clean and nobody came when we asked")},
        {.code = "da",
         .text = LYT_STR("værelset er ikke gjort rent og der kom ingen da vi spurgte")},
    };
    lyt_langid *langid;

    if (lyt_langid_train(&langid, NULL, samples, 2, NULL))
        abort();
    return langid;
}

static void check(const lyt_text *text)
{
    size_t before = 0;

    for (size_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        if (t->start < before || t->end <= t->start || t->end > text->original.len ||
            t->clause >= text->n_clauses || lyt_utf8_check(t->norm, NULL) ||
            lyt_utf8_check(t->stem, NULL))
            abort();
        before = t->end;
    }
    if (!(text->probability >= 0 && text->probability <= 1) || text->likeliest > 1)
        abort();
    for (size_t i = 0; i < text->n_clauses; i++)
        if (text->clauses[i].language < -1 || text->clauses[i].language > 1)
            abort();
}

static void compare(const lyt_text *a, const lyt_text *b)
{
    if (a->n_tokens != b->n_tokens || a->n_clauses != b->n_clauses)
        abort();
    for (size_t i = 0; i < a->n_tokens; i++)
        if (!lyt_str_equal(a->tokens[i].norm, b->tokens[i].norm) ||
            !lyt_str_equal(a->tokens[i].stem, b->tokens[i].stem) ||
            a->tokens[i].flags != b->tokens[i].flags)
            abort();
    for (size_t i = 0; i < a->n_clauses; i++)
        if (a->clauses[i].language != b->clauses[i].language)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lyt_lexis *lexis;
    static lyt_textspace *space;
    static lyt_arena *cold, *warm;
    char *bytes;
    lyt_str message;
    lyt_text first, again;
    lyt_language hint = size ? data[0] % 3 - 1 : -1;

    if (!lexis) {
        lexis = make_lexis();
        if (lyt_textspace_new(
                &space, &(lyt_textspace_options){.lexis = lexis, .langid = make_langid()}, NULL) ||
            lyt_arena_new(&cold, NULL, "cold", 64 << 20) ||
            lyt_arena_new(&warm, NULL, "warm", 64 << 20))
            abort();
    }
    bytes = malloc(size + 1);
    if (!bytes)
        abort();
    message = (lyt_str){bytes, keep_valid(data, size, bytes)};
    lyt_arena_reset(cold);
    lyt_arena_reset(warm);
    if (lyt_text_analyze(space, NULL, message, hint, cold, &first) == LYT_OK) {
        check(&first);
        if (lyt_text_analyze(space, NULL, message, hint, warm, &again))
            abort();
        compare(&first, &again);
    }
    free(bytes);
    return 0;
}
