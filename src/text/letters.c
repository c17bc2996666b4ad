#include "letters.h"

#include <string.h>

uint32_t lyt_letters_next(lyt_str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    size_t left = s.len - *at, n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t letter = p[0];

    *at += 1;
    if (n == 1)
        return letter;
    if (p[0] < 0xc2 || p[0] > 0xf4 || n > left)
        return 0x110000u + p[0];
    letter &= 0xffu >> (n + 1);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0x110000u + p[0];
        letter = letter << 6 | (p[i] & 0x3fu);
    }
    *at += n - 1;
    return letter;
}

bool lyt_letters_spell(lyt_str word, lyt_letters *out)
{
    out->n = 0;
    for (size_t at = 0; at < word.len;) {
        if (out->n == lyt_letters_max)
            return false;
        out->at[out->n++] = lyt_letters_next(word, &at);
    }
    return true;
}

bool lyt_letters_has_digit(lyt_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] >= '0' && word.ptr[i] <= '9')
            return true;
    return false;
}

/* How many bytes of the ASCII at word stand for the letter: 0 when they do not. */
static size_t respelling(lyt_str word, uint32_t letter, uint32_t after)
{
    static const struct {
        uint32_t letter;
        char plain, second;
    } table[] = {{0xe6, 'a', 'e'}, {0xf8, 'o', 'e'}, {0xe5, 'a', 'a'}, {0xe4, 'a', 'e'},
                 {0xf6, 'o', 'e'}, {0xfc, 'u', 'e'}, {0xe9, 'e', 0}};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].letter != letter || !word.len || word.ptr[0] != table[i].plain)
            continue;
        return word.len > 1 && word.ptr[1] == table[i].second &&
                       (uint32_t)(unsigned char)table[i].second != after
                   ? 2
                   : 1;
    }
    return 0;
}

bool lyt_letters_respelt(lyt_str word, lyt_str known)
{
    bool differs = false;

    for (size_t at = 0; at < known.len;) {
        size_t from = at, ahead, size;
        uint32_t letter = lyt_letters_next(known, &at);
        lyt_str same = lyt_str_slice(known, from, at);

        ahead = at;
        if (lyt_str_begins(word, same)) {
            size = same.len;
        } else {
            size =
                respelling(word, letter, ahead < known.len ? lyt_letters_next(known, &ahead) : 0);
            differs = true;
        }
        if (size == 0)
            return false;
        word = lyt_str_slice(word, size, word.len);
    }
    return differs && word.len == 0;
}
