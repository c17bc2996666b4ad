#include "textspace.h"

/*
 * Fewer words than this are too few to be sure of a language; a guess below
 * `likely` is not relied on at all, and a hint gives way only to `certain`.
 */
enum { sure_words = 4 };
static const double sure = 0.8, likely = 0.9, certain = 0.99;

static size_t count_words(const lyt_raws *raws)
{
    size_t n = 0;

    for (size_t i = 0; i < raws->n; i++)
        n += raws->items[i].kind == LYT_TOKEN_WORD;
    return n;
}

/* The most probable of the languages that the lexis has, as if there were no others. */
static lyt_language guess(lyt_textspace *space, lyt_str text, double *probability)
{
    size_t n = lyt_langid_languages(space->langid);
    double all = 0, best = 0;
    lyt_language which = -1;

    if (lyt_langcache_guess(space->langcache, text, space->probability) < 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (space->declared[i] < 0)
            continue;
        all += space->probability[i];
        if (space->probability[i] > best) {
            best = space->probability[i];
            which = space->declared[i];
        }
    }
    *probability = all > 0 ? best / all : 0;
    return which;
}

lyt_reading lyt_reading_of(lyt_textspace *space, lyt_text *out, const lyt_raws *raws,
                           lyt_language hint)
{
    double probability = 0;
    lyt_language guessed = space->langid ? guess(space, out->original, &probability) : -1;
    size_t words = count_words(raws);

    if (hint >= 0 && (size_t)hint < space->n_languages) {
        bool overruled =
            guessed >= 0 && guessed != hint && probability >= certain && words >= sure_words;

        out->language = overruled ? guessed : hint;
        out->probability = overruled || guessed == hint ? probability : 1 - probability;
        if (guessed < 0)
            out->probability = 1;
        return (lyt_reading){out->language, false};
    }
    out->probability = probability;
    out->language = guessed >= 0 && words >= sure_words && probability >= sure ? guessed : -1;
    if (guessed < 0)
        return (lyt_reading){space->n_languages ? 0 : -1, true};
    return (lyt_reading){guessed, probability < likely};
}
