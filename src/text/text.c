#include "text.h"

#include <string.h>

#include "chars.h"
#include "normal.h"
#include "special.h"
#include "textspace.h"
#include "utf8.h"

enum { corrected_letters_min = 4, squeezed_runs_max = 3 };

typedef struct reader {
    lyt_textspace *space;
    const lyt_vocab *vocab;
    lyt_arena *arena;
    lyt_str text;
    lyt_readings readings;
    lyt_reading reading; /* of the token at hand */
    char *pool;          /* folded bytes of plain tokens: never more than the text has */
    size_t pool_used;
    size_t spells_left;
    bool opening; /* the next word begins a sentence */
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
           (rd->vocab && lyt_vocab_count(rd->vocab, word) > 0);
}

/* Cheap refusal: three times the same one- or two-byte letter in a row. */
static bool may_be_long_drawn(lyt_str s)
{
    for (size_t i = 2; i < s.len; i++) {
        if (s.ptr[i] == s.ptr[i - 1] && s.ptr[i] == s.ptr[i - 2])
            return true;
        if (i >= 5 && s.ptr[i] == s.ptr[i - 2] && s.ptr[i] == s.ptr[i - 4] &&
            s.ptr[i - 1] == s.ptr[i - 3] && s.ptr[i - 1] == s.ptr[i - 5])
            return true;
    }
    return false;
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
    if (form->lasting || form->stem.ptr == t->norm.ptr || form->stem.len == 0)
        return LYT_OK;
    if (rd->vocab && form->stem.ptr == t->corrected.ptr)
        return LYT_OK;
    t->stem = lyt_arena_copy(rd->arena, form->stem);
    return t->stem.ptr ? LYT_OK : lyt_arena_status(rd->arena);
}

static bool may_be_misspelt(const reader *rd, const lyt_raw *raw, const lyt_token *t,
                            const lyt_form *form)
{
    if (!rd->vocab || raw->letters < corrected_letters_min || t->norm.len > lyt_spell_bytes_max)
        return false;
    if (lyt_textspace_lacks_dictionary(rd->space, rd->reading.language))
        return false;
    if (form->known || (raw->marks & (LYT_RAW_DIGIT | LYT_RAW_DOTTED)))
        return false;
    /* a capital in mid-sentence is a name */
    if ((raw->marks & LYT_RAW_CAPITAL) && !(raw->marks & LYT_RAW_UPPER) && !rd->opening)
        return false;
    return lyt_vocab_count(rd->vocab, t->norm) == 0 && !lyt_form_is_known(rd->space, t->norm);
}

/* With a capital where the guest wrote one, so that a dictionary's names are known. */
static lyt_str as_written(const lyt_raw *raw, lyt_str norm, char out[lyt_spell_bytes_max])
{
    unsigned char first = (unsigned char)norm.ptr[0];

    if (!(raw->marks & LYT_RAW_CAPITAL))
        return norm;
    memcpy(out, norm.ptr, norm.len);
    if (first >= 'a' && first <= 'z')
        out[0] = (char)(first - 0x20);
    else if (first == 0xC3 && norm.len > 1 && (unsigned char)out[1] >= 0xA0)
        out[1] = (char)((unsigned char)out[1] - 0x20);
    return (lyt_str){out, norm.len};
}

/* Asked of every dictionary, counted whether or not the verdict is on record. */
static bool is_rejected(reader *rd, const lyt_raw *raw, lyt_str norm)
{
    size_t n = rd->space->n_dictionaries;
    char written[lyt_spell_bytes_max];

    if (n == 0)
        return true;
    if (n > rd->spells_left)
        return false;
    rd->spells_left -= n;
    return !lyt_spelling_accepts(rd->space, as_written(raw, norm, written));
}

static void correct(reader *rd, const lyt_raw *raw, lyt_token *t, lyt_form *form)
{
    lyt_str nearest;
    lyt_form meant;

    if (!may_be_misspelt(rd, raw, t, form))
        return;
    nearest = lyt_vocab_nearest(rd->vocab, t->norm);
    if (nearest.len == 0 || !is_rejected(rd, raw, t->norm))
        return;
    lyt_form_get(rd->space, rd->reading, nearest, &meant);
    t->corrected = nearest;
    t->flags |= LYT_TOKEN_CORRECTED;
    *form = meant;
}

static lyt_status read_word(reader *rd, const lyt_raw *raw, lyt_token *t)
{
    lyt_form form;
    lyt_status status;

    if (may_be_long_drawn(t->norm)) {
        status = undraw(rd, &t->norm);
        if (status)
            return status;
    }
    lyt_form_get(rd->space, rd->reading, t->norm, &form);
    if (t->kind == LYT_TOKEN_WORD)
        correct(rd, raw, t, &form);
    t->flags |= form.flags;
    t->polarity = form.polarity;
    t->concepts = lyt_lexis_concept_set(rd->space->lexis, form.concepts);
    if (raw->marks & LYT_RAW_CLITIC) {
        t->flags |= LYT_TOKEN_NEGATOR;
        form.stem = t->norm;
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
        last->flags |= LYT_TOKEN_NEGATOR;
    }
    return status;
}

static lyt_status read_token(reader *rd, const lyt_raw *raw, lyt_token *t)
{
    lyt_str written = lyt_str_slice(rd->text, raw->start, raw->end);
    lyt_status status;

    *t = (lyt_token){.start = raw->start, .end = raw->end, .kind = raw->kind};
    if (raw->marks & LYT_RAW_UPPER)
        t->flags |= LYT_TOKEN_UPPER;
    switch ((lyt_token_kind)raw->kind) {
    case LYT_TOKEN_URL:
        t->stem = t->norm = LYT_STR("URL");
        return LYT_OK;
    case LYT_TOKEN_MENTION:
        t->stem = t->norm = LYT_STR("USR");
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
    return status;
}

static bool is_sentence_end(const reader *rd, const lyt_raw *raw)
{
    return raw->kind == LYT_TOKEN_PUNCT && strchr(".!?:", rd->text.ptr[raw->start]);
}

static lyt_status read_tokens(reader *rd, const lyt_raws *raws, lyt_token *tokens)
{
    lyt_status status = LYT_OK;

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
                 .spells_left = lyt_spells_max,
                 .opening = true};
    lyt_raws raws;
    lyt_token *tokens;
    lyt_status status;

    if (utf8.len > lyt_text_bytes_max)
        return LYT_ELIMIT;
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
