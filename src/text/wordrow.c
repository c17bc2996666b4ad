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

/*
 * What tells a word of a row: a token's own number, or that of the word which it is the first half
 * of. *end: the token after it. False where that word is longer than any row.
 */
static bool number_of(const lyt_lexis *lexis, const lyt_token *tokens, size_t n, size_t i,
                      uint16_t *number, size_t *end)
{
    lyt_wordrow word;

    *number = tokens[i].row_word;
    *end = i + 1;
    if (!is_joined(tokens, n, i))
        return true;
    lyt_wordrow_begin(&word, i);
    if (!lyt_wordrow_add(&word, tokens, n))
        return false;
    *number = lyt_lexis_row_word(lexis, lyt_wordrow_str(&word));
    *end = word.end;
    return true;
}

static void say_unknown(uint16_t *rows)
{
    rows[LYT_ROW_CUE] = rows[LYT_ROW_IDIOM] = lyt_rows_unknown;
}

/* Rows of two words and more that begin with the word at i, whose number that is. */
static void note_row(const lyt_lexis *lexis, lyt_token *tokens, size_t n, size_t i, uint16_t number,
                     size_t end)
{
    const unsigned begins = LYT_ROW_BEGINS(LYT_ROW_CUE) | LYT_ROW_BEGINS(LYT_ROW_IDIOM);
    uint16_t *const rows = tokens[i].rows;
    uint32_t row = lyt_row_of(number);

    for (size_t words = 2, k = end; k < n; words++, k = end) {
        unsigned tells;

        if (tokens[k].kind == LYT_TOKEN_PUNCT || tokens[k].clause != tokens[i].clause)
            return;
        if (words > lyt_row_words_max || !number_of(lexis, tokens, n, k, &number, &end)) {
            say_unknown(rows);
            return;
        }
        if (!number)
            return;
        row = lyt_row_with(row, number);
        tells = lyt_lexis_row_tells(lexis, row);
        for (unsigned kind = 0; kind < LYT_ROW_KINDS; kind++)
            rows[kind] |= (uint16_t)((tells & LYT_ROW_IS(kind)) >> kind << words);
        if (!(tells & begins))
            return;
    }
}

/* The same of a word that is two tokens, and whether it is a cue itself. */
static void note_joined(const lyt_lexis *lexis, lyt_token *tokens, size_t n, size_t i)
{
    lyt_wordrow word;
    uint16_t number;

    lyt_wordrow_begin(&word, i);
    if (tokens[i].kind == LYT_TOKEN_PUNCT)
        return;
    if (!lyt_wordrow_add(&word, tokens, n)) {
        say_unknown(tokens[i].rows);
        return;
    }
    if (lyt_lexis_may_be_cue(lexis, lyt_wordrow_str(&word)))
        tokens[i].rows[LYT_ROW_CUE] = 1 << 1;
    number = lyt_lexis_row_word(lexis, lyt_wordrow_str(&word));
    if (number)
        note_row(lexis, tokens, n, i, number, word.end);
}

void lyt_wordrows_note(const lyt_lexis *lexis, lyt_token *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tokens[i].rows[LYT_ROW_CUE] = tokens[i].rows[LYT_ROW_IDIOM] = 0;
        if (is_joined(tokens, n, i))
            note_joined(lexis, tokens, n, i);
        else if (tokens[i].row_word)
            note_row(lexis, tokens, n, i, tokens[i].row_word, i + 1);
    }
}
