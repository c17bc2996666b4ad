#include "spelling.h"

#include <string.h>

#include "letters.h"

typedef struct finding {
    lyt_str word; /* {NULL, 0} for none */
    int score;
} finding;

static void consider(finding *best, const lyt_vocab *vocab, const lyt_words *home, lyt_str word,
                     int abroad)
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
    const lyt_words *home = lyt_wordbook_at(book, language);
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
    return out;
}
