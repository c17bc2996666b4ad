#include "lexcue.h"

#include <string.h>

enum { row_bytes = 128, row_tokens_max = 16 };

const uint32_t lyt_lexcue_roles =
    1u << LYT_WORD_TIME | 1u << LYT_WORD_INTENSIFIER | 1u << LYT_WORD_HEDGE |
    1u << LYT_WORD_SAFETY | 1u << LYT_WORD_COMPLAINS | 1u << LYT_WORD_REQUESTS |
    1u << LYT_WORD_ASKS | 1u << LYT_WORD_PRAISES | 1u << LYT_WORD_WISHES | 1u << LYT_WORD_CHATS;

/* Words as people see them: "can't" is one, though it is two tokens. */
typedef struct row {
    char bytes[row_bytes];
    size_t len;
    uint32_t end; /* token after the last */
    size_t n_words;
} row;

static bool touches(const lyt_text *text, size_t i)
{
    return i > 0 && text->tokens[i - 1].end == text->tokens[i].start;
}

static bool is_clitic(const lyt_text *text, size_t i)
{
    lyt_str norm = text->tokens[i].norm;

    return touches(text, i) &&
           (lyt_str_equal(norm, LYT_STR("n't")) || lyt_str_begins(norm, LYT_STR("'")));
}

static bool add_token(row *r, lyt_str norm, bool apart)
{
    if (r->len + norm.len + 1 > sizeof r->bytes)
        return false;
    if (apart && r->len)
        r->bytes[r->len++] = ' ';
    memcpy(r->bytes + r->len, norm.ptr, norm.len);
    r->len += norm.len;
    return true;
}

/* Adds the next word; false where the row cannot go on. */
static bool add_word(row *r, const lyt_text *text)
{
    const lyt_token *t;

    if (r->end >= text->n_tokens)
        return false;
    t = &text->tokens[r->end];
    if (t->kind == LYT_TOKEN_PUNCT ||
        (r->n_words && t->clause != text->tokens[r->end - 1].clause) ||
        !add_token(r, t->corrected.ptr ? t->corrected : t->norm, true))
        return false;
    for (r->end++; r->end < text->n_tokens && is_clitic(text, r->end); r->end++)
        if (!add_token(r, text->tokens[r->end].norm, false))
            return false;
    r->n_words++;
    return true;
}

/* The longest row of one language that begins at the token and has one of the roles. */
static bool find_row(const lyt_lexis *lexis, lyt_language language, const lyt_text *text,
                     uint32_t first, uint32_t roles, lyt_lexcue *out)
{
    row r = {.len = 0, .end = first, .n_words = 0};
    lyt_lexis_word w;
    size_t longest;
    bool found = false;

    if (!add_word(&r, text) || !lyt_lexis_get(lexis, language, (lyt_str){r.bytes, r.len}, &w))
        return false;
    longest = w.longest ? w.longest : 1;
    for (;;) {
        if (w.roles & roles) {
            *out = (lyt_lexcue){w.roles & roles, first, r.end, false};
            found = true;
        }
        w.roles = 0;
        if (r.n_words >= longest || !add_word(&r, text))
            return found;
        if (!lyt_lexis_get(lexis, language, (lyt_str){r.bytes, r.len}, &w))
            w.roles = 0;
    }
}

/* Of all languages: guests mix them. */
static bool find_cue(const lyt_lexis *lexis, const lyt_text *text, uint32_t first, uint32_t roles,
                     lyt_lexcue *out)
{
    bool found = false;

    for (size_t i = 0; i < lyt_lexis_languages(lexis); i++) {
        lyt_lexcue cue;

        if (!find_row(lexis, (lyt_language)i, text, first, roles, &cue) ||
            (found && cue.end <= out->end))
            continue;
        *out = cue;
        found = true;
    }
    return found;
}

lyt_status lyt_lexcues_find(const lyt_lexis *lexis, const lyt_text *text, lyt_arena *arena,
                            const lyt_lexcue **out, size_t *n)
{
    lyt_lexcue *cues = lyt_arena_array(arena, text->n_tokens + 1, sizeof *cues);

    if (!cues)
        return lyt_arena_status(arena);
    *out = cues;
    *n = 0;
    for (uint32_t i = 0; i < text->n_tokens;) {
        lyt_lexcue *cue = &cues[*n];

        if (!find_cue(lexis, text, i, lyt_lexcue_roles, cue)) {
            i++;
            continue;
        }
        cue->negated = (text->tokens[i].flags & LYT_TOKEN_NEGATED) != 0;
        i = cue->end;
        (*n)++;
    }
    return LYT_OK;
}

bool lyt_sets_aside(const lyt_lexis *lexis, const lyt_text *text)
{
    lyt_lexcue cue;

    if (text->n_clauses == 0 || text->clauses[text->n_clauses - 1].negative)
        return false;
    for (uint32_t i = 0; i < text->n_tokens; i++)
        if (find_cue(lexis, text, i, 1u << LYT_WORD_ASIDE, &cue))
            return true;
    return false;
}

bool lyt_is_opt_out(const lyt_lexis *lexis, const lyt_text *text)
{
    row r = {.len = 0, .end = 0, .n_words = 0};

    for (uint32_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        if (t->kind == LYT_TOKEN_EMOJI)
            continue;
        if (t->kind == LYT_TOKEN_PUNCT) {
            if (memchr(t->norm.ptr, '?', t->norm.len))
                return false;
            continue;
        }
        if (!add_token(&r, t->norm, !is_clitic(text, i)) || ++r.n_words > row_tokens_max)
            return false;
    }
    return r.len && lyt_lexis_has(lexis, -1, LYT_WORD_OPT_OUT, (lyt_str){r.bytes, r.len});
}

static bool is_number(const lyt_text *text, size_t i)
{
    return i < text->n_tokens && text->tokens[i].kind == LYT_TOKEN_NUMBER;
}

lyt_str lyt_when_find(const lyt_text *text, const lyt_lexcue *cues, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t first = cues[i].first, end = cues[i].end;

        if (!(cues[i].roles >> LYT_WORD_TIME & 1))
            continue;
        /* "kl. 21.30", "9 pm" */
        if (is_number(text, end))
            end++;
        else if (end < text->n_tokens && lyt_str_equal(text->tokens[end].norm, LYT_STR(".")) &&
                 is_number(text, end + 1))
            end += 2;
        else if (first > 0 && is_number(text, first - 1))
            first--;
        return lyt_str_slice(text->original, text->tokens[first].start, text->tokens[end - 1].end);
    }
    return (lyt_str){NULL, 0};
}
