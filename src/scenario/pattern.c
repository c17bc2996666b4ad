#include "pattern.h"

#include <string.h>

#include "utf8.h"

typedef struct scan {
    lyt_arena *arena;
    lyt_str text;
    size_t at;
    size_t *bad;
    lyt_error *err;
    lyt_pattern_slot slots[lyt_pattern_slots_max];
    size_t n_slots;
    lyt_pattern_word words[lyt_pattern_words_max]; /* of one part */
    size_t n_words;
} scan;

static lyt_status refuse(const scan *s, size_t at, const char *text)
{
    if (s->bad)
        *s->bad = at;
    return lyt_error_set(s->err, LYT_EFORMAT, "bad pattern: %s", text);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * A letter, digit, ' or -. Beyond ASCII: everything but the blocks that hold
 * marks and symbols only, so that no table of the world's letters is needed here.
 */
static bool is_word_char(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '\'' || c == '-';
    if (c < 0xc0)
        return c == 0xaa || c == 0xb5 || c == 0xba;
    return c != 0xd7 && c != 0xf7 && (c < 0x2000 || c == 0x2019)
               ? true
               : c >= 0x2c00 && !(c >= 0x3000 && c <= 0x303f);
}

static size_t part_end(const scan *s)
{
    size_t end = s->at;

    while (end < s->text.len && !is_blank(s->text.ptr[end]))
        end++;
    return end;
}

static lyt_status check_letters(const scan *s, lyt_str word, size_t from)
{
    size_t at = 0;
    bool has_letter = false;

    while (at < word.len) {
        size_t before = at;
        uint32_t c = lyt_utf8_next(word, &at);

        if (!is_word_char(c))
            return refuse(s, from + before,
                          c == '*'   ? "* stands at the beginning or the end of a word"
                          : c == '=' ? "= stands at the beginning of a word"
                                     : "a word may hold letters, digits, ' and -");
        has_letter = has_letter || (c != '\'' && c != '-');
    }
    return has_letter ? LYT_OK : refuse(s, from, "a word is missing here");
}

static lyt_status read_word(scan *s, size_t from, size_t end)
{
    lyt_str word = lyt_str_slice(s->text, from, end);
    lyt_pattern_word *out = &s->words[s->n_words];
    lyt_status status;
    size_t skip = 0;

    if (s->n_words == lyt_pattern_words_max)
        return refuse(s, from, "too many words in one part");
    out->form = LYT_FORM_STEM;
    if (lyt_str_begins(word, LYT_STR("="))) {
        out->form = LYT_FORM_EXACT;
        skip = 1;
    } else if (lyt_str_begins(word, LYT_STR("*"))) {
        out->form = LYT_FORM_SUFFIX;
        skip = 1;
    } else if (lyt_str_ends(word, LYT_STR("*"))) {
        out->form = LYT_FORM_PREFIX;
        word.len--;
    }
    word = lyt_str_slice(word, skip, word.len);
    status = check_letters(s, word, from + skip);
    if (status)
        return status;
    out->text = lyt_arena_copy(s->arena, word);
    if (!out->text.ptr)
        return lyt_arena_status(s->arena);
    s->n_words++;
    return LYT_OK;
}

/* word|word|word up to the next blank */
static lyt_status read_words(scan *s, const lyt_pattern_word **out, size_t *n)
{
    size_t end = part_end(s);
    lyt_pattern_word *copy;

    s->n_words = 0;
    for (;;) {
        size_t bar = lyt_str_find(s->text, '|', s->at);
        size_t stop = bar < end ? bar : end;
        lyt_status status = read_word(s, s->at, stop);

        if (status)
            return status;
        s->at = stop;
        if (stop == end)
            break;
        s->at++;
    }
    copy = lyt_arena_array(s->arena, s->n_words, sizeof *copy);
    if (!copy)
        return lyt_arena_status(s->arena);
    memcpy(copy, s->words, s->n_words * sizeof *copy);
    *out = copy;
    *n = s->n_words;
    return LYT_OK;
}

static lyt_status read_gap(scan *s, int *gap)
{
    size_t from = s->at, end = part_end(s);
    int n = 0;

    if (s->n_slots == 0)
        return refuse(s, from, "~ stands between two words, not at the beginning");
    if (*gap != lyt_gap_none)
        return refuse(s, from, "two ~ with no word between them");
    if (s->at + 1 == end)
        return refuse(s, from, "~ wants a number, as in ~3");
    for (s->at++; s->at < end; s->at++) {
        char c = s->text.ptr[s->at];

        if (c < '0' || c > '9')
            return refuse(s, s->at, "~ wants a number, as in ~3, and then a blank");
        n = n * 10 + (c - '0');
        if (n > lyt_gap_max)
            return refuse(s, from, "~ reaches over at most 20 words");
    }
    *gap = n;
    return LYT_OK;
}

static lyt_status read_part(scan *s, lyt_pattern *out, int *gap)
{
    lyt_status status;

    if (out->n_forbidden)
        return refuse(s, s->at, "! with its words is the last part of a pattern");
    if (s->text.ptr[s->at] == '~')
        return read_gap(s, gap);
    if (s->text.ptr[s->at] == '!') {
        if (*gap != lyt_gap_none)
            return refuse(s, s->at, "~ stands between two words, not before !");
        s->at++;
        return read_words(s, &out->forbidden, &out->n_forbidden);
    }
    if (s->n_slots == lyt_pattern_slots_max)
        return refuse(s, s->at, "at most 12 slots in a pattern");
    s->slots[s->n_slots].gap = *gap;
    status = read_words(s, &s->slots[s->n_slots].words, &s->slots[s->n_slots].n_words);
    if (status)
        return status;
    s->n_slots++;
    *gap = lyt_gap_none;
    return LYT_OK;
}

static lyt_status scan_all(scan *s, lyt_pattern *out)
{
    lyt_pattern_slot *copy;
    int gap = lyt_gap_none;

    if (s->text.len > lyt_pattern_bytes_max)
        return refuse(s, 0, "longer than 2000 bytes");
    for (;;) {
        lyt_status status;

        while (s->at < s->text.len && is_blank(s->text.ptr[s->at]))
            s->at++;
        if (s->at == s->text.len)
            break;
        status = read_part(s, out, &gap);
        if (status)
            return status;
    }
    if (gap != lyt_gap_none)
        return refuse(s, s->text.len, "~ stands between two words, not at the end");
    if (s->n_slots == 0)
        return refuse(s, 0, "it has no word to look for");
    copy = lyt_arena_array(s->arena, s->n_slots, sizeof *copy);
    if (!copy)
        return lyt_arena_status(s->arena);
    memcpy(copy, s->slots, s->n_slots * sizeof *copy);
    out->slots = copy;
    out->n_slots = s->n_slots;
    return LYT_OK;
}

lyt_status lyt_pattern_parse(lyt_pattern *out, lyt_arena *arena, lyt_str text, size_t *bad,
                             lyt_error *err)
{
    scan s = {.arena = arena, .text = text, .bad = bad, .err = err};
    lyt_pattern read = {0};
    lyt_status status = scan_all(&s, &read);

    if (status == LYT_ENOMEM || status == LYT_ELIMIT)
        return lyt_error_set(err, status, "%s", lyt_status_text(status));
    if (status == LYT_OK)
        *out = read;
    return status;
}
