#include "personal.h"

#include "personal_inside.h"

enum { short_name_chars = 3 };

const char *lyt_personal_mark(lyt_personal_kind kind)
{
    static const char *const marks[] = {
#define X(name, mark) mark,
        LYT_PERSONAL_KINDS(X)
#undef X
    };

    return kind < LYT_PERSONAL_KIND_COUNT ? marks[kind] : "[?]";
}

/* The letters of Latin-1 that names have, small: C3 80 to 9E are the capitals of C3 A0 to BE. */
static unsigned char small(lyt_str s, size_t at)
{
    unsigned char c = (unsigned char)lyt_personal_lower(s, at);

    if (at > 0 && at < s.len && (unsigned char)s.ptr[at - 1] == 0xC3 && c >= 0x80 && c <= 0x9E &&
        c != 0x97)
        return (unsigned char)(c + 0x20);
    return c;
}

/* Where the letters of a word beginning at `at` end. */
static size_t word_end(lyt_str s, size_t at)
{
    while (lyt_personal_is_letter(s, at))
        at++;
    return at;
}

static size_t n_chars(lyt_str word)
{
    size_t n = 0;

    for (size_t i = 0; i < word.len; i++)
        n += ((unsigned char)word.ptr[i] & 0xC0) != 0x80;
    return n;
}

/* s from `at` to `end`, a whole word, is that one, maybe as a genitive. */
static bool is_word(lyt_str s, size_t at, size_t end, lyt_str word)
{
    size_t len = end - at;
    bool is_short = n_chars(word) <= short_name_chars;

    if (len != word.len && !(len == word.len + 1 && small(s, end - 1) == 's'))
        return false;
    if (is_short && s.ptr[at] != word.ptr[0])
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (small(s, at + i) != small(word, i))
            return false;
    return true;
}

static bool is_name(lyt_str s, size_t at, size_t end, lyt_str name)
{
    for (size_t from = 0; from < name.len;) {
        size_t to = word_end(name, from);

        if (to > from && n_chars(lyt_str_slice(name, from, to)) >= 2 &&
            is_word(s, at, end, lyt_str_slice(name, from, to)))
            return true;
        from = to > from ? to : from + 1;
    }
    return false;
}

static size_t name_end(lyt_str s, size_t at, const lyt_personal_names *names)
{
    size_t end = word_end(s, at);

    for (size_t i = 0; names && end > at && i < names->n; i++)
        if (is_name(s, at, end, names->names[i]))
            return end;
    return at;
}

bool lyt_personal_find(lyt_personal *out, lyt_str s, size_t from, const lyt_personal_names *names)
{
    for (size_t at = from; at < s.len;) {
        bool is_first = at == 0 || !lyt_personal_is_letter(s, at - 1);
        size_t end = at, next = at + 1;
        lyt_personal_kind kind = LYT_PERSONAL_MAIL;

        if (is_first || lyt_personal_is_digit(s, at))
            end = lyt_personal_mail(s, at);
        if (end == at) {
            kind = LYT_PERSONAL_LINK;
            end = lyt_personal_link(s, at);
        }
        if (end == at && (lyt_personal_is_digit(s, at) || s.ptr[at] == '+' || s.ptr[at] == '('))
            end = lyt_personal_number(s, at, &kind, &next);
        if (end == at && is_first && lyt_personal_is_letter(s, at)) {
            kind = LYT_PERSONAL_NAME;
            end = name_end(s, at, names);
        }
        if (end > at) {
            *out = (lyt_personal){at, end, kind};
            return true;
        }
        at = next;
    }
    return false;
}

void lyt_personal_mask(lyt_buf *out, lyt_str text, const lyt_personal_names *names)
{
    size_t at = 0;
    lyt_personal found;

    while (lyt_personal_find(&found, text, at, names)) {
        lyt_buf_add(out, lyt_str_slice(text, at, found.start));
        lyt_buf_add_text(out, lyt_personal_mark(found.kind));
        at = found.end;
    }
    lyt_buf_add(out, lyt_str_slice(text, at, text.len));
}

size_t lyt_personal_blot_names(char *text, size_t len, const lyt_personal_names *names)
{
    lyt_str s = {text, len};
    size_t n = 0;

    for (size_t at = 0; at < len;) {
        size_t end = lyt_personal_is_letter(s, at) ? name_end(s, at, names) : at;
        bool is_found = end > at;

        for (; at < end; at++)
            text[at] = '*';
        n += is_found;
        if (!is_found)
            at = lyt_personal_is_letter(s, at) ? word_end(s, at) : at + 1;
    }
    return n;
}
