#include "sentence.h"

#include <string.h>

enum { words_min = 2, piece_words_min = 3, long_tokens = 20 };

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

/* The first clause behind the piece that begins with clause `from` of a sentence that ends at
 * `end`.
 */
static size_t piece_end(const lyt_text *text, size_t from, size_t end)
{
    size_t words = 0, rest = 0, at = from;

    while (at < end && words < piece_words_min)
        words += telling_words(text, &text->clauses[at++]);
    for (size_t k = at; k < end && rest < piece_words_min; k++)
        rest += telling_words(text, &text->clauses[k]);
    return rest < piece_words_min ? end : at;
}

typedef struct cutting {
    const lyt_text *text;
    lyt_arena *arena;
    lyt_sentence *list; /* lyt_stretches_max */
    size_t n;
} cutting;

static lyt_status add(cutting *c, size_t from, size_t end, bool is_piece)
{
    lyt_sentence *sentence = &c->list[c->n++];
    lyt_status status = take(c->text, from, end, c->arena, sentence);

    sentence->is_piece = is_piece;
    return status;
}

static lyt_status add_pieces(cutting *c, size_t from, size_t end)
{
    const lyt_clause *clauses = c->text->clauses;
    lyt_status status = LYT_OK;
    size_t n = 0;

    if (clauses[end - 1].end - clauses[from].first < long_tokens)
        return LYT_OK;
    for (size_t at = from; at < end; n++)
        at = piece_end(c->text, at, end);
    if (n < 2 || c->n + n > lyt_stretches_max)
        return LYT_OK;
    for (size_t at = from, next; !status && at < end; at = next) {
        next = piece_end(c->text, at, end);
        status = add(c, at, next, true);
    }
    return status;
}

lyt_status lyt_sentences_find(const lyt_text *text, bool with_pieces, lyt_arena *arena,
                              lyt_sentence **out, size_t *n)
{
    const size_t all = text->n_clauses > 1 ? count(text) : 0;
    const size_t each = (all + lyt_sentences_max - 1) / lyt_sentences_max;
    cutting c = {.text = text, .arena = arena};
    lyt_status status = LYT_OK;

    *out = NULL;
    *n = 0;
    if (all < 2 && !(with_pieces && text->n_tokens >= long_tokens))
        return LYT_OK;
    c.list = lyt_arena_room(arena, lyt_stretches_max, sizeof *c.list);
    if (!c.list)
        return lyt_arena_status(arena);
    for (size_t at = 0, end = 0; !status && all && at < text->n_clauses; at = end) {
        for (size_t k = 0; k < each && end < text->n_clauses; k++)
            end = with_small(text, sentence_end(text, end));
        if (all > 1)
            status = add(&c, at, end, false);
        if (!status && with_pieces && each == 1)
            status = add_pieces(&c, at, end);
    }
    if (status)
        return status;
    *out = c.list;
    *n = c.n;
    return LYT_OK;
}
