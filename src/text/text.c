#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "chars.h"
#include "insight.h"
#include "normal.h"
#include "special.h"
#include "spelling.h"
#include "utf8.h"

enum { squeezed_runs_max = 3, work_a_message = 6000, number_bytes_max = 8 };

typedef struct reader {
    lyt_textspace *space;
    const lyt_vocab *vocab;
    lyt_arena *arena;
    lyt_str text;
    lyt_readings readings;
    lyt_reading reading; /* of the token at hand */
    char *pool;          /* folded bytes of plain tokens: never more than the text has */
    size_t pool_used;
    unsigned work_left; /* for parts and spelling */
    bool opening;       /* the next word begins a sentence */
} reader;

static lyt_status fold(reader *rd, lyt_str written, lyt_str *out)
{
    size_t len;
    bool changed;

    if (!rd->pool) {
        rd->pool = lyt_arena_room(rd->arena, rd->text.len, 1);
        if (!rd->pool)
            return lyt_arena_status(rd->arena);
    }
    if (!lyt_normal_fold_plain(written, rd->pool + rd->pool_used, &len, &changed))
        return lyt_normal_fold(rd->arena, written, out);
    *out = written;
    if (changed) {
        *out = (lyt_str){rd->pool + rd->pool_used, len};
        rd->pool_used += len;
    }
    return LYT_OK;
}

static bool is_known_word(const reader *rd, lyt_str word)
{
    return lyt_form_is_known(rd->space, word) ||
           (rd->vocab && lyt_vocab_count(rd->vocab, word) > 0) ||
           lyt_wordbook_knows(rd->space->words, word);
}

/*
 * The word with its runs of three and more equal letters cut to two, or to one
 * for the runs (counted from 0) in `ones`. Returns its length; *runs how many there are.
 */
static size_t squeeze(lyt_str s, unsigned ones, char *out, unsigned *runs)
{
    size_t n = 0;

    *runs = 0;
    for (size_t at = 0; at < s.len;) {
        size_t next = at, end, size, copies = 1, keep;
        uint32_t c = lyt_utf8_next(s, &next);

        size = next - at;
        for (end = next; s.len - end >= size && memcmp(s.ptr + at, s.ptr + end, size) == 0;)
            end += size, copies++;
        keep = copies;
        if (copies >= 3 && lyt_char_classify(c) == LYT_CHAR_LETTER) {
            keep = *runs < 8 * sizeof ones && (ones >> *runs & 1) ? 1 : 2;
            ++*runs;
        }
        memcpy(out + n, s.ptr + at, keep * size);
        n += keep * size;
        at = end;
    }
    return n;
}

static lyt_status undraw(reader *rd, lyt_str *norm)
{
    unsigned runs, all;
    char *room = lyt_arena_alloc(rd->arena, norm->len);
    lyt_str twice;
    char *other;

    if (!room)
        return lyt_arena_status(rd->arena);
    twice = (lyt_str){room, squeeze(*norm, 0, room, &runs)};
    if (runs == 0)
        return LYT_OK;
    if (runs > squeezed_runs_max || is_known_word(rd, twice)) {
        *norm = twice;
        return LYT_OK;
    }
    other = lyt_arena_alloc(rd->arena, twice.len);
    if (!other)
        return lyt_arena_status(rd->arena);
    all = (1u << runs) - 1;
    for (unsigned ones = 1; ones <= all; ones++) {
        lyt_str once = {other, squeeze(*norm, ones, other, &runs)};

        if (is_known_word(rd, once)) {
            *norm = once;
            return LYT_OK;
        }
    }
    *norm = twice;
    return LYT_OK;
}

/* The stem must outlive the record it may lie in. */
static lyt_status keep_stem(reader *rd, const lyt_form *form, lyt_token *t)
{
    t->stem = form->stem;
    t->stem_key = form->stem_key;
    if (form->lasting || form->stem.ptr == t->norm.ptr || form->stem.len == 0)
        return LYT_OK;
    if (form->stem.ptr == t->corrected.ptr)
        return LYT_OK;
    t->stem = lyt_arena_copy(rd->arena, form->stem);
    return t->stem.ptr ? LYT_OK : lyt_arena_status(rd->arena);
}

/* One letter, not all of them. */
static bool is_capital(const lyt_raw *raw)
{
    return (raw->marks & LYT_RAW_CAPITAL) && !(raw->marks & LYT_RAW_UPPER);
}

/* A capital in mid-sentence is a name. */
static bool may_be_misspelt(const reader *rd, const lyt_raw *raw, const lyt_token *t)
{
    if (raw->letters < lyt_spelling_letters_min ||
        (raw->marks & (LYT_RAW_DIGIT | LYT_RAW_DOTTED)) ||
        lyt_str_find(t->norm, '-', 0) < t->norm.len)
        return false;
    if (lyt_textspace_lacks_dictionary(rd->space, rd->reading.language))
        return false;
    if (is_capital(raw) && !rd->opening)
        return false;
    return rd->vocab && !lyt_vocab_knows(rd->vocab, t->norm);
}

/* A word with a role is what it is, and so is one that there is no more to know of. */
static bool is_worth_a_look(const reader *rd, const lyt_token *t, const lyt_form *form)
{
    return t->kind == LYT_TOKEN_WORD && (!form->is_plain || form->is_doubtful) && !form->flags &&
           !form->is_short && t->norm.len >= lyt_spelling_letters_min &&
           (rd->vocab || rd->space->words);
}

static lyt_status add_extra(reader *rd, lyt_token *t, lyt_extra *extras, const lyt_form *form,
                            lyt_extra_kind kind)
{
    lyt_str stem = form->stem;

    if (!form->lasting)
        stem = lyt_arena_copy(rd->arena, stem);
    if (form->stem.len == 0 || lyt_str_equal(stem, t->stem))
        return LYT_OK;
    extras[t->n_extras++] = (lyt_extra){stem, kind, form->stem_key};
    return lyt_arena_status(rd->arena);
}

/* A word nobody has a feeling about is felt about like the strongest of its parts. */
static lyt_status add_parts(reader *rd, const lyt_insight *insight, lyt_token *t, lyt_form *form)
{
    const lyt_compound *compound = &insight->compound;
    lyt_extra *extras = lyt_arena_array(rd->arena, compound->n, sizeof *extras);
    lyt_status status = LYT_OK;
    int8_t felt = 0;

    if (!extras)
        return lyt_arena_status(rd->arena);
    for (size_t i = 0; i < compound->n && !status; i++) {
        size_t start = compound->part[i].start;
        lyt_form part;

        lyt_form_get(rd->space, (lyt_reading){insight->language, false},
                     lyt_str_slice(t->norm, start, start + compound->part[i].len), &part);
        if (abs(part.polarity) > abs(felt))
            felt = part.polarity;
        t->concepts |= lyt_lexis_concept_set(rd->space->lexis, part.concepts);
        status = add_extra(rd, t, extras, &part, LYT_EXTRA_PART);
    }
    t->extras = extras;
    if (!form->polarity && !form->known)
        form->polarity = felt;
    return status;
}

static lyt_status add_meant(reader *rd, const lyt_insight *insight, lyt_token *t, lyt_form *form)
{
    lyt_form meant;
    lyt_extra *extra;

    t->corrected = lyt_arena_copy(rd->arena, insight->meant);
    if (!t->corrected.ptr)
        return lyt_arena_status(rd->arena);
    lyt_form_get(rd->space, rd->reading, t->corrected, &meant);
    /* another form of the same word, or a word that says nothing for one that may be right:
       nothing is won, and perhaps nothing was wrong */
    if ((!insight->respelt && lyt_str_equal(meant.stem, t->stem)) ||
        (insight->known && meant.flags == LYT_TOKEN_STOP && !meant.polarity)) {
        t->corrected = (lyt_str){NULL, 0};
        return LYT_OK;
    }
    form->flags = meant.flags;
    form->polarity = meant.polarity;
    form->concepts = meant.concepts;
    t->row_word = meant.row_word;
    t->cue_set = meant.cue_set;
    t->flags |= meant.is_cue ? LYT_TOKEN_CUE : 0;
    if (insight->respelt) {
        t->flags |= LYT_TOKEN_RESPELT;
        *form = meant;
        return LYT_OK;
    }
    t->flags |= LYT_TOKEN_CORRECTED;
    extra = lyt_arena_array(rd->arena, 1, sizeof *extra);
    if (!extra)
        return lyt_arena_status(rd->arena);
    t->extras = extra;
    return add_extra(rd, t, extra, &meant, LYT_EXTRA_MEANT);
}

static lyt_status look_closer(reader *rd, const lyt_raw *raw, lyt_token *t, lyt_form *form)
{
    lyt_insight_look look = LYT_INSIGHT_PARTS;
    lyt_insight insight;
    lyt_status status = keep_stem(rd, form, t);

    if (status)
        return status;
    /* settled: nothing is meant by it but itself, at the cost of finding that out */
    if (form->is_plain) {
        if (rd->vocab && !is_capital(raw))
            lyt_insight_charge(t->norm, &rd->work_left);
        return LYT_OK;
    }
    if (!form->known && !form->is_listed && may_be_misspelt(rd, raw, t))
        look = is_capital(raw) ? LYT_INSIGHT_MEANT_UNKNOWN : LYT_INSIGHT_MEANT;
    if (form->is_doubtful && look != LYT_INSIGHT_MEANT) {
        if (rd->vocab && lyt_vocab_knows(rd->vocab, t->norm))
            lyt_form_settle(rd->space, rd->reading, t->norm, t->hash, false);
        return LYT_OK;
    }
    form->stem = t->stem;
    form->lasting = true;
    lyt_insight_get(rd->space, rd->vocab, rd->reading.wide ? -1 : rd->reading.language, t->norm,
                    look, &rd->work_left, &insight);
    if (form->is_doubtful && insight.was_sought && !insight.meant.len && !insight.compound.n)
        lyt_form_settle(rd->space, rd->reading, t->norm, t->hash, true);
    if (insight.compound.n)
        return add_parts(rd, &insight, t, form);
    return insight.meant.len ? add_meant(rd, &insight, t, form) : LYT_OK;
}

static lyt_status read_word(reader *rd, const lyt_raw *raw, lyt_token *t)
{
    lyt_form form;
    lyt_status status;

    t->hash =
        raw->hash && (raw->marks & LYT_RAW_FOLDED) ? raw->hash : lyt_form_hash(rd->space, t->norm);
    lyt_form_get_hashed(rd->space, rd->reading, t->norm, t->hash, &form);
    if (form.may_be_drawn) {
        status = undraw(rd, &t->norm);
        if (status)
            return status;
        t->hash = lyt_form_hash(rd->space, t->norm);
        lyt_form_get_hashed(rd->space, rd->reading, t->norm, t->hash, &form);
    }
    t->row_word = form.row_word;
    t->cue_set = form.cue_set;
    t->flags |= form.is_cue ? LYT_TOKEN_CUE : 0;
    if (is_worth_a_look(rd, t, &form)) {
        status = look_closer(rd, raw, t, &form);
        if (status)
            return status;
    }
    t->flags |= form.flags;
    t->polarity = form.polarity;
    t->concepts |= lyt_lexis_concept_set(rd->space->lexis, form.concepts);
    if (raw->marks & LYT_RAW_CLITIC) {
        t->flags |= LYT_TOKEN_NEGATOR;
        form.stem = t->norm;
        form.stem_key = 0;
    }
    return keep_stem(rd, &form, t);
}

typedef struct auxiliary {
    const char *cut, *whole;
} auxiliary;

/* What is left of a word before n't gets the stem of the word; *found when it is such. */
static lyt_status mend_auxiliary(reader *rd, const auxiliary *table, size_t n, lyt_token *t,
                                 bool *found)
{
    *found = false;
    for (size_t i = 0; i < n && !*found; i++) {
        lyt_str whole = lyt_str_of(table[i].whole);
        lyt_form form;

        if (!lyt_str_equal(t->norm, lyt_str_of(table[i].cut)))
            continue;
        *found = true;
        lyt_form_get(rd->space, rd->reading, whole, &form);
        t->stem = form.stem;
        t->stem_key = form.stem_key;
        if (!form.lasting && form.stem.ptr != whole.ptr)
            t->stem = lyt_arena_copy(rd->arena, form.stem);
    }
    return lyt_arena_status(rd->arena);
}

static lyt_status mend_before_clitic(reader *rd, lyt_token *t)
{
    static const auxiliary table[] = {{"ca", "can"}, {"sha", "shall"}, {"wo", "will"}};
    bool found;

    return mend_auxiliary(rd, table, sizeof table / sizeof *table, t, &found);
}

/* "don ' t", as some programs write it, is read like "don't". */
static lyt_status mend_torn(reader *rd, lyt_token *first, const lyt_token *mark, lyt_token *last)
{
    static const auxiliary table[] = {
        {"ain", "is"},     {"aren", "are"},       {"can", "can"},  {"couldn", "could"},
        {"didn", "did"},   {"doesn", "does"},     {"don", "do"},   {"hadn", "had"},
        {"hasn", "has"},   {"haven", "have"},     {"isn", "is"},   {"mustn", "must"},
        {"needn", "need"}, {"shouldn", "should"}, {"wasn", "was"}, {"weren", "were"},
        {"won", "will"},   {"wouldn", "would"},
    };
    bool found;
    lyt_status status;

    if (!lyt_str_equal(last->norm, LYT_STR("t")) || !lyt_str_equal(mark->norm, LYT_STR("'")))
        return LYT_OK;
    status = mend_auxiliary(rd, table, sizeof table / sizeof *table, first, &found);
    if (found) {
        last->stem = LYT_STR("n't");
        last->stem_key = 0;
        last->flags |= LYT_TOKEN_NEGATOR;
    }
    return status;
}

/* Of what is no word, and so has no record. */
static void set_row_word(const reader *rd, lyt_token *t)
{
    t->row_word = lyt_lexis_row_word(rd->space->lexis, t->norm);
    t->flags |= lyt_lexis_may_be_cue(rd->space->lexis, t->norm) ? LYT_TOKEN_CUE : 0;
}

/*
 * What a number of several figures says beside other words is that it is one, and how long: nobody
 * has met all of them, and "after 95 minutes" is as late as "after 85 minutes". One figure alone is
 * itself.
 */
static uint64_t number_key(lyt_str number)
{
    char shape[number_bytes_max];
    size_t n = 0;

    if (number.len < 2)
        return 0;
    for (; n < number.len && n < sizeof shape; n++)
        shape[n] = number.ptr[n] >= '0' && number.ptr[n] <= '9' ? '0' : number.ptr[n];
    return lyt_stem_key((lyt_str){shape, n});
}

static lyt_status read_token(reader *rd, const lyt_raw *raw, lyt_token *t)
{
    lyt_str written = {rd->text.ptr + raw->start, raw->end - raw->start};
    lyt_status status;

    *t = (lyt_token){.start = raw->start, .end = raw->end, .kind = raw->kind};
    if (raw->marks & LYT_RAW_UPPER)
        t->flags |= LYT_TOKEN_UPPER;
    switch ((lyt_token_kind)raw->kind) {
    case LYT_TOKEN_URL:
        t->stem = t->norm = LYT_STR("URL");
        set_row_word(rd, t);
        return LYT_OK;
    case LYT_TOKEN_MENTION:
        t->stem = t->norm = LYT_STR("USR");
        set_row_word(rd, t);
        return LYT_OK;
    case LYT_TOKEN_HASHTAG:
        written = lyt_str_slice(written, 1, written.len);
        break;
    case LYT_TOKEN_PUNCT:
        if (raw->marks & LYT_RAW_ENTITY)
            written = lyt_special_entity_text(written);
        break;
    case LYT_TOKEN_WORD:
    case LYT_TOKEN_NUMBER:
    case LYT_TOKEN_EMOJI:
        break;
    }
    t->norm = written;
    status = raw->marks & LYT_RAW_FOLDED ? LYT_OK : fold(rd, written, &t->norm);
    if (status)
        return status;
    t->stem = t->norm;
    if (raw->kind == LYT_TOKEN_WORD || raw->kind == LYT_TOKEN_HASHTAG ||
        raw->kind == LYT_TOKEN_EMOJI)
        status = read_word(rd, raw, t);
    else if (raw->kind == LYT_TOKEN_NUMBER) {
        set_row_word(rd, t);
        t->stem_key = number_key(t->norm);
    }
    return status;
}

static bool is_sentence_end(const reader *rd, const lyt_raw *raw)
{
    return raw->kind == LYT_TOKEN_PUNCT && strchr(".!?:", rd->text.ptr[raw->start]);
}

static lyt_status read_tokens(reader *rd, const lyt_raws *raws, lyt_token *tokens)
{
    lyt_status status = LYT_OK;

    for (size_t i = 0; i < raws->n; i++)
        if (raws->items[i].marks & LYT_RAW_FOLDED)
            lyt_form_fetch(rd->space, rd->readings.whole, raws->items[i].hash);

    for (size_t i = 0; i < raws->n && !status; i++) {
        const lyt_raw *raw = &raws->items[i];

        if (raw->marks & LYT_RAW_LINE)
            rd->opening = true;
        rd->reading = lyt_reading_at(rd->space, &rd->readings, i);
        status = read_token(rd, raw, &tokens[i]);
        if (!status && i > 0 && (raw->marks & LYT_RAW_CLITIC))
            status = mend_before_clitic(rd, &tokens[i - 1]);
        else if (!status && i > 1 && raw->letters == 1)
            status = mend_torn(rd, &tokens[i - 2], &tokens[i - 1], &tokens[i]);
        if (raw->kind == LYT_TOKEN_WORD || raw->kind == LYT_TOKEN_NUMBER)
            rd->opening = false;
        else if (is_sentence_end(rd, raw))
            rd->opening = true;
    }
    return status;
}

lyt_status lyt_text_analyze(lyt_textspace *space, const lyt_vocab *vocab, lyt_str utf8,
                            lyt_language hint, lyt_arena *arena, lyt_text *out)
{
    lyt_text text = {.original = utf8, .language = -1, .likeliest = -1, .lexis = space->lexis};
    reader rd = {.space = space,
                 .vocab = vocab,
                 .arena = arena,
                 .text = utf8,
                 .work_left = work_a_message,
                 .opening = true};
    lyt_raws raws;
    lyt_token *tokens;
    lyt_status status;

    if (utf8.len > lyt_text_bytes_max)
        return LYT_ELIMIT;
    if (vocab)
        lyt_forms_use(space, vocab);
    status = lyt_raw_scan(arena, &space->breaks, utf8, &raws);
    if (status)
        return status;
    status = lyt_readings_of(space, &raws, hint, arena, &text, &rd.readings);
    if (status)
        return status;
    tokens = lyt_arena_room(arena, raws.n, sizeof *tokens);
    if (!tokens)
        return lyt_arena_status(arena);
    status = read_tokens(&rd, &raws, tokens);
    if (status)
        return status;
    text.tokens = tokens;
    text.n_tokens = raws.n;
    status =
        lyt_clauses_find(&(lyt_clause_source){space, &raws, &rd.readings}, tokens, arena, &text);
    if (!status)
        *out = text;
    return status;
}
