#include "textspace.h"

/*
 * Fewer words than this are too few to be sure of a language; a guess below
 * `likely` is not relied on at all, and a hint gives way only to `certain`.
 */
enum { sure_words = 4 };
static const double sure = 0.8, likely = 0.9, certain = 0.99;

static void trust_hint(const lyt_told *told, lyt_language hint, lyt_text *out,
                       lyt_readings *readings)
{
    bool overruled = out->likeliest >= 0 && out->likeliest != hint &&
                     told->probability >= certain && told->words >= sure_words;
    bool agreed = out->likeliest < 0 || out->likeliest == hint;

    if (!overruled) {
        out->probability = out->likeliest < 0 ? 1
                           : agreed           ? told->probability
                                              : 1 - told->probability;
        out->likeliest = hint;
    }
    out->language = out->likeliest;
    readings->whole = (lyt_reading){out->language, false};
}

lyt_status lyt_readings_of(lyt_textspace *space, const lyt_raws *raws, lyt_language hint,
                           lyt_arena *arena, lyt_text *out, lyt_readings *readings)
{
    lyt_told told = {.best = -1};
    lyt_status status = LYT_OK;

    if (space->langid)
        status = lyt_tongues_read(&space->tongues, out->original, raws, arena, &told);
    if (status)
        return status;
    *readings = (lyt_readings){.by_token = told.by_token};
    out->likeliest = told.best < 0 ? -1 : space->declared[told.best];
    out->probability = told.probability;
    if (hint >= 0 && (size_t)hint < space->n_languages) {
        trust_hint(&told, hint, out, readings);
        return LYT_OK;
    }
    out->language = told.words >= sure_words && told.probability >= sure ? out->likeliest : -1;
    readings->whole = (lyt_reading){out->likeliest, told.probability < likely};
    if (out->likeliest < 0)
        readings->whole = (lyt_reading){space->n_languages ? 0 : -1, true};
    return LYT_OK;
}

lyt_reading lyt_reading_at(const lyt_textspace *space, const lyt_readings *readings, size_t token)
{
    lyt_reading reading = readings->whole;

    if (readings->by_token)
        reading.language = space->declared[readings->by_token[token] & lyt_tongue_mask];
    return reading;
}

bool lyt_reading_turns(const lyt_readings *readings, size_t token)
{
    return readings->by_token && (readings->by_token[token] & lyt_tongue_turn);
}
