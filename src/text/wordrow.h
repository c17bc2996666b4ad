/*
 * lyt_wordrow: words of a text as the lexis writes them in a row, joined one by one:
 * "can't" is one word, though it is two tokens. What looks for rows shares it: idioms that
 * mean something else than their words, and cues of what kind of message it is.
 *
 * Threads   pure functions on the caller's storage.
 */
#ifndef LYT_WORDROW_H
#define LYT_WORDROW_H

#include "text.h"

enum { lyt_wordrow_bytes = 128 };

typedef struct lyt_wordrow {
    char bytes[lyt_wordrow_bytes];
    size_t len, n_words;
    size_t end; /* token after the last */
} lyt_wordrow;

/* An empty one that goes on at the token; its bytes are written before they are read. */
static inline void lyt_wordrow_begin(lyt_wordrow *row, size_t token)
{
    row->len = row->n_words = 0;
    row->end = token;
}

/* Whether the token is the second half of a word: "n't", "'s", written without a space. */
bool lyt_wordrow_is_clitic(const lyt_token *tokens, size_t i);

/* Adds a token's letters, behind a space where it stands apart. False when the row is full. */
bool lyt_wordrow_add_token(lyt_wordrow *row, lyt_str norm, bool apart);

/* Adds the next word, at row->end; false where the row cannot go on: a mark, another clause. */
bool lyt_wordrow_add(lyt_wordrow *row, const lyt_token *tokens, size_t n);

static inline lyt_str lyt_wordrow_str(const lyt_wordrow *row)
{
    return (lyt_str){row->bytes, row->len};
}

/*
 * Notes in the tokens' rows[kind] which lengths, in words, a row that begins there may have: bit n
 * for n words, of two or more, and of one where that word is more than the token; or
 * lyt_rows_unknown.
 * Most words begin none, and their records say so without a look into the lexis. The tokens'
 * clauses are known.
 */
enum { lyt_rows_unknown = UINT16_MAX, lyt_row_words_max = 14 };
void lyt_wordrows_note(const lyt_lexis *lexis, lyt_token *tokens, size_t n);

/* How long the longest of such rows may be; 0 where that is not known. */
static inline size_t lyt_wordrow_longest(uint16_t rows)
{
    return rows == lyt_rows_unknown || !rows ? 0 : 31 - (size_t)__builtin_clz(rows);
}

static inline bool lyt_wordrow_may_be(uint16_t rows, size_t n_words)
{
    return rows == lyt_rows_unknown || (n_words <= lyt_row_words_max && (rows >> n_words & 1));
}

#endif
