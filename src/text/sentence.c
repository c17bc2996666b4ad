#include "sentence.h"

#include <string.h>

enum { words_min = 2 };

/* "Not clean." says something; "It was." and "Room 214." do not. */
static size_t telling_words(const lyt_text *text, const lyt_clause *clause)
{
    size_t n = 0;

    for (size_t i = clause->first; i < clause->end; i++) {
        const lyt_token *token = &text->tokens[i];
        const bool is_small = (token->flags & (LYT_TOKEN_STOP | LYT_TOKEN_BREAKER)) &&
                              !(token->flags & LYT_TOKEN_NEGATOR);

        n += token->kind != LYT_TOKEN_PUNCT && token->kind != LYT_TOKEN_NUMBER && !is_small;
    }
    return n;
}

/* The first clause behind the sentence that begins with clause `from`. */
static size_t sentence_end(const lyt_text *text, size_t from)
{
    size_t words = 0, at = from;

    for (; at < text->n_clauses; at++) {
        words += telling_words(text, &text->clauses[at]);
        if (text->clauses[at].is_last && words >= words_min)
            return at + 1;
    }
    return at;
}

/* Small ones that follow belong to it. */
static size_t with_small(const lyt_text *text, size_t end)
{
    while (end < text->n_clauses) {
        size_t words = 0, at = end;

        do
            words += telling_words(text, &text->clauses[at]);
        while (!text->clauses[at++].is_last && at < text->n_clauses);
        if (words >= words_min)
            return end;
        end = at;
    }
    return end;
}

static size_t count(const lyt_text *text)
{
    size_t n = 0;

    for (size_t at = 0; at < text->n_clauses; n++)
        at = with_small(text, sentence_end(text, at));
    return n;
}

static lyt_status take(const lyt_text *text, size_t from, size_t end, lyt_arena *arena,
                       lyt_sentence *out)
{
    const uint32_t first = text->clauses[from].first;
    const size_t n_tokens = text->clauses[end - 1].end - first;
    lyt_token *tokens = lyt_arena_room(arena, n_tokens, sizeof *tokens);
    lyt_clause *clauses = lyt_arena_room(arena, end - from, sizeof *clauses);

    if (!tokens || !clauses)
        return lyt_arena_status(arena);
    memcpy(tokens, text->tokens + first, n_tokens * sizeof *tokens);
    memcpy(clauses, text->clauses + from, (end - from) * sizeof *clauses);
    for (size_t i = 0; i < n_tokens; i++)
        tokens[i].clause = (uint16_t)(tokens[i].clause - from);
    for (size_t i = 0; i < end - from; i++) {
        clauses[i].first -= first;
        clauses[i].end -= first;
    }
    *out = (lyt_sentence){.text = *text,
                          .first = first,
                          .end = first + (uint32_t)n_tokens,
                          .first_clause = (uint32_t)from};
    out->text.tokens = tokens;
    out->text.n_tokens = n_tokens;
    out->text.clauses = clauses;
    out->text.n_clauses = end - from;
    return LYT_OK;
}

lyt_status lyt_sentences_find(const lyt_text *text, lyt_arena *arena, lyt_sentence **out, size_t *n)
{
    const size_t all = text->n_clauses > 1 ? count(text) : 1;
    const size_t each = (all + lyt_sentences_max - 1) / lyt_sentences_max;
    lyt_sentence *list;

    *out = NULL;
    *n = 0;
    if (all < 2)
        return LYT_OK;
    list = lyt_arena_room(arena, (all + each - 1) / each, sizeof *list);
    if (!list)
        return lyt_arena_status(arena);
    for (size_t at = 0, end = 0; at < text->n_clauses; at = end) {
        lyt_status status;

        for (size_t k = 0; k < each && end < text->n_clauses; k++)
            end = with_small(text, sentence_end(text, end));
        status = take(text, at, end, arena, &list[(*n)++]);
        if (status)
            return status;
    }
    *out = list;
    return LYT_OK;
}
