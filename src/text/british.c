#include "british.h"

#include <string.h>

enum { word_bytes_max = 40 };

typedef struct spelling {
    const char *here, *there;
} spelling;

static bool knows_instead(const lyt_words *words, lyt_str word, size_t at, const spelling *s)
{
    size_t cut = strlen(s->here), put = strlen(s->there), n = 0;
    char other[word_bytes_max + 8];

    memcpy(other, word.ptr, at);
    n += at;
    memcpy(other + n, s->there, put);
    n += put;
    memcpy(other + n, word.ptr + at + cut, word.len - at - cut);
    n += word.len - at - cut;
    return lyt_words_get(words, (lyt_str){other, n}) & LYT_WORDS_WORD;
}

/* By their first letter: a word that nobody knows is asked at each of its own. */
static const spelling *spellings_of(char first)
{
    enum { most = 5 };
    static const spelling by_letter['z' - 'a' + 1][most] = {
        ['a' - 'a'] = {{"aeo", "eo"}, {"aes", "es"}, {"aluminium", "aluminum"}},
        ['c' - 'a'] = {{"cheque", "check"}, {"cosy", "cozy"}},
        ['d' - 'a'] = {{"draught", "draft"}},
        ['e' - 'a'] = {{"ence", "ense"}},
        ['f' - 'a'] = {{"ful", "full"}},
        ['g' - 'a'] = {{"grey", "gray"}},
        ['i' - 'a'] = {{"isa", "iza"}, {"ise", "ize"}, {"isi", "izi"}},
        ['k' - 'a'] = {{"kerb", "curb"}},
        ['l' - 'a'] = {{"lled", "led"}, {"lling", "ling"}, {"ller", "ler"}, {"llist", "list"}},
        ['m' - 'a'] = {{"mme", "m"}, {"mould", "mold"}},
        ['o' - 'a'] = {{"our", "or"}, {"ogue", "og"}, {"oeu", "eu"}, {"omelette", "omelet"}},
        ['p' - 'a'] = {{"plough", "plow"}, {"pyjama", "pajama"}},
        ['s' - 'a'] = {{"storey", "story"}, {"sceptic", "skeptic"}, {"ssed", "sed"}},
        ['t' - 'a'] = {{"tre", "ter"}, {"tyre", "tire"}},
        ['y' - 'a'] = {{"yse", "yze"}, {"ysi", "yzi"}},
    };
    static const spelling none = {NULL, NULL};

    return first >= 'a' && first <= 'z' ? by_letter[first - 'a'] : &none;
}

bool lyt_british_knows(const lyt_words *words, lyt_str word)
{
    if (word.len > word_bytes_max)
        return false;
    for (size_t at = 0; at < word.len; at++) {
        const lyt_str rest = lyt_str_slice(word, at, word.len);

        for (const spelling *s = spellings_of(word.ptr[at]); s->here; s++) {
            const lyt_str here = lyt_str_of(s->here);

            /* a word's beginning is as short as these only by chance */
            if ((at > 0 || here.len > 3) && lyt_str_begins(rest, here) &&
                knows_instead(words, word, at, s))
                return true;
        }
    }
    return false;
}
