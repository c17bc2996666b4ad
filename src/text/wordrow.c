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

/* Rows that begin with token i, which is a word by itself and may begin one. */
static void note_row(const lyt_lexis *lexis, lyt_token *tokens, size_t n, size_t i)
{
    const unsigned begins = LYT_ROW_BEGINS(LYT_ROW_CUE) | LYT_ROW_BEGINS(LYT_ROW_IDIOM);
    uint16_t *const rows = tokens[i].rows;
    uint32_t row = lyt_row_of(tokens[i].row_word);

    for (size_t words = 2, k = i + 1; k < n; words++, k++) {
        unsigned tells;

        if (tokens[k].kind == LYT_TOKEN_PUNCT || tokens[k].clause != tokens[i].clause)
            return;
        if (words > lyt_row_words_max || is_joined(tokens, n, k)) {
            rows[LYT_ROW_CUE] = rows[LYT_ROW_IDIOM] = lyt_rows_unknown;
            return;
        }
        if (!tokens[k].row_word)
            return;
        row = lyt_row_with(row, tokens[k].row_word);
        tells = lyt_lexis_row_tells(lexis, row);
        for (unsigned kind = 0; kind < LYT_ROW_KINDS; kind++)
            rows[kind] |= (uint16_t)((tells & LYT_ROW_IS(kind)) >> kind << words);
        if (!(tells & begins))
            return;
    }
}

void lyt_wordrows_note(const lyt_lexis *lexis, lyt_token *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tokens[i].rows[LYT_ROW_CUE] = tokens[i].rows[LYT_ROW_IDIOM] = 0;
        if (is_joined(tokens, n, i))
            tokens[i].rows[LYT_ROW_CUE] = tokens[i].rows[LYT_ROW_IDIOM] = lyt_rows_unknown;
        else if (tokens[i].row_word)
            note_row(lexis, tokens, n, i);
    }
}
