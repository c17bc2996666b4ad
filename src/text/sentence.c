#include "sentence.h"

#include <string.h>

#include "wordrow.h"

enum {
    words_min = 2,
    piece_words_min = 3,
    long_tokens = 20,
    run_on_tokens = 14, /* of a piece, from which it is heard window by window, too */
    window_tokens = 10,
    window_step = 5,
    courtesy_words_max = 6,
    names_max = 2
};

/* "Not clean." says something; "It was." and "Room 214." do not. */
static size_t telling_tokens(const lyt_text *text, size_t first, size_t end)
{
    size_t n = 0;

    for (size_t i = first; i < end; i++) {
        const lyt_token *token = &text->tokens[i];
        const bool is_small = (token->flags & (LYT_TOKEN_STOP | LYT_TOKEN_BREAKER)) &&
                              !(token->flags & LYT_TOKEN_NEGATOR);

        n += (token->kind == LYT_TOKEN_WORD || token->kind == LYT_TOKEN_HASHTAG) && !is_small;
    }
    return n;
}

static size_t telling_words(const lyt_text *text, const lyt_clause *clause)
{
    return telling_tokens(text, clause->first, clause->end);
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
    size_t lens[courtesy_words_max + 1], n_names = 0;
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
        lens[row.n_words] = row.len;
        n_names = may_be_name(token) ? n_names + 1 : 0;
    }
    for (size_t left = 0; row.n_words > left && left <= n_names && left <= names_max; left++)
        if (lyt_lexis_has(text->lexis, -1, LYT_WORD_COURTESY,
                          (lyt_str){row.bytes, lens[row.n_words - left]}))
            return true;
    return !row.len;
}

/* Clauses from one on up to the end of a sentence, as they were written. */
typedef struct stretch {
    size_t end;
    size_t words; /* that say something */
} stretch;

static stretch stretch_at(const lyt_text *text, size_t from)
{
    stretch s = {from, 0};

    do
        s.words += telling_words(text, &text->clauses[s.end]);
    while (!text->clauses[s.end++].is_last && s.end < text->n_clauses);
    return s;
}

static bool are_courtesies(const lyt_text *text, size_t from, size_t end)
{
    while (from < end && is_courtesy(text, &text->clauses[from]))
        from++;
    return from == end;
}

/* A sentence without the courtesies that it begins and ends with: clauses. */
typedef struct found {
    size_t from, end;
} found;

/* False: none is left from clause *at on. *at: behind the sentence. */
static bool next_sentence(const lyt_text *text, size_t *at, found *out)
{
    size_t words = 0;

    while (*at < text->n_clauses && is_courtesy(text, &text->clauses[*at]))
        ++*at;
    out->from = *at;
    while (*at < text->n_clauses) {
        const stretch s = stretch_at(text, *at);

        if (words >= words_min && (s.words >= words_min || are_courtesies(text, *at, s.end)))
            break;
        words += s.words;
        *at = s.end;
    }
    out->end = *at;
    while (out->end > out->from && is_courtesy(text, &text->clauses[out->end - 1]))
        out->end--;
    return out->end > out->from;
}

/* Whether more than marks stands before clause `from` or behind the one before `end`. */
static bool leaves_something(const lyt_text *text, size_t from, size_t end)
{
    const size_t first = text->clauses[from].first, behind = text->clauses[end - 1].end;

    for (size_t i = 0; i < text->n_tokens; i = i + 1 == first ? behind : i + 1)
        if ((i < first || i >= behind) && text->tokens[i].kind != LYT_TOKEN_PUNCT)
            return true;
    return false;
}

/* What a clause keeps of itself in a stretch that has only tokens [first, end) of it. */
static void cut(const lyt_text *text, size_t first, size_t end, lyt_clause *clause)
{
    clause->first = (uint32_t)first;
    clause->end = (uint32_t)end;
    clause->start = text->tokens[first].start;
    clause->stop = text->tokens[end - 1].end;
    clause->polarity = 0;
    clause->has_negator = false;
    for (size_t i = first; i < end; i++) {
        clause->polarity += text->tokens[i].polarity;
        clause->has_negator |= (text->tokens[i].flags & LYT_TOKEN_NEGATOR) != 0;
    }
    clause->negative = clause->polarity < 0 || (clause->polarity == 0 && clause->has_negator);
}

/* Tokens [first, behind) as a text. */
static lyt_status take(const lyt_text *text, size_t first, size_t behind, lyt_arena *arena,
                       lyt_sentence *out)
{
    const size_t from = text->tokens[first].clause, end = text->tokens[behind - 1].clause + 1u;
    const size_t n_tokens = behind - first;
    lyt_token *tokens = lyt_arena_room(arena, n_tokens, sizeof *tokens);
    lyt_clause *clauses = lyt_arena_room(arena, end - from, sizeof *clauses);

    if (!tokens || !clauses)
        return lyt_arena_status(arena);
    memcpy(tokens, text->tokens + first, n_tokens * sizeof *tokens);
    memcpy(clauses, text->clauses + from, (end - from) * sizeof *clauses);
    for (size_t i = 0; i < end - from; i++)
        if (clauses[i].first < first || clauses[i].end > behind)
            cut(text, clauses[i].first < first ? first : clauses[i].first,
                clauses[i].end > behind ? behind : clauses[i].end, &clauses[i]);
    for (size_t i = 0; i < n_tokens; i++)
        tokens[i].clause = (uint16_t)(tokens[i].clause - from);
    for (size_t i = 0; i < end - from; i++) {
        clauses[i].first -= (uint32_t)first;
        clauses[i].end -= (uint32_t)first;
    }
    *out = (lyt_sentence){.text = *text,
                          .first = (uint32_t)first,
                          .end = (uint32_t)behind,
                          .first_clause = (uint32_t)from};
    out->text.tokens = tokens;
    out->text.n_tokens = n_tokens;
    out->text.clauses = clauses;
    out->text.n_clauses = end - from;
    return LYT_OK;
}

/* The first clause behind a piece that begins with clause `from`; `end` is its sentence's. */
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

/* Tokens [first, end). */
static lyt_status add(cutting *c, size_t first, size_t end, bool is_piece)
{
    lyt_sentence *sentence = &c->list[c->n++];
    lyt_status status = take(c->text, first, end, c->arena, sentence);

    sentence->is_piece = is_piece;
    return status;
}

/* Where the window that begins at token `at` ends; the last takes what is left. */
static size_t window_end(size_t at, size_t end)
{
    return end - at < window_tokens + (window_step + 1) / 2 ? end : at + window_tokens;
}

/*
 * Who writes on without marks is heard some words at a time. Windows overlap by half, so that what
 * takes five words to say stands in one of them, wherever it stands.
 */
static lyt_status add_windows(cutting *c, size_t first, size_t end)
{
    lyt_status status = LYT_OK;
    size_t n = 1;

    if (end - first < run_on_tokens)
        return LYT_OK;
    for (size_t at = first; window_end(at, end) < end; at += window_step)
        n++;
    if (c->n + n > lyt_stretches_max)
        return LYT_OK;
    for (size_t at = first; !status && n > 0; at += window_step, n--)
        if (telling_tokens(c->text, at, window_end(at, end)) >= words_min)
            status = add(c, at, window_end(at, end), true);
    return status;
}

static lyt_status add_pieces(cutting *c, size_t from, size_t end)
{
    const lyt_clause *clauses = c->text->clauses;
    const bool is_long = clauses[end - 1].end - clauses[from].first >= long_tokens;
    lyt_status status = LYT_OK;
    size_t n = 0;
    bool is_cut;

    for (size_t at = from; at < end; n++)
        at = piece_end(c->text, at, end);
    is_cut = is_long && n > 1 && c->n + n <= lyt_stretches_max;
    for (size_t at = from, next; !status && is_cut && at < end; at = next) {
        next = piece_end(c->text, at, end);
        status = add(c, clauses[at].first, clauses[next - 1].end, true);
    }
    for (size_t at = from, next; !status && at < end; at = next) {
        next = piece_end(c->text, at, end);
        status = add_windows(c, clauses[at].first, clauses[next - 1].end);
    }
    return status;
}

/* All sentences together without the greeting before them and the thanks behind. */
static lyt_status add_polite(cutting *c, size_t from, size_t end)
{
    const lyt_clause *clauses = c->text->clauses;
    lyt_status status;

    if (!leaves_something(c->text, from, end))
        return LYT_OK;
    status = add(c, clauses[from].first, clauses[end - 1].end, false);
    c->list[c->n - 1].is_all = true;
    return status;
}

/* Of a long list several are taken together, and none is cut. */
static lyt_status add_all(cutting *c, const found *all, size_t n, bool with_pieces)
{
    const size_t each = (n + lyt_sentences_max - 1) / lyt_sentences_max;
    lyt_status status = LYT_OK;

    for (size_t i = 0; !status && i < n; i += each) {
        const size_t last = (n - i < each ? n : i + each) - 1;

        if (leaves_something(c->text, all[i].from, all[last].end))
            status = add(c, c->text->clauses[all[i].from].first,
                         c->text->clauses[all[last].end - 1].end, false);
    }
    if (!status && n > 1 && (all[0].from > 0 || all[n - 1].end < c->text->n_clauses))
        status = add_polite(c, all[0].from, all[n - 1].end);
    for (size_t i = 0; !status && with_pieces && each == 1 && i < n; i++)
        status = add_pieces(c, all[i].from, all[i].end);
    return status;
}

lyt_status lyt_sentences_find(const lyt_text *text, bool with_pieces, lyt_arena *arena,
                              lyt_sentence **out, size_t *n)
{
    cutting c = {.text = text, .arena = arena};
    size_t at = 0, n_all = 0;
    lyt_status status;
    found *all;

    *out = NULL;
    *n = 0;
    if (text->n_clauses < 2 && (!with_pieces || text->n_tokens < run_on_tokens))
        return LYT_OK;
    all = lyt_arena_room(arena, text->n_clauses + 1, sizeof *all); /* the last is none */
    c.list = lyt_arena_room(arena, lyt_stretches_max, sizeof *c.list);
    if (!all || !c.list)
        return lyt_arena_status(arena);
    while (next_sentence(text, &at, &all[n_all]))
        n_all++;
    status = add_all(&c, all, n_all, with_pieces);
    if (status)
        return status;
    *out = c.list;
    *n = c.n;
    return LYT_OK;
}
