/*
 * A form's "%" and the letters of its conversion stand for any words, as few as will do; in the
 * Danish "{1}" is the first of them, and so on, themselves said in Danish where the table has them
 * ("incident 7 is closed").
 */
#include "refusal.h"

#include <stdint.h>
#include <string.h>

#include "refusalwords.h"

enum { holes_max = 6, depth_max = 3 };

static bool is_conversion_end(char c)
{
    return strchr("diouxXcsfgp", c) != NULL;
}

/* How long the form's conversion is ("%.*s", "%lld"). */
static size_t conversion_len(const char *form)
{
    size_t n = 1;

    while (form[n] && !is_conversion_end(form[n]))
        n++;
    return form[n] ? n + 1 : n;
}

static size_t literal_len(const char *form)
{
    return strcspn(form, "%");
}

/* Where that part of a form stands in the text, at or after `at`; the text's length: nowhere. */
static size_t find_part(lyt_str text, size_t at, const char *part, size_t len)
{
    for (; at + len <= text.len; at++)
        if (memcmp(text.ptr + at, part, len) == 0)
            return at;
    return text.len;
}

/* Whether the whole text was written with that form; holes take what stood in its conversions. */
static bool matches(lyt_str text, const char *form, lyt_str holes[holes_max], size_t *n)
{
    size_t at = literal_len(form);

    *n = 0;
    if (at > text.len || memcmp(text.ptr, form, at) != 0)
        return false;
    form += at;
    while (*form) {
        size_t end, len;

        form += conversion_len(form);
        len = literal_len(form);
        end = !*form ? text.len : find_part(text, at, form, len);
        /* the last words of a form are those the text ends with */
        if (len && !form[len] && text.len >= at + len &&
            memcmp(text.ptr + text.len - len, form, len) == 0)
            end = text.len - len;
        if (*n == holes_max || (*form && end == text.len))
            return false;
        holes[(*n)++] = lyt_str_slice(text, at, end);
        at = end + len;
        form += len;
    }
    return at == text.len;
}

static bool say(lyt_buf *out, lyt_str english, int depth);
static const lyt_refusal_word *find(lyt_str english, lyt_str holes[holes_max], size_t *n);

/* "in-work, remedied, void": where each is a word of the table; else nothing is added. */
static bool say_list(lyt_buf *out, lyt_str english, int depth)
{
    lyt_str holes[holes_max];
    size_t n, end;

    if (depth >= depth_max || find_part(english, 0, ", ", 2) == english.len)
        return false;
    for (size_t at = 0; at <= english.len; at = end + 2) {
        end = find_part(english, at, ", ", 2);
        if (at == end || !find(lyt_str_slice(english, at, end), holes, &n))
            return false;
    }
    for (size_t at = 0; at <= english.len; at = end + 2) {
        end = find_part(english, at, ", ", 2);
        lyt_buf_add_text(out, at ? ", " : "");
        (void)say(out, lyt_str_slice(english, at, end), depth + 1);
    }
    return true;
}

static void fill(lyt_buf *out, const char *danish, const lyt_str *holes, size_t n, int depth)
{
    while (*danish) {
        size_t len = strcspn(danish, "{"), hole;

        lyt_buf_add(out, (lyt_str){danish, len});
        danish += len;
        if (!*danish)
            break;
        hole = (size_t)(danish[1] - '1');
        if (hole < n && !say(out, holes[hole], depth + 1) && !say_list(out, holes[hole], depth))
            lyt_buf_add(out, holes[hole]);
        danish += 3;
    }
}

/* Of several forms the one whose own words are most of the text. */
static const lyt_refusal_word *find(lyt_str english, lyt_str holes[holes_max], size_t *n)
{
    const lyt_refusal_word *best = NULL;
    size_t fewest = SIZE_MAX;

    for (size_t i = 0; i < lyt_refusal_n_words; i++) {
        size_t open = 0;

        if (!matches(english, lyt_refusal_words[i].english, holes, n))
            continue;
        for (size_t k = 0; k < *n; k++)
            open += holes[k].len;
        if (open >= fewest)
            continue;
        fewest = open;
        best = &lyt_refusal_words[i];
    }
    return best && matches(english, best->english, holes, n) ? best : NULL;
}

/* "incident: " is a name, and stays; 0: none. */
static size_t field_len(lyt_str english)
{
    size_t colon = lyt_str_find(english, ':', 0);

    if (!colon || colon + 2 >= english.len || english.ptr[colon + 1] != ' ')
        return 0;
    for (size_t i = 0; i < colon; i++)
        if (english.ptr[i] == ' ')
            return 0;
    return colon + 2;
}

/* False: nothing was added. */
static bool say(lyt_buf *out, lyt_str english, int depth)
{
    lyt_str holes[holes_max];
    size_t n = 0, field = 0;
    const lyt_refusal_word *word = NULL;

    if (depth > depth_max || !english.len)
        return false;
    word = find(english, holes, &n);
    if (!word && (field = field_len(english)) > 0)
        word = find(lyt_str_slice(english, field, english.len), holes, &n);
    if (!word)
        return false;
    lyt_buf_add(out, lyt_str_slice(english, 0, field));
    fill(out, word->danish, holes, n, depth);
    return true;
}

bool lyt_refusal_say(lyt_buf *out, lyt_str english)
{
    if (say(out, english, 0))
        return true;
    lyt_buf_add(out, english);
    return false;
}

/* "da-DK;q=0.8": the language and its weight in thousandths. */
static int weight_of(lyt_str one, lyt_str language)
{
    size_t semicolon = lyt_str_find(one, ';', 0), q;
    lyt_str tag = lyt_str_trim(lyt_str_slice(one, 0, semicolon)), rest;
    int weight = 0, scale = 1000;

    if (tag.len < 2 || (tag.len > 2 && tag.ptr[2] != '-') ||
        (tag.ptr[0] | 0x20) != language.ptr[0] || (tag.ptr[1] | 0x20) != language.ptr[1])
        return 0;
    q = lyt_str_find(one, '=', semicolon < one.len ? semicolon : one.len);
    if (q >= one.len)
        return 1000;
    rest = lyt_str_slice(one, q + 1, one.len);
    for (size_t i = 0; i < rest.len && scale; i++) {
        if (rest.ptr[i] == '.')
            continue;
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            break;
        weight += (rest.ptr[i] - '0') * scale;
        scale /= 10;
    }
    return weight;
}

bool lyt_refusal_is_danish(lyt_str accept)
{
    int danish = 0, english = 0;
    size_t at = 0;

    while (at < accept.len) {
        size_t end = lyt_str_find(accept, ',', at);
        lyt_str one = lyt_str_slice(accept, at, end);
        int da = weight_of(one, LYT_STR("da")), en = weight_of(one, LYT_STR("en"));

        /* of two alike the first counts */
        danish = da > danish && (da > english || !english) ? da : danish;
        english = en > english && (en > danish || !danish) ? en : english;
        at = end + 1;
    }
    return danish > english;
}
