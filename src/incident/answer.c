#include "answer.h"

#include <math.h>
#include <string.h>

enum { word_max = lyt_answer_bare_bytes - 1, score_max = 10 };

static const char *const yes[] = {"ja",       "jep",  "jo",   "ja tak",  "jatak",      "fint",
                                  "alt godt", "yes",  "yep",  "yeah",    "yes thanks", "ok",
                                  "okay",     "fine", "good", "perfekt", "perfect",    "all good"};
static const char *const no[] = {"nej", "næ",   "nej tak", "ikke endnu", "stadig ikke",
                                 "no",  "nope", "not yet", "still not"};

bool lyt_answer_bare(char out[lyt_answer_bare_bytes], lyt_str text)
{
    static const char around[] = " \t\r\n.,!?;:)(\"'";
    size_t n = 0;

    while (text.len && strchr(around, text.ptr[0]))
        text = lyt_str_slice(text, 1, text.len);
    while (text.len && strchr(around, text.ptr[text.len - 1]))
        text = lyt_str_slice(text, 0, text.len - 1);
    if (!text.len || text.len > word_max)
        return false;
    for (; n < text.len; n++) {
        char c = text.ptr[n];

        if (!c)
            return false;
        out[n] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        /* U+00C0 to U+00DE but the multiplication sign are the capitals of U+00E0 to U+00FE */
        if (n && (unsigned char)text.ptr[n - 1] == 0xc3 && (unsigned char)c >= 0x80 &&
            (unsigned char)c <= 0x9e && (unsigned char)c != 0x97)
            out[n] = (char)(c + 0x20);
    }
    out[n] = 0;
    return true;
}

static bool among(const char *const *words, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], text) == 0)
            return true;
    return false;
}

/* "9", "9/10", "9 of 10", "9 ud af 10" */
static bool is_number(const char *text, int *score)
{
    static const char *const rests[] = {"",           "/10",       " / 10", " of 10",
                                        " out of 10", " ud af 10", " af 10"};
    int value = 0;
    size_t digits = 0;

    for (; text[digits] >= '0' && text[digits] <= '9'; digits++)
        if (digits < 3)
            value = 10 * value + (text[digits] - '0');
    if (!digits || digits > 2 || value > score_max)
        return false;
    *score = value;
    return among(rests, sizeof rests / sizeof *rests, text + digits);
}

bool lyt_answer_read(lyt_guest_answer *out, lyt_str text)
{
    char word[word_max + 1];
    lyt_guest_answer answer = {-1, false};

    if (!lyt_answer_bare(word, text))
        return false;
    answer.complains = among(no, sizeof no / sizeof *no, word);
    if (!answer.complains && !is_number(word, &answer.score) &&
        !among(yes, sizeof yes / sizeof *yes, word))
        return false;
    *out = answer;
    return true;
}

int lyt_answer_score(double score, double scale)
{
    double ten = scale > 0 ? score * score_max / scale : score;

    return isnan(ten) || ten < 0 || ten > score_max ? -1 : (int)(ten + 0.5);
}
