/*
 * Any text: every token lies in exactly one clause, clauses follow one another, and what is
 * negated has a negator at most five words before it in its clause.
 */
#include <stdlib.h>

#include "sentence.h"
#include "valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_space(lyt_textspace **space)
{
    static const char *const negators[] = {"not", "n't", "ikke"};
    static const char *const breakers[] = {"but", "men"};
    lyt_lexis *lexis;
    lyt_language en;
    lyt_status status = lyt_lexis_new(&lexis, NULL);

    if (!status)
        status = lyt_lexis_add_language(lexis, LYT_STR("en"), LYT_STR("english"),
                                        (lyt_str){NULL, 0}, &en);
    for (size_t i = 0; !status && i < sizeof negators / sizeof *negators; i++)
        status = lyt_lexis_add_word(lexis, en, LYT_WORD_NEGATOR, lyt_str_of(negators[i]));
    for (size_t i = 0; !status && i < sizeof breakers / sizeof *breakers; i++)
        status = lyt_lexis_add_word(lexis, en, LYT_WORD_BREAKER, lyt_str_of(breakers[i]));
    if (!status)
        status = lyt_lexis_add_polarity(lexis, en, LYT_STR("bad"), -2);
    if (!status)
        status = lyt_lexis_seal(lexis);
    if (status || lyt_textspace_new(space, &(lyt_textspace_options){.lexis = lexis}, NULL))
        abort();
}

static bool is_word(const lyt_token *t)
{
    return t->kind == LYT_TOKEN_WORD || t->kind == LYT_TOKEN_HASHTAG;
}

/* is_cut: it began before the text did, perhaps with a negator. */
static void check_clause(const lyt_text *text, const lyt_clause *clause, bool is_cut)
{
    bool has_negator = false;
    int polarity = 0, left = is_cut ? 5 : 0;

    for (uint32_t i = clause->first; i < clause->end; i++) {
        const lyt_token *t = &text->tokens[i];

        polarity += t->polarity;
        if (t->flags & LYT_TOKEN_NEGATOR) {
            has_negator = true;
            left = 5;
        } else {
            if ((t->flags & LYT_TOKEN_NEGATED) && left == 0)
                abort();
            left -= is_word(t) && left > 0;
        }
        if (t->clause != (size_t)(clause - text->clauses))
            abort();
    }
    if (polarity != clause->polarity || has_negator != clause->has_negator ||
        clause->start != text->tokens[clause->first].start ||
        clause->stop != text->tokens[clause->end - 1].end)
        abort();
}

static void check(const lyt_text *text, bool is_cut)
{
    uint32_t before = 0;

    for (size_t i = 0; i < text->n_clauses; i++) {
        const lyt_clause *clause = &text->clauses[i];

        if (clause->first != before || clause->end <= clause->first || clause->end > text->n_tokens)
            abort();
        check_clause(text, clause, is_cut && i == 0);
        before = clause->end;
    }
    if (before != text->n_tokens)
        abort();
}

static void check_sentence(const lyt_text *text, const lyt_sentence *s)
{
    const lyt_clause *first = &text->clauses[s->first_clause];

    if (s->end - s->first != s->text.n_tokens || s->end > text->n_tokens ||
        s->text.n_tokens == text->n_tokens || s->first < first->first || s->first >= first->end)
        abort();
    if (!s->is_piece && s->first != first->first)
        abort();
    for (size_t k = 0; k < s->text.n_tokens; k++)
        if (s->text.tokens[k].start != text->tokens[s->first + k].start)
            abort();
    check(&s->text, s->first > first->first);
}

/* Sentences in order, and behind them pieces of them; each is a sound text of its own. */
static void check_sentences(const lyt_text *text, lyt_arena *arena)
{
    lyt_sentence *list;
    uint32_t before = 0;
    size_t n, n_sentences = 0;

    if (lyt_sentences_find(text, true, arena, &list, &n) || n > lyt_stretches_max)
        abort();
    for (size_t i = 0; i < n; i++) {
        size_t of = 0;

        check_sentence(text, &list[i]);
        if (!list[i].is_piece) {
            if (n_sentences++ < i || (list[i].first < before && !list[i].is_all))
                abort();
            before = list[i].end;
            continue;
        }
        while (of < n_sentences && (list[i].first < list[of].first || list[i].end > list[of].end))
            of++;
        if (n_sentences > 0 && of == n_sentences)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lyt_textspace *space;
    static lyt_arena *arena;
    char *bytes = malloc(size + 1);
    lyt_text text;

    if (!bytes || (!arena && lyt_arena_new(&arena, NULL, "fuzz", 64 << 20)))
        abort();
    if (!space)
        make_space(&space);
    lyt_arena_reset(arena);
    if (lyt_text_analyze(space, NULL, (lyt_str){bytes, keep_valid(data, size, bytes)}, 0, arena,
                         &text) == LYT_OK) {
        check(&text, false);
        check_sentences(&text, arena);
    }
    free(bytes);
    return 0;
}
