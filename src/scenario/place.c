#include "place.h"

#include <string.h>

#include "personal.h"

/*
 * A number has a place when a word says so ("room 214", "214'eren"), or when it
 * looks like a room and nothing says what else it counts: three digits, or four
 * behind a small word ("in 1204") that are no year. Names of months and units are
 * the lexicon's; joined numbers ("12-11", "20 45 12 33") are dates and phones.
 */
enum { run_max = 4, run_bytes = 96, strong = 2, weak = 1 };

typedef struct lookup {
    const lyt_lexis *lexis;
    const lyt_text *text;
} lookup;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Eight bytes at a time: a byte of '0' to '9', and nothing above 0x7F, has its high bit set. */
static uint64_t digit_bits(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones, low = bytes & ~high;

    return (low + (0x80 - '0') * ones) & ~(low + (0x7F - '9') * ones) & ~bytes & high;
}

static bool has_digit(lyt_str s)
{
    uint64_t any = 0, bytes = 0;
    size_t at = 0;

    for (; at + 8 <= s.len; at += 8) {
        memcpy(&bytes, s.ptr + at, 8);
        any |= digit_bits(bytes);
    }
    bytes = 0;
    if (at < s.len)
        memcpy(&bytes, s.ptr + at, s.len - at);
    return (any | digit_bits(bytes)) != 0;
}

/* Where the next digit stands, or the end. */
static size_t next_digit(lyt_str s, size_t from)
{
    while (from < s.len && !is_digit(s.ptr[from]))
        from++;
    return from;
}

static size_t digits(lyt_str s, size_t from)
{
    size_t at = from;

    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at - from;
}

/* A room word of one language is used in another ("room" in Danish): asked of all. */
static bool any_has(const lookup *l, lyt_word_role role, lyt_str word)
{
    return word.len && lyt_lexis_has(l->lexis, -1, role, word);
}

/* What a number counts is asked of the text's own language: "at" is another word in Danish. */
static bool own_has(const lookup *l, lyt_word_role role, lyt_str word)
{
    return word.len && lyt_lexis_has(l->lexis, l->text->language, role, word);
}

static const lyt_token *token_at(const lookup *l, size_t i)
{
    return i < l->text->n_tokens ? &l->text->tokens[i] : NULL;
}

static bool is_mark(const lyt_token *token, const char *mark)
{
    return token && token->kind == LYT_TOKEN_PUNCT && lyt_str_equal(token->norm, lyt_str_of(mark));
}

static bool touches(const lyt_token *a, const lyt_token *b)
{
    return a && b && a->end == b->start;
}

/* Index of the token before i, a full stop ("vær. 214") skipped; SIZE_MAX for none. */
static size_t before(const lookup *l, size_t i)
{
    if (i > 0 && (is_mark(&l->text->tokens[i - 1], ".") || is_mark(&l->text->tokens[i - 1], ":")))
        i--;
    return i > 0 ? i - 1 : SIZE_MAX;
}

/* Do the words around the number, up to run_max of them, make one of that role? */
static bool run_is(const lookup *l, lyt_word_role role, size_t from, bool forward)
{
    char joined[run_bytes];
    size_t len = 0, i = from;

    for (int n = 0; n < run_max && i < l->text->n_tokens; n++) {
        const lyt_token *token = &l->text->tokens[i];
        size_t gap = len ? 1 : 0;

        if (token->norm.len + gap + len > sizeof joined)
            return false;
        if (forward) {
            joined[len] = ' ';
            memcpy(joined + len + gap, token->norm.ptr, token->norm.len);
        } else {
            memmove(joined + token->norm.len + gap, joined, len);
            memcpy(joined, token->norm.ptr, token->norm.len);
            if (gap)
                joined[token->norm.len] = ' ';
        }
        len += token->norm.len + gap;
        if (own_has(l, role, (lyt_str){joined, len}))
            return true;
        i = forward ? i + 1 : before(l, i);
    }
    return false;
}

static bool counts_something(const lookup *l, size_t end)
{
    size_t next = end;

    if (is_mark(token_at(l, next), ".") || is_mark(token_at(l, next), "-"))
        next++;
    return run_is(l, LYT_WORD_NEVER_BEFORE, next, true);
}

static bool is_announced(const lookup *l, size_t first)
{
    size_t last = before(l, first);

    return last != SIZE_MAX && run_is(l, LYT_WORD_NEVER_AFTER, last, false);
}

/* Part of a date, a phone number, a price or a range: figures or their marks right beside it. */
static bool is_joined(const lookup *l, size_t first, size_t end)
{
    const lyt_token *previous = first ? token_at(l, first - 1) : NULL;
    const lyt_token *next = token_at(l, end);
    const lyt_token *after = token_at(l, end + 1);

    if (previous && previous->kind == LYT_TOKEN_NUMBER)
        return true;
    if (next && next->kind == LYT_TOKEN_NUMBER)
        return true;
    if (is_mark(previous, "+") || is_mark(previous, "-") || is_mark(previous, "/"))
        return touches(previous, token_at(l, first));
    if (!touches(token_at(l, end - 1), next))
        return false;
    return lyt_str_begins(next->norm, LYT_STR(",-")) || is_mark(next, "%") || is_mark(next, "/") ||
           (after && touches(next, after) &&
            (after->kind == LYT_TOKEN_NUMBER || is_mark(after, "-")));
}

/* The place word right before: "room 214", "vær. nr. 214", "room number 214", "room #214". */
static bool has_place_word(const lookup *l, size_t first)
{
    static const char *const between[] = {"nr", "no", "number", "nummer", "num", "#"};
    size_t at = before(l, first);

    for (int n = 0; n < 3 && at != SIZE_MAX; n++) {
        lyt_str word = l->text->tokens[at].norm;
        bool skip = false;

        if (any_has(l, LYT_WORD_PLACE, word))
            return true;
        for (size_t i = 0; i < sizeof between / sizeof *between; i++)
            skip = skip || lyt_str_equal(word, lyt_str_of(between[i]));
        if (!skip)
            return false;
        at = before(l, at);
    }
    return false;
}

typedef struct candidate {
    size_t first, end; /* tokens */
    size_t start, n;   /* bytes of the original: the number itself */
    size_t n_digits;
    bool marked; /* a word within says that it is a place */
} candidate;

/* "214'eren": the ending in this token, or in the tokens that touch it. */
static void take_suffix(const lookup *l, candidate *c, lyt_str rest)
{
    const lyt_token *mark = token_at(l, c->end);
    const lyt_token *word = token_at(l, c->end + 1);
    char joined[run_bytes];

    if (rest.len) {
        c->marked = any_has(l, LYT_WORD_PLACE_SUFFIX, rest);
        return;
    }
    if (!touches(token_at(l, c->end - 1), mark))
        return;
    if (any_has(l, LYT_WORD_PLACE_SUFFIX, mark->norm)) {
        c->marked = true;
        c->end++;
    } else if (touches(mark, word) && mark->norm.len + word->norm.len <= sizeof joined) {
        memcpy(joined, mark->norm.ptr, mark->norm.len);
        memcpy(joined + mark->norm.len, word->norm.ptr, word->norm.len);
        if (any_has(l, LYT_WORD_PLACE_SUFFIX, (lyt_str){joined, mark->norm.len + word->norm.len})) {
            c->marked = true;
            c->end += 2;
        }
    }
}

/* [place word]digits[letter|suffix] in one token. */
static bool read_candidate(const lookup *l, size_t i, candidate *out)
{
    const lyt_token *token = &l->text->tokens[i];
    lyt_str written = lyt_str_slice(l->text->original, token->start, token->end);
    lyt_str norm = token->norm, rest;
    size_t head = 0, at = 0, n;

    while (head < norm.len && !is_digit(norm.ptr[head]))
        head++;
    while (at < written.len && !is_digit(written.ptr[at]))
        at++;
    n = digits(norm, head);
    rest = lyt_str_slice(norm, head + n, norm.len);
    if (n == 0 || n > 4)
        return false;
    *out = (candidate){.first = i, .end = i + 1, .n_digits = n};
    out->n = n;
    if (digits(written, at) < n)
        return false;
    out->start = token->start + at;
    if (head)
        out->marked = any_has(l, LYT_WORD_PLACE, lyt_str_slice(norm, 0, head));
    if (head && !out->marked)
        return false;
    if (rest.len == 1 && rest.ptr[0] >= 'a' && rest.ptr[0] <= 'h') {
        out->n++;
        return out->marked || has_place_word(l, i);
    }
    if (!out->marked)
        take_suffix(l, out, rest);
    return rest.len == 0 || out->marked;
}

static bool is_year(lyt_str number)
{
    return number.len == 4 &&
           (lyt_str_begins(number, LYT_STR("19")) || lyt_str_begins(number, LYT_STR("20")));
}

static int judge(const lookup *l, const candidate *c)
{
    const lyt_token *previous = c->first ? token_at(l, c->first - 1) : NULL;
    lyt_str number = lyt_str_slice(l->text->original, c->start, c->start + c->n);

    if (number.ptr[0] == '0' && c->n_digits > 3)
        return 0;
    if (c->marked)
        return strong;
    if (has_place_word(l, c->first))
        return c->n_digits > 2 || !counts_something(l, c->end) ? strong : 0;
    if (is_joined(l, c->first, c->end) || counts_something(l, c->end) || is_announced(l, c->first))
        return 0;
    if (c->n_digits == 3)
        return number.ptr[0] == '0' ? 0 : weak;
    if (c->n_digits == 4 && !is_year(number))
        return previous && (previous->flags & LYT_TOKEN_STOP) ? weak : 0;
    return 0;
}

/* A part of a phone's number, or of another that tells who somebody is: "call 555-3218". */
static bool is_personal(lyt_str text, size_t start, size_t n)
{
    lyt_personal found;

    for (size_t at = 0; lyt_personal_find(&found, text, at, NULL) && found.start < start + n;
         at = found.end)
        if (start < found.end)
            return true;
    return false;
}

lyt_str lyt_place_find(const lyt_lexis *lexis, const lyt_text *text)
{
    lookup l = {lexis, text};
    lyt_str best = {NULL, 0};
    int best_worth = 0;
    size_t digit = 0;

    if (!has_digit(text->original))
        return best;
    for (size_t i = 0; i < text->n_tokens; i++) {
        candidate c;
        int worth;
        const lyt_token *token = &text->tokens[i];

        /* a place is a figure as it was written: most tokens have none */
        if (token->end <= digit)
            continue;
        digit = next_digit(text->original, token->start);
        if (token->end <= digit)
            continue;
        if (token->kind != LYT_TOKEN_NUMBER && token->kind != LYT_TOKEN_WORD &&
            token->kind != LYT_TOKEN_HASHTAG)
            continue;
        if (!has_digit(token->norm) || !read_candidate(&l, i, &c))
            continue;
        worth = judge(&l, &c);
        if (worth == weak && best_worth < weak && is_personal(text->original, c.start, c.n))
            continue;
        if (worth > best_worth) {
            best_worth = worth;
            best = lyt_str_slice(text->original, c.start, c.start + c.n);
        }
    }
    return best;
}
