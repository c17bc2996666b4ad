/*
 * Rows of words that mean something else than their words do: "rip off", "hot water". Longest
 * match from left to right, within one clause, in any language of the lexis: guests mix them.
 */
#include <string.h>

#include "textspace.h"
#include "wordrow.h"

typedef struct idiom {
    lyt_lexis_word word;
    size_t end; /* token after the last; 0: none found */
} idiom;

/* The longest row of one language that begins at r's only word; rows: lengths it may have. */
static void find_row(const lyt_lexis *lexis, lyt_language language, const lyt_wordrow *first,
                     uint16_t rows, const lyt_token *tokens, size_t n, idiom *out)
{
    size_t longest = lyt_wordrow_longest(rows);
    lyt_lexis_word w;
    lyt_wordrow r;

    lyt_wordrow_begin(&r, first->end);
    memcpy(r.bytes, first->bytes, first->len);
    r.len = first->len;
    r.n_words = 1;
    if (!longest)
        longest = lyt_lexis_get(lexis, language, lyt_wordrow_str(&r), &w) ? w.idiom : 0;
    while (r.n_words < longest && lyt_wordrow_add(&r, tokens, n))
        if (r.end > out->end && lyt_wordrow_may_be(rows, r.n_words) &&
            lyt_lexis_get(lexis, language, lyt_wordrow_str(&r), &w) &&
            (w.has_polarity || w.concepts))
            *out = (idiom){w, r.end};
}

/* The longest row that begins with the token, of any language. */
static idiom find(const lyt_lexis *lexis, const lyt_token *tokens, size_t n, size_t i)
{
    idiom found = {.end = 0};
    lyt_wordrow r;

    lyt_wordrow_begin(&r, i);
    if (lyt_wordrow_add(&r, tokens, n))
        for (size_t l = 0; l < lyt_lexis_languages(lexis); l++)
            find_row(lexis, (lyt_language)l, &r, tokens[i].rows[LYT_ROW_IDIOM], tokens, n, &found);
    return found;
}

void lyt_idioms_find(const lyt_lexis *lexis, lyt_token *tokens, size_t n)
{
    lyt_wordrows_note(lexis, tokens, n);
    for (size_t i = 0; i < n;) {
        idiom found;

        if (!tokens[i].rows[LYT_ROW_IDIOM]) {
            i++;
            continue;
        }
        found = find(lexis, tokens, n, i);
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
