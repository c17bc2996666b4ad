#include <string.h>

#include "bytes.h"
#include "hash.h"
#include "insight.h"
#include "mem.h"
#include "textspace.h"
#include "ways.h"

/*
 * The record of word forms: rows of 64 bytes (lyt_ways). To work a word out costs as much as two
 * hundred that are on record.
 * A word whose key and stem do not fit in a row is worked out each time.
 */
enum {
    dropped_bytes_max = 6,
    bit_known = 1,
    bit_short = 2,
    bit_own_stem = 4,
    bit_plain = 8,
    bit_cue = 16,
    bit_drawn = 32,
    bit_doubtful = 64,
    bit_listed = 128
};

_Static_assert(sizeof(lyt_form_record) == 64, "a record is a cache line");

lyt_status lyt_forms_init(lyt_textspace *space)
{
    space->forms = lyt_mem_array(space->alloc, space->record_rows, sizeof *space->forms);
    return space->forms ? LYT_OK : LYT_ENOMEM;
}

/* The next language to read in: the first, then, when wide, the others. -1 at the end. */
static lyt_language reading_at(const lyt_textspace *space, lyt_reading reading, size_t step)
{
    if (step == 0)
        return reading.language;
    if (!reading.wide || step >= space->n_languages + (reading.language < 0))
        return -1;
    if (reading.language < 0)
        return (lyt_language)step - 1;
    return (lyt_language)step <= reading.language ? (lyt_language)step - 1 : (lyt_language)step;
}

static size_t reading_steps(const lyt_textspace *space, lyt_reading reading)
{
    return reading.wide ? space->n_languages + (reading.language < 0) : 1;
}

static uint8_t flags_of(uint32_t roles)
{
    return (uint8_t)((roles >> LYT_WORD_NEGATOR & 1 ? LYT_TOKEN_NEGATOR : 0) |
                     (roles >> LYT_WORD_BREAKER & 1 ? LYT_TOKEN_BREAKER : 0) |
                     (roles >> LYT_WORD_STOP & 1 ? LYT_TOKEN_STOP : 0));
}

static void set_stem(lyt_textspace *space, lyt_form *out, lyt_str stem)
{
    if (stem.len > sizeof space->stem)
        stem.len = sizeof space->stem;
    memcpy(space->stem, stem.ptr, stem.len);
    out->stem = (lyt_str){space->stem, stem.len};
}

/* Snowball; a word it leaves nothing of stays as it is. */
static void stem_by_rule(lyt_textspace *space, lyt_language language, lyt_str word, lyt_form *out)
{
    struct sb_stemmer *stemmer = language >= 0 ? space->stemmers[language] : NULL;
    const sb_symbol *stem;
    lyt_str s;

    out->stem = word;
    if (!stemmer || word.len > lyt_stemmed_bytes_max)
        return;
    stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word.ptr, (int)word.len);
    if (!stem)
        return;
    s = (lyt_str){(const char *)stem, (size_t)sb_stemmer_length(stemmer)};
    if (s.len == 0)
        return;
    if (lyt_str_begins(word, s))
        out->stem.len = s.len;
    else
        set_stem(space, out, s);
}

static bool drops_endings(const lyt_textspace *space, lyt_reading reading)
{
    if (reading.language >= 0 && space->drops_endings[reading.language])
        return true;
    for (size_t i = 0; reading.wide && i < space->n_languages; i++)
        if (space->drops_endings[i])
            return true;
    return false;
}

static bool is_english_ending(lyt_str ending)
{
    static const char *const endings[] = {"'d", "'ll", "'m", "'re", "'s", "'ve"};

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (lyt_str_equal(ending, lyt_str_of(endings[i])))
            return true;
    return false;
}

/*
 * The part that carries the meaning: "214" of "214'eren", "pc" of "pc'en".
 * English has endings of its own there, which its stemmer knows.
 */
static lyt_str without_ending(const lyt_textspace *space, lyt_reading reading, lyt_str word)
{
    size_t digits = 0, mark;

    while (digits < word.len && word.ptr[digits] >= '0' && word.ptr[digits] <= '9')
        digits++;
    if (digits && digits < word.len &&
        lyt_lexis_has(space->lexis, -1, LYT_WORD_PLACE_SUFFIX,
                      lyt_str_slice(word, digits, word.len)))
        return lyt_str_slice(word, 0, digits);
    mark = lyt_str_find(word, '\'', 0);
    if (mark > 0 && mark < word.len && word.len - mark <= dropped_bytes_max &&
        drops_endings(space, reading) &&
        !(reading.wide && is_english_ending(lyt_str_slice(word, mark, word.len))))
        return lyt_str_slice(word, 0, mark);
    return word;
}

typedef struct meaning {
    lyt_str word;  /* the word, or what it is short for */
    lyt_str lemma; /* {NULL, 0} for none */
    lyt_language language;
} meaning;

static void read_word(const lyt_textspace *space, lyt_reading reading, lyt_str word, meaning *m,
                      lyt_form *out)
{
    for (size_t step = 0; step < reading_steps(space, reading); step++) {
        lyt_language language = reading_at(space, reading, step);
        lyt_lexis_word w;

        if (language < 0 || !lyt_lexis_get(space->lexis, language, word, &w))
            continue;
        out->known = true;
        out->flags |= flags_of(w.roles);
        if (!out->polarity)
            out->polarity = w.polarity;
        if (!out->concepts)
            out->concepts = w.concepts;
        if (m->lemma.len || m->word.ptr != word.ptr)
            continue;
        if (w.lemma.len || w.abbreviation.len)
            m->language = language;
        if (w.abbreviation.len) {
            out->is_short = true;
            m->word = w.abbreviation;
            m->lemma = lyt_lexis_lemma(space->lexis, language, m->word);
        } else {
            m->lemma = w.lemma;
        }
    }
}

static int polarity_of(const lyt_textspace *space, lyt_reading reading, lyt_str word)
{
    for (size_t step = 0; step < reading_steps(space, reading); step++) {
        lyt_language language = reading_at(space, reading, step);
        int value = language < 0 ? 0 : lyt_lexis_polarity(space->lexis, language, word);

        if (value)
            return value;
    }
    return 0;
}

static uint16_t concepts_of(const lyt_textspace *space, lyt_reading reading, lyt_str stem)
{
    for (size_t step = 0; step < reading_steps(space, reading); step++) {
        uint16_t set =
            lyt_lexis_stem_concepts(space->lexis, reading_at(space, reading, step), stem);

        if (set)
            return set;
    }
    return 0;
}

static bool is_cue(const lyt_textspace *space, lyt_str word)
{
    for (size_t i = 0; i < lyt_lexis_languages(space->lexis); i++) {
        lyt_lexis_word w;

        if (lyt_lexis_get(space->lexis, (lyt_language)i, word, &w) && (w.roles & LYT_CUE_ROLES))
            return true;
    }
    return false;
}

/* Three times the same one- or two-byte letter in a row: a refusal that costs little. */
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

static void work_out(lyt_textspace *space, lyt_reading reading, lyt_str word, lyt_form *out)
{
    meaning m = {.word = word, .language = reading.language};

    *out = (lyt_form){.stem = word,
                      .is_cue = is_cue(space, word),
                      .may_be_drawn = may_be_long_drawn(word),
                      .cue_set = lyt_lexis_cue_set(space->lexis, word),
                      .row_word = lyt_lexis_row_word(space->lexis, word)};
    read_word(space, reading, word, &m, out);
    if (!out->known) {
        lyt_str bare = without_ending(space, reading, word);

        if (bare.len < word.len) {
            m.word = word = bare;
            read_word(space, reading, bare, &m, out);
        }
    }
    if (m.lemma.len) {
        out->stem = m.lemma;
        out->lasting = true;
    } else {
        stem_by_rule(space, m.language, m.word, out);
        out->lasting = m.word.ptr != word.ptr && out->stem.ptr == m.word.ptr;
    }
    if (!out->polarity && out->is_short)
        out->polarity = (int8_t)polarity_of(space, reading, m.word);
    if (!out->polarity)
        out->polarity = (int8_t)polarity_of(space, reading, out->stem);
    if (!out->concepts)
        out->concepts = concepts_of(space, reading, out->stem);
}

static uint8_t reading_key(lyt_reading reading)
{
    return (uint8_t)((reading.language + 1) << 1 | reading.wide);
}

static inline void from_record(const lyt_form_record *r, lyt_str word, lyt_form *out)
{
    *out = (lyt_form){
        .stem = {r->lasting ? r->lasting
                            : (r->bits & bit_own_stem ? r->bytes + r->word_len : word.ptr),
                 r->stem_len},
        .stem_key = r->stem_key,
        .lasting = r->lasting != NULL,
        .known = r->bits & bit_known,
        .is_short = (r->bits & bit_short) != 0,
        .is_plain = (r->bits & bit_plain) != 0,
        .is_doubtful = (r->bits & bit_doubtful) != 0,
        .is_listed = (r->bits & bit_listed) != 0,
        .is_cue = (r->bits & bit_cue) != 0,
        .may_be_drawn = (r->bits & bit_drawn) != 0,
        .cue_set = r->cue_set,
        .row_word = r->row_word,
        .flags = r->flags,
        .polarity = r->polarity,
        .concepts = r->concepts,
    };
}

typedef struct form_key {
    lyt_str word;
    uint64_t hash;
    uint8_t reading;
} form_key;

/* What of a hash says nothing of the row. */
static uint32_t check_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static void record(lyt_textspace *space, const form_key *key, const lyt_form *form)
{
    size_t row = (size_t)key->hash & (space->record_rows - 1);
    lyt_form_record *r = &space->forms[row];
    lyt_str word = key->word;
    bool slice = form->stem.ptr == word.ptr;
    size_t bytes = word.len + (form->lasting || slice ? 0 : form->stem.len);

    if (bytes > sizeof r->bytes || form->stem.len > UINT16_MAX || form->stem.len == 0)
        return;
    lyt_ways_make(space->forms, sizeof *space->forms, row, offsetof(lyt_form_record, word_len));
    *r = (lyt_form_record){
        .stem_key = form->stem_key,
        .check = check_of(key->hash),
        .lasting = form->lasting ? form->stem.ptr : NULL,
        .stem_len = (uint16_t)form->stem.len,
        .concepts = form->concepts,
        .row_word = form->row_word,
        .word_len = (uint8_t)word.len,
        .reading = key->reading,
        .flags = form->flags,
        .polarity = form->polarity,
        .cue_set = form->cue_set,
        .bits =
            (uint8_t)((form->known ? bit_known : 0) | (form->is_short ? bit_short : 0) |
                      (form->is_plain ? bit_plain : 0) | (form->is_cue ? bit_cue : 0) |
                      (form->may_be_drawn ? bit_drawn : 0) |
                      (form->is_doubtful ? bit_doubtful : 0) | (form->is_listed ? bit_listed : 0) |
                      (slice || form->lasting ? 0 : bit_own_stem)),
    };
    memcpy(r->bytes, word.ptr, word.len);
    if (!form->lasting && !slice)
        memcpy(r->bytes + word.len, form->stem.ptr, form->stem.len);
}

/* Where a word's hash leads to when it is read this way. */
static uint64_t hash_for(uint64_t hash, uint8_t reading)
{
    return hash + reading * UINT64_C(0x9e3779b97f4a7c15);
}

void lyt_form_fetch(const lyt_textspace *space, lyt_reading reading, uint64_t hash)
{
    __builtin_prefetch(
        &space->forms[hash_for(hash, reading_key(reading)) & (space->record_rows - 1)]);
}

void lyt_form_get_hashed(lyt_textspace *space, lyt_reading reading, lyt_str word, uint64_t hash,
                         lyt_form *out)
{
    form_key key = {.word = word, .reading = reading_key(reading)};
    size_t row;

    key.hash = hash_for(hash, key.reading);
    row = (size_t)key.hash & (space->record_rows - 1);
    for (size_t way = 0; way < lyt_ways; way++) {
        const lyt_form_record *r = &space->forms[row ^ way];

        if (r->check == check_of(key.hash) && r->reading == key.reading &&
            r->word_len == word.len && word.len && lyt_bytes_equal(r->bytes, word.ptr, word.len)) {
            from_record(r, word, out);
            return;
        }
    }
    work_out(space, reading, word, out);
    out->is_listed = lyt_form_is_known(space, word);
    out->stem_key = out->stem.len ? lyt_stem_key(out->stem) : 0;
    lyt_insight_tell(space, reading, word, out);
    record(space, &key, out);
}

void lyt_form_settle(lyt_textspace *space, lyt_reading reading, lyt_str word, uint64_t hash,
                     bool was_sought)
{
    const uint8_t key = reading_key(reading);
    const size_t row = (size_t)hash_for(hash, key) & (space->record_rows - 1);

    for (size_t way = 0; way < lyt_ways; way++) {
        lyt_form_record *r = &space->forms[row ^ way];

        if (r->reading == key && (r->bits & bit_doubtful) && r->word_len == word.len &&
            lyt_bytes_equal(r->bytes, word.ptr, word.len))
            r->bits = (uint8_t)((was_sought ? r->bits : r->bits & ~bit_doubtful) | bit_plain);
    }
}

void lyt_forms_use(lyt_textspace *space, const lyt_vocab *vocab)
{
    if (vocab == space->vocab)
        return;
    if (space->vocab)
        memset(space->forms, 0, space->record_rows * sizeof *space->forms);
    space->vocab = vocab;
}

void lyt_form_get(lyt_textspace *space, lyt_reading reading, lyt_str word, lyt_form *out)
{
    lyt_form_get_hashed(space, reading, word, lyt_form_hash(space, word), out);
}

bool lyt_form_is_known(const lyt_textspace *space, lyt_str word)
{
    lyt_lexis_word w;

    for (size_t i = 0; i < space->n_languages; i++)
        if (lyt_lexis_get(space->lexis, (lyt_language)i, word, &w))
            return true;
    return false;
}

lyt_str lyt_textspace_stem(lyt_textspace *space, lyt_language language, lyt_str folded)
{
    lyt_form form;
    lyt_reading reading = {language, false};

    if (language < 0)
        reading = (lyt_reading){space->n_languages ? 0 : -1, true};
    lyt_form_get(space, reading, folded, &form);
    if (!form.lasting && form.stem.ptr != space->stem)
        set_stem(space, &form, form.stem);
    return form.stem;
}
