#include "stafforder.h"

#include <string.h>

#include "wordfold.h"

enum { digits_max = 15 };

static lyt_staff_verb verb_of(lyt_str word)
{
    static const struct {
        const char *word;
        lyt_staff_verb verb;
    } rows[] = {
        {"ok", LYT_STAFF_ACK},           {"okay", LYT_STAFF_ACK},
        {"tager", LYT_STAFF_ACK},        {"løst", LYT_STAFF_RESOLVE},
        {"loest", LYT_STAFF_RESOLVE},    {"lost", LYT_STAFF_RESOLVE},
        {"klaret", LYT_STAFF_RESOLVE},   {"done", LYT_STAFF_RESOLVE},
        {"solved", LYT_STAFF_RESOLVE},   {"fixed", LYT_STAFF_RESOLVE},
        {"resolved", LYT_STAFF_RESOLVE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (lyt_str_equal(word, lyt_str_of(rows[i].word)))
            return rows[i].verb;
    return LYT_STAFF_NONE;
}

static bool has_digit(lyt_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] >= '0' && word.ptr[i] <= '9')
            return true;
    return false;
}

/* "123" or "#123" */
static bool read_number(lyt_str word, int64_t *out)
{
    int64_t number = 0;

    if (word.len && word.ptr[0] == '#')
        word = lyt_str_slice(word, 1, word.len);
    if (!word.len || word.len > digits_max)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return false;
        number = number * 10 + (word.ptr[i] - '0');
    }
    *out = number;
    return number > 0;
}

static void unclear(lyt_stafforder *out, const char *problem)
{
    out->verb = LYT_STAFF_UNCLEAR;
    out->problem = problem;
}

/* "ok123", "løst#123": where the word ends and the number begins; its length where there is none.
 */
static size_t glued_at(lyt_str word)
{
    size_t end = word.len;

    while (end && word.ptr[end - 1] >= '0' && word.ptr[end - 1] <= '9')
        end--;
    if (end && end < word.len && word.ptr[end - 1] == '#')
        end--;
    return end;
}

lyt_status lyt_stafforder_parse(lyt_stafforder *out, lyt_str text, lyt_arena *arena)
{
    lyt_str rest, after, first = lyt_word_first(text, &rest), number;
    size_t glued = glued_at(first);
    lyt_str folded = lyt_word_fold(lyt_str_slice(first, 0, glued), arena);
    lyt_staff_verb verb;

    *out = (lyt_stafforder){LYT_STAFF_NONE, 0, {"", 0}, NULL};
    if (!folded.ptr)
        return lyt_arena_status(arena);
    verb = verb_of(folded);
    if (verb == LYT_STAFF_NONE)
        return LYT_OK;
    number = lyt_str_slice(first, glued, first.len);
    after = rest;
    if (!number.len)
        number = lyt_word_first(rest, &after);
    if (!number.len) {
        unclear(out, "no-number");
    } else if (!has_digit(number)) {
        return LYT_OK;
    } else if (!read_number(number, &out->incident)) {
        unclear(out, "bad-number");
    } else {
        out->verb = verb;
        out->note = lyt_str_trim(after);
        if (verb == LYT_STAFF_RESOLVE && !out->note.len)
            unclear(out, "no-note");
    }
    return LYT_OK;
}

const char *lyt_staff_problem_text(const char *problem, lyt_str lang)
{
    bool danish = lyt_str_begins(lang, LYT_STR("da"));

#define X(name, da, en)                                                                            \
    if (strcmp(problem, name) == 0)                                                                \
        return danish ? da : en;
    LYT_STAFF_PROBLEMS(X)
#undef X
    return NULL;
}
