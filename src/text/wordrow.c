#include "wordrow.h"

#include <string.h>

bool lyt_wordrow_is_clitic(const lyt_token *tokens, size_t i)
{
    lyt_str norm = tokens[i].norm;

    return i > 0 && tokens[i - 1].end == tokens[i].start && norm.len &&
           (norm.ptr[0] == '\'' || lyt_str_equal(norm, LYT_STR("n't")));
}

bool lyt_wordrow_add_token(lyt_wordrow *row, lyt_str norm, bool apart)
{
    if (row->len + norm.len + 1 > sizeof row->bytes)
        return false;
    if (apart && row->len)
        row->bytes[row->len++] = ' ';
    memcpy(row->bytes + row->len, norm.ptr, norm.len);
    row->len += norm.len;
    return true;
}

bool lyt_wordrow_add(lyt_wordrow *row, const lyt_token *tokens, size_t n)
{
    const lyt_token *t = &tokens[row->end];

    if (row->end >= n || t->kind == LYT_TOKEN_PUNCT ||
        (row->n_words && t->clause != tokens[row->end - 1].clause) ||
        !lyt_wordrow_add_token(row, t->corrected.ptr ? t->corrected : t->norm, true))
        return false;
    for (row->end++; row->end < n && lyt_wordrow_is_clitic(tokens, row->end); row->end++)
        if (!lyt_wordrow_add_token(row, tokens[row->end].norm, false))
            return false;
    row->n_words++;
    return true;
}

/* Of two tokens: what is said of the first is not what is said of the word. */
static bool is_joined(const lyt_token *tokens, size_t n, size_t i)
{
    return i + 1 < n && tokens[i].end == tokens[i + 1].start &&
           lyt_wordrow_is_clitic(tokens, i + 1);
}

bool lyt_wordrow_may_begin(const lyt_lexis *lexis, lyt_row_kind kind, const lyt_token *tokens,
                           size_t n, size_t i)
{
    if (is_joined(tokens, n, i))
        return true;
    if (!tokens[i].row_word || i + 1 >= n || tokens[i + 1].kind == LYT_TOKEN_PUNCT ||
        tokens[i + 1].clause != tokens[i].clause)
        return false;
    return is_joined(tokens, n, i + 1) ||
           lyt_lexis_may_begin_row(lexis, kind, tokens[i].row_word, tokens[i + 1].row_word);
}
