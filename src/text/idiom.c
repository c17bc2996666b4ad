/*
 * Rows of words that mean something else than their words do: "rip off", "hot water". Longest
 * match from left to right, within one clause, in any language of the lexis: guests mix them.
 */
#include <string.h>

#include "textspace.h"

enum { row_bytes = 128 };

/* Words as people see them: "can't" is one, though it is two tokens. */
typedef struct row {
    char bytes[row_bytes];
    size_t len, n_words;
    size_t end; /* token after the last */
} row;

typedef struct idiom {
    lyt_lexis_word word;
    size_t end; /* token after the last; 0: none found */
} idiom;

static bool is_clitic(const lyt_token *tokens, size_t i)
{
    lyt_str norm = tokens[i].norm;

    return i > 0 && tokens[i - 1].end == tokens[i].start &&
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
static bool add_word(row *r, const lyt_token *tokens, size_t n)
{
    const lyt_token *t = &tokens[r->end];

    if (r->end >= n || t->kind == LYT_TOKEN_PUNCT ||
        (r->n_words && t->clause != tokens[r->end - 1].clause) ||
        !add_token(r, t->corrected.ptr ? t->corrected : t->norm, true))
        return false;
    for (r->end++; r->end < n && is_clitic(tokens, r->end); r->end++)
        if (!add_token(r, tokens[r->end].norm, false))
            return false;
    r->n_words++;
    return true;
}

/* The longest row of one language that begins at r's only word. */
static void find_row(const lyt_lexis *lexis, lyt_language language, row r, const lyt_token *tokens,
                     size_t n, idiom *out)
{
    lyt_lexis_word w;
    size_t longest;

    if (!lyt_lexis_get(lexis, language, (lyt_str){r.bytes, r.len}, &w))
        return;
    longest = w.idiom;
    while (r.n_words < longest && add_word(&r, tokens, n))
        if (r.end > out->end && lyt_lexis_get(lexis, language, (lyt_str){r.bytes, r.len}, &w) &&
            (w.has_polarity || w.concepts))
            *out = (idiom){w, r.end};
}

void lyt_idioms_find(const lyt_lexis *lexis, lyt_token *tokens, size_t n)
{
    for (size_t i = 0; i < n;) {
        row r = {.len = 0, .n_words = 0, .end = i};
        idiom found = {.end = 0};

        if (add_word(&r, tokens, n))
            for (size_t l = 0; l < lyt_lexis_languages(lexis); l++)
                find_row(lexis, (lyt_language)l, r, tokens, n, &found);
        if (!found.end) {
            i++;
            continue;
        }
        tokens[i].concepts |= lyt_lexis_concept_set(lexis, found.word.concepts);
        for (size_t k = i; k < found.end && found.word.has_polarity; k++)
            tokens[k].polarity = k == i ? found.word.polarity : 0;
        i = found.end;
    }
}
