#include <string.h>

#include "textspace.h"
#include "utf8.h"

/* How far a negation reaches; a word of grammar before what it denies does not count: "never had a
 * really bad meal". Of two, cross-validation of what `lyt train` learns thinks less. */
enum { negated_words = 3, free_words = 1, abbreviation_letters_max = 5 };

typedef struct splitter {
    const lyt_textspace *space;
    lyt_raw *raws;
    const lyt_readings *readings;
    lyt_token *tokens;
    size_t n;
    lyt_str text;
} splitter;

static bool is_ending_mark(uint32_t c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case ';':
    case ',':
    case ':':
    case '(':
    case ')':
    case 0x2026: /* … */
    case 0x3001: /* 、 */
    case 0x3002: /* 。 */
    case 0xFF61:
    case 0xFF01:
    case 0xFF08:
    case 0xFF09:
    case 0xFF0C:
    case 0xFF0E:
    case 0xFF1A:
    case 0xFF1B:
    case 0xFF1F:
    case 0x060C: /* Arabic comma, semicolon, question mark */
    case 0x061B:
    case 0x061F:
    case 0x0964: /* danda */
        return true;
    default:
        return false;
    }
}

static bool is_question_mark(uint32_t c)
{
    return c == '?' || c == 0xFF1F || c == 0x061F;
}

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == 0x2026 || c == 0x3002 || c == 0xFF61 || c == 0xFF01 ||
           c == 0xFF0E || c == 0x0964 || is_question_mark(c);
}

static bool touches(const splitter *sp, size_t i)
{
    return i > 0 && sp->tokens[i - 1].end == sp->tokens[i].start;
}

/* Written short whatever the lexicon: often with a full stop in mid-sentence. */
static bool is_common_abbreviation(lyt_str norm)
{
    static const char *const words[] = {
        "approx", "ca", "dr",  "ekskl", "etc", "evt", "fx",   "hr",  "incl", "inkl",
        "jf",     "kl", "max", "min",   "mht", "mr",  "mrs",  "ms",  "nr",   "pga",
        "pr",     "sr", "st",  "stk",   "tel", "tlf", "vedr", "vær", "værl", "vs",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (lyt_str_equal(norm, lyt_str_of(words[i])))
            return true;
    return false;
}

static bool is_short_form(const splitter *sp, size_t i)
{
    const lyt_token *t = &sp->tokens[i];

    if (t->kind == LYT_TOKEN_NUMBER)
        return t->norm.len <= 2; /* "3. sal", "1. maj" */
    if (t->kind != LYT_TOKEN_WORD)
        return false;
    if (sp->raws[i].letters == 1 || (sp->raws[i].marks & LYT_RAW_DOTTED) ||
        is_common_abbreviation(t->norm))
        return true;
    if (sp->raws[i].letters > abbreviation_letters_max)
        return false;
    return lyt_lexis_abbreviation(sp->space->lexis, -1, t->norm).len > 0;
}

/* A full stop that ends an abbreviation and not the sentence: what follows goes on. */
static bool is_mid_sentence(const splitter *sp, size_t i)
{
    const lyt_token *t = &sp->tokens[i];
    const lyt_raw *next = &sp->raws[i + 1];

    if (t->end - t->start != 1 || sp->text.ptr[t->start] != '.' || !touches(sp, i))
        return false;
    if (i + 1 == sp->n || (next->marks & (LYT_RAW_LINE | LYT_RAW_CAPITAL)))
        return false;
    if (next->kind != LYT_TOKEN_WORD && next->kind != LYT_TOKEN_NUMBER)
        return next->kind == LYT_TOKEN_PUNCT && is_short_form(sp, i - 1);
    return is_short_form(sp, i - 1);
}

static bool ends_clause(const splitter *sp, size_t i)
{
    size_t at = sp->tokens[i].start;

    if (sp->raws[i].marks & LYT_RAW_ENTITY)
        return false;
    return is_ending_mark(lyt_utf8_next(sp->text, &at)) && !is_mid_sentence(sp, i);
}

/* Numbers the tokens' clauses; returns how many there are. */
static size_t split(const splitter *sp)
{
    bool pending = false, filled = false;
    size_t clause = 0;

    for (size_t i = 0; i < sp->n; i++) {
        lyt_token *t = &sp->tokens[i];
        bool ends = t->kind == LYT_TOKEN_PUNCT && ends_clause(sp, i);
        bool begins = (pending && !ends) || (sp->raws[i].marks & LYT_RAW_LINE) ||
                      (t->flags & LYT_TOKEN_BREAKER) || lyt_reading_turns(sp->readings, i);

        if (begins && filled) {
            clause++;
            filled = false;
        }
        if (begins)
            pending = false;
        if (ends)
            sp->raws[i].marks |= LYT_RAW_ENDS;
        pending |= ends;
        filled |= t->kind != LYT_TOKEN_PUNCT;
        t->clause = (uint16_t)clause;
    }
    return sp->n ? clause + 1 : 0;
}

static void mark_negated(const splitter *sp, lyt_clause *clause)
{
    int left = 0, free_left = 0;

    for (size_t i = clause->first; i < clause->end; i++) {
        lyt_token *t = &sp->tokens[i];
        bool counts = t->kind == LYT_TOKEN_WORD || t->kind == LYT_TOKEN_HASHTAG;

        if (t->flags & LYT_TOKEN_NEGATOR) {
            clause->has_negator = true;
            left = negated_words;
            free_left = free_words;
        } else if (counts && left > 0) {
            t->flags |= LYT_TOKEN_NEGATED;
            t->polarity = (int8_t)-t->polarity;
            free_left = t->flags & LYT_TOKEN_STOP ? free_left - 1 : -1;
            left -= free_left < 0;
        }
        clause->polarity += t->polarity;
    }
    clause->negative = clause->polarity < 0 || (clause->polarity == 0 && clause->has_negator);
}

/*
 * Where sentences end. A question mark makes questions of all clauses back to where the sentence
 * began: "I have a nut allergy, can you tell the chef?" asks with both.
 */
static void mark_sentences(const splitter *sp, lyt_clause *clauses)
{
    size_t first = 0;    /* clause */
    bool filled = false; /* the clause has more than marks so far */

    for (size_t i = 0; i < sp->n; i++) {
        const lyt_token *t = &sp->tokens[i];
        size_t at = t->start;
        uint32_t mark;

        filled = (filled && clauses[t->clause].first != i) || t->kind != LYT_TOKEN_PUNCT;
        if (sp->raws[i].marks & LYT_RAW_LINE) {
            first = t->clause;
            if (first > 0 && clauses[first].first == i)
                clauses[first - 1].is_last = true;
        }
        /* "... is it open?": what marks stand before it ends nothing */
        if (!(sp->raws[i].marks & LYT_RAW_ENDS) || (!filled && i + 1 < clauses[t->clause].end))
            continue;
        mark = lyt_utf8_next(sp->text, &at);
        for (size_t k = first; k <= t->clause && is_question_mark(mark); k++)
            clauses[k].question = true;
        if (!ends_sentence(mark))
            continue;
        first = t->clause + 1u;
        clauses[t->clause].is_last = true;
    }
}

/* The language of most of its words; the message's where it has none, or as many of another. */
static lyt_language language_of(const splitter *sp, const lyt_clause *clause, lyt_language message)
{
    size_t words[lyt_languages_max] = {0}, most = 0;
    lyt_language language = message;

    if (!sp->readings->by_token)
        return message;
    for (size_t i = clause->first; i < clause->end; i++) {
        lyt_language of = lyt_reading_at(sp->space, sp->readings, i).language;

        if (of >= 0 && sp->tokens[i].kind == LYT_TOKEN_WORD)
            words[of]++;
    }
    if (message >= 0)
        most = words[message];
    for (size_t l = 0; l < lyt_languages_max; l++)
        if (words[l] > most) {
            most = words[l];
            language = (lyt_language)l;
        }
    return language;
}

lyt_status lyt_clauses_find(const lyt_clause_source *source, lyt_token *tokens, lyt_arena *arena,
                            lyt_text *out)
{
    const lyt_raws *raws = source->raws;
    splitter sp = {.space = source->space,
                   .raws = raws->items,
                   .readings = source->readings,
                   .tokens = tokens,
                   .n = raws->n,
                   .text = out->original};
    size_t n = split(&sp);
    lyt_clause *clauses;

    if (n == 0)
        return LYT_OK;
    lyt_idioms_find(sp.space->lexis, tokens, raws->n);
    clauses = lyt_arena_array(arena, n, sizeof *clauses);
    if (!clauses)
        return lyt_arena_status(arena);
    for (size_t i = 0; i < raws->n; i++) {
        lyt_clause *c = &clauses[tokens[i].clause];

        if (c->end == 0) {
            c->first = (uint32_t)i;
            c->start = tokens[i].start;
        }
        c->end = (uint32_t)i + 1;
        c->stop = tokens[i].end;
    }
    for (size_t i = 0; i < n; i++) {
        clauses[i].language = language_of(&sp, &clauses[i], out->likeliest);
        mark_negated(&sp, &clauses[i]);
    }
    mark_sentences(&sp, clauses);
    clauses[n - 1].is_last = true;
    out->clauses = clauses;
    out->n_clauses = n;
    return LYT_OK;
}
