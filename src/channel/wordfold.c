#include "wordfold.h"

#include "cleantext.h"

/* Latin only: what the lexicons and keywords are made of. */
static uint32_t small(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
        return c + 32;
    if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177))
        return c | 1;
    return c;
}

/* A letter and the mark that follows it, as one letter; 0: no such letter. */
static uint32_t compose(uint32_t letter, uint32_t mark)
{
    static const struct {
        uint32_t letter, mark, whole;
    } pairs[] = {
        {'a', 0x30A, 0xE5}, {'a', 0x308, 0xE4}, {'o', 0x308, 0xF6}, {'u', 0x308, 0xFC},
        {'e', 0x301, 0xE9}, {'e', 0x300, 0xE8}, {'a', 0x300, 0xE0}, {'n', 0x303, 0xF1},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].letter == letter && pairs[i].mark == mark)
            return pairs[i].whole;
    return 0;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) ||
           c == 0xFEFF;
}

/* Marks that stand around a word and say nothing about it. */
static bool is_mark(uint32_t c)
{
    return (c >= '!' && c <= '/' && c != '+' && c != '&' && c != '%' && c != '$' && c != '#') ||
           (c >= ':' && c <= '?' && c != '<' && c != '>' && c != '=') || c == 0xAB || c == 0xBB ||
           c == 0xBF || c == 0xA1 || (c >= 0x2010 && c <= 0x2027);
}

typedef struct folding {
    char *out;
    size_t n;
    size_t end; /* behind the last letter that is no mark */
    uint32_t last;
    size_t last_at;
    bool blank;
} folding;

static void add(folding *f, uint32_t c)
{
    uint32_t whole = f->n ? compose(f->last, c) : 0;

    if (is_blank(c)) {
        f->blank = f->n > 0;
        return;
    }
    if (f->n == 0 && is_mark(c))
        return;
    if (whole && !f->blank) {
        c = whole;
        f->n = f->last_at;
    } else if (f->blank) {
        f->out[f->n++] = ' ';
    }
    f->blank = false;
    f->last = c;
    f->last_at = f->n;
    f->n += lyt_clean_put(f->out + f->n, c);
    if (!is_mark(c))
        f->end = f->n;
}

lyt_str lyt_word_fold(lyt_str text, lyt_arena *arena)
{
    /* no letter grows: those with another length in small letters are not turned */
    folding f = {.out = lyt_arena_room(arena, text.len + 1, 1)};

    if (!f.out)
        return (lyt_str){NULL, 0};
    for (size_t at = 0; at < text.len;) {
        uint32_t code = 0xFFFD;
        size_t len = lyt_clean_char(text, at, &code);

        if (len)
            add(&f, small(code));
        at += len ? len : 1;
    }
    f.out[f.end] = '\0';
    return (lyt_str){f.out, f.end};
}

static bool ends_word(uint32_t c)
{
    return is_blank(c) || c == '.' || c == ',' || c == ':' || c == ';' || c == '!' || c == '?';
}

lyt_str lyt_word_first(lyt_str text, lyt_str *rest)
{
    size_t from = 0, end, len;
    uint32_t code = 0;

    while (from < text.len && (len = lyt_clean_char(text, from, &code)) && is_blank(code))
        from += len;
    for (end = from; end < text.len; end += len ? len : 1) {
        len = lyt_clean_char(text, end, &code);
        if (len && ends_word(code))
            break;
    }
    *rest = lyt_str_slice(text, end, text.len);
    while (rest->len && (len = lyt_clean_char(*rest, 0, &code)) && ends_word(code))
        *rest = lyt_str_slice(*rest, len, rest->len);
    return lyt_str_slice(text, from, end);
}
