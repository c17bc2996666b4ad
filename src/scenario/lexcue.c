#include "lexcue.h"

#include <string.h>

#include "wordrow.h"

enum { row_tokens_max = 16 };

/* What sets a failure aside is asked for by itself: it must not cover other cues. */
const uint32_t lyt_lexcue_roles = LYT_CUE_ROLES & ~(1u << LYT_WORD_ASIDE);

/* The longest row of one language that begins at the token and has one of the roles. */
static bool find_row(const lyt_lexis *lexis, lyt_language language, const lyt_text *text,
                     uint32_t first, uint32_t roles, lyt_lexcue *out)
{
    const uint16_t rows = text->tokens[first].rows[LYT_ROW_CUE];
    size_t longest = lyt_wordrow_longest(rows);
    lyt_wordrow r;
    lyt_lexis_word w;
    bool found = false;

    lyt_wordrow_begin(&r, first);
    if (!lyt_wordrow_add(&r, text->tokens, text->n_tokens))
        return false;
    /* of a token alone its record says whether it is a cue, and of a row its length */
    if (longest > 1 && !lyt_wordrow_may_be(rows, 1) && !(text->tokens[first].flags & LYT_TOKEN_CUE))
        w.roles = 0;
    else if (!lyt_lexis_get(lexis, language, lyt_wordrow_str(&r), &w))
        return false;
    if (!longest)
        longest = rows && w.longest ? w.longest : 1;
    for (;;) {
        if (w.roles & roles) {
            *out = (lyt_lexcue){w.roles & roles, first, (uint32_t)r.end, false};
            found = true;
        }
        w.roles = 0;
        if (r.n_words >= longest || !lyt_wordrow_add(&r, text->tokens, text->n_tokens))
            return found;
        if (!lyt_wordrow_may_be(rows, r.n_words) ||
            !lyt_lexis_get(lexis, language, lyt_wordrow_str(&r), &w))
            w.roles = 0;
    }
}

/* Of all languages: guests mix them. */
static bool find_any_row(const lyt_lexis *lexis, const lyt_text *text, uint32_t first,
                         uint32_t roles, lyt_lexcue *out)
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

/* Most words begin no row, and what they are by themselves stands in their records. */
static bool find_cue(const lyt_lexis *lexis, const lyt_text *text, uint32_t first, uint32_t roles,
                     lyt_lexcue *out)
{
    const lyt_token *token = &text->tokens[first];

    if (token->rows[LYT_ROW_CUE])
        return find_any_row(lexis, text, first, roles, out);
    if (!(token->flags & LYT_TOKEN_CUE))
        return false;
    if (!token->cue_set)
        return find_any_row(lexis, text, first, roles, out);
    *out =
        (lyt_lexcue){lyt_lexis_cue_roles(lexis, token->cue_set) & roles, first, first + 1, false};
    return out->roles != 0;
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

/* Rows of words that are no row of the lexis: told by the first two, as far as they tell. */
typedef struct beginning {
    const lyt_token *first;
    size_t n;
} beginning;

/* Whether the word may be the next of one that opts out; i: its token. */
static bool may_go_on(const lyt_lexis *lexis, const lyt_text *text, uint32_t i, beginning *b)
{
    const lyt_token *t = &text->tokens[i];
    const bool tells = !t->corrected.ptr && !lyt_wordrow_is_clitic(text->tokens, i) &&
                       !(i + 1 < text->n_tokens && lyt_wordrow_is_clitic(text->tokens, i + 1));

    const unsigned row = LYT_ROW_IS(LYT_ROW_CUE) | LYT_ROW_BEGINS(LYT_ROW_CUE);

    if (b->n++ == 0)
        b->first = tells ? t : NULL;
    else if (b->n == 2 && b->first && tells)
        return b->first->row_word && t->row_word &&
               (lyt_lexis_row_tells(lexis,
                                    lyt_row_with(lyt_row_of(b->first->row_word), t->row_word)) &
                row);
    return true;
}

bool lyt_is_opt_out(const lyt_lexis *lexis, const lyt_text *text)
{
    beginning b = {NULL, 0};
    lyt_wordrow r;

    lyt_wordrow_begin(&r, 0);
    for (uint32_t i = 0; i < text->n_tokens; i++) {
        const lyt_token *t = &text->tokens[i];

        if (t->kind == LYT_TOKEN_EMOJI)
            continue;
        if (t->kind == LYT_TOKEN_PUNCT) {
            if (memchr(t->norm.ptr, '?', t->norm.len))
                return false;
            continue;
        }
        if (!may_go_on(lexis, text, i, &b) ||
            !lyt_wordrow_add_token(&r, t->norm, !lyt_wordrow_is_clitic(text->tokens, i)) ||
            ++r.n_words > row_tokens_max)
            return false;
    }
    return r.len && lyt_lexis_has(lexis, -1, LYT_WORD_OPT_OUT, lyt_wordrow_str(&r));
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
