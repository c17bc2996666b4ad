#include "sentence.h"

#include <string.h>

#include "wordrow.h"

enum {
    words_min = 2,
    piece_words_min = 3,
    long_tokens = 20,
    courtesy_words_max = 6,
    names_max = 2
};

/* "Not clean." says something; "It was." and "Room 214." do not. */
static size_t telling_words(const lyt_text *text, const lyt_clause *clause)
{
    size_t n = 0;

    for (size_t i = clause->first; i < clause->end; i++) {
        const lyt_token *token = &text->tokens[i];
        const bool is_small = (token->flags & (LYT_TOKEN_STOP | LYT_TOKEN_BREAKER)) &&
                              !(token->flags & LYT_TOKEN_NEGATOR);

        n += (token->kind == LYT_TOKEN_WORD || token->kind == LYT_TOKEN_HASHTAG) && !is_small;
    }
    return n;
}

/* It may be somebody's name: nothing is known of it. */
static bool may_be_name(const lyt_token *token)
{
    return !token->concepts && !token->polarity &&
           !(token->flags & (LYT_TOKEN_STOP | LYT_TOKEN_NEGATOR | LYT_TOKEN_BREAKER));
}

/* "Hello," "Thanks John" and emoji that complain of nothing. */
static bool is_courtesy(const lyt_text *text, const lyt_clause *clause)
{
    size_t n_names = 0;
    bool is_said = false;
    lyt_wordrow row;

    if (clause->question || clause->has_negator || clause->polarity < 0)
        return false;
    lyt_wordrow_begin(&row, clause->first);
    for (size_t i = clause->first; i < clause->end; i++) {
        const lyt_token *token = &text->tokens[i];
        const bool is_apart = !lyt_wordrow_is_clitic(text->tokens, i);

        if (token->kind == LYT_TOKEN_PUNCT || token->kind == LYT_TOKEN_EMOJI)
            continue;
        if (token->kind != LYT_TOKEN_WORD || row.n_words == courtesy_words_max ||
            !lyt_wordrow_add_token(&row, token->norm, is_apart))
            return false;
        row.n_words += is_apart;
        if (lyt_lexis_has(text->lexis, -1, LYT_WORD_COURTESY, lyt_wordrow_str(&row))) {
            is_said = true;
            n_names = 0;
        } else if (is_said && (n_names++ == names_max || !may_be_name(token))) {
            is_said = false;
        }
    }
    return !row.len || is_said;
}

/* Clauses up to the end of a sentence, as they were written. */
typedef struct stretch {
    size_t from, end;
    size_t words; /* that say something */
    bool is_courtesy;
} stretch;

static stretch stretch_at(const lyt_text *text, size_t from)
{
    stretch s = {.from = from, .end = from, .is_courtesy = true};

    do {
        const lyt_clause *clause = &text->clauses[s.end];

        s.words += telling_words(text, clause);
        s.is_courtesy = s.is_courtesy && is_courtesy(text, clause);
    } while (!text->clauses[s.end++].is_last && s.end < text->n_clauses);
    return s;
}

/* A sentence without the courtesies that it begins and ends with. */
typedef struct found {
    size_t from, end;
    size_t next; /* clause from which to look for the one behind */
} found;

/* false: none is left from clause `from` on. */
static bool next_sentence(const lyt_text *text, size_t from, found *out)
{
    size_t words = 0;

    while (from < text->n_clauses && is_courtesy(text, &text->clauses[from]))
        from++;
    *out = (found){from, from, from};
    while (out->next < text->n_clauses) {
        const stretch s = stretch_at(text, out->next);

        if (words >= words_min && (s.words >= words_min || s.is_courtesy))
            break;
        words += s.words;
        out->next = s.end;
    }
    out->end = out->next;
    while (out->end > from && is_courtesy(text, &text->clauses[out->end - 1]))
        out->end--;
    return out->end > from;
}

static size_t count(const lyt_text *text)
{
    found s = {0, 0, 0};
    size_t n = 0;

    while (next_sentence(text, s.next, &s))
        n++;
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
    found s = {0, 0, 0};

    *out = NULL;
    *n = 0;
    if (!all)
        return LYT_OK;
    c.list = lyt_arena_room(arena, lyt_stretches_max, sizeof *c.list);
    if (!c.list)
        return lyt_arena_status(arena);
    while (!status && next_sentence(text, s.next, &s)) {
        const size_t from = s.from;

        for (size_t k = 1; k < each && next_sentence(text, s.next, &s); k++)
            continue;
        if (s.end - from < text->n_clauses)
            status = add(&c, from, s.end, false);
        if (!status && with_pieces && each == 1)
            status = add_pieces(&c, from, s.end);
    }
    if (status)
        return status;
    *out = c.list;
    *n = c.n;
    return LYT_OK;
}
