#include "spelling.h"

#include <string.h>

#include "letters.h"

typedef struct finding {
    lyt_str word; /* {NULL, 0} for none */
    int score;
} finding;

/* The message's language, and the tables of all. */
typedef struct homeland {
    const lyt_wordbook *book;
    lyt_language language;
} homeland;

/* So many times as common in another language, a word of both is one of the other. */
enum { foreign_ratio = 8 };

/*
 * "god" is an English word, but where both languages are read it was met as the Danish one: what
 * the dictionary has at home and everybody says elsewhere only is no more at home than the rest.
 */
static bool is_at_home(const void *context, lyt_str word)
{
    const homeland *h = context;
    uint32_t here = 0;

    if (!lyt_words_get(lyt_wordbook_at(h->book, h->language), word))
        return false;
    if (lyt_wordbook_common(h->book, h->language))
        here = lyt_vocab_count(lyt_wordbook_common(h->book, h->language), word);
    for (int i = 0; i < lyt_languages_max; i++) {
        const lyt_vocab *there = lyt_wordbook_common(h->book, i);

        if (there && i != h->language && lyt_vocab_count(there, word) / foreign_ratio > here)
            return false;
    }
    return true;
}

static void consider(finding *best, const lyt_vocab *vocab, const lyt_vocab_home *home,
                     lyt_str word, int abroad)
{
    int score;
    lyt_str found = vocab ? lyt_vocab_nearest(vocab, word, home, &score) : (lyt_str){NULL, 0};

    if (found.len == 0 || found.len > lyt_spelling_bytes_max)
        return;
    score += abroad;
    if (best->word.len && score >= best->score)
        return;
    *best = (finding){found, score};
}

lyt_spelling lyt_spelling_find(const lyt_wordbook *book, const lyt_vocab *vocab,
                               lyt_language language, lyt_str word)
{
    const homeland land = {book, language};
    const lyt_vocab_home at_home = {is_at_home, &land};
    const lyt_vocab_home *home = lyt_wordbook_at(book, language) ? &at_home : NULL;
    finding best = {{NULL, 0}, 0};
    lyt_spelling out = {.len = 0};
    lyt_letters written, meant;

    consider(&best, vocab, home, word, 0);
    for (int i = 0; i < lyt_languages_max; i++)
        consider(&best, lyt_wordbook_common(book, i), NULL, word,
                 home && i != language ? lyt_vocab_abroad : 0);
    if (best.word.len == 0)
        return out;
    memcpy(out.bytes, best.word.ptr, best.word.len);
    out.len = (uint8_t)best.word.len;
    if (lyt_letters_spell(word, &written) && lyt_letters_spell(best.word, &meant))
        out.slip = (uint8_t)lyt_letters_slip(&written, &meant, UINT8_MAX);
    out.respelt = lyt_letters_respelt(word, best.word);
    out.score = best.score;
    return out;
}
