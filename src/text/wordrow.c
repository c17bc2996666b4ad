#include "wordrow.h"

#include <string.h>

bool lyt_wordrow_is_clitic(const lyt_token *tokens, size_t i)
{
    lyt_str norm = tokens[i].norm;

    return i > 0 && tokens[i - 1].end == tokens[i].start &&
           (lyt_str_equal(norm, LYT_STR("n't")) || lyt_str_begins(norm, LYT_STR("'")));
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

/* Its record is not that of the word that a row would have. */
static bool is_another_word(const lyt_token *tokens, size_t n, size_t i)
{
    return tokens[i].kind != LYT_TOKEN_WORD || tokens[i].corrected.ptr ||
           (i + 1 < n && lyt_wordrow_is_clitic(tokens, i + 1));
}

bool lyt_wordrow_may_begin(const lyt_lexis *lexis, const lyt_token *tokens, size_t n, size_t i)
{
    if (is_another_word(tokens, n, i))
        return true;
    if (!tokens[i].row_word || i + 1 >= n || tokens[i + 1].kind == LYT_TOKEN_PUNCT ||
        tokens[i + 1].clause != tokens[i].clause)
        return false;
    return is_another_word(tokens, n, i + 1) ||
           lyt_lexis_may_begin_row(lexis, tokens[i].row_word, tokens[i + 1].row_word);
}
