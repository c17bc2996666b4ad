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

bool lyt_british_knows(const lyt_words *words, lyt_str word)
{
    static const spelling spellings[] = {
        {"our", "or"},          {"isa", "iza"},      {"ise", "ize"},
        {"isi", "izi"},         {"yse", "yze"},      {"ysi", "yzi"},
        {"tre", "ter"},         {"ogue", "og"},      {"lled", "led"},
        {"lling", "ling"},      {"ller", "ler"},     {"llist", "list"},
        {"ence", "ense"},       {"aeo", "eo"},       {"aes", "es"},
        {"oeu", "eu"},          {"mme", "m"},        {"tyre", "tire"},
        {"grey", "gray"},       {"cheque", "check"}, {"mould", "mold"},
        {"plough", "plow"},     {"kerb", "curb"},    {"storey", "story"},
        {"pyjama", "pajama"},   {"cosy", "cozy"},    {"sceptic", "skeptic"},
        {"draught", "draft"},   {"ssed", "sed"},     {"aluminium", "aluminum"},
        {"omelette", "omelet"}, {"ful", "full"},
    };

    if (word.len > word_bytes_max)
        return false;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        lyt_str here = lyt_str_of(spellings[i].here);

        for (size_t at = 1; at + here.len <= word.len; at++)
            if (lyt_str_begins(lyt_str_slice(word, at, word.len), here) &&
                knows_instead(words, word, at, &spellings[i]))
                return true;
        if (lyt_str_begins(word, here) && here.len > 3 &&
            knows_instead(words, word, 0, &spellings[i]))
            return true;
    }
    return false;
}
